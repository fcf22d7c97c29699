import { findSession } from '../lib/session';

const MESSAGES = new Map([
  ['refused', 'You did not log in, and nothing was shared.'],
  ['failed', 'The login did not succeed. Please try again.'],
]);

/** A server component: what it does not render stays on the server. */
export default async function Page({ searchParams }: PageProps<'/'>) {
  const { login } = await searchParams;
  const person = (await findSession())?.person;
  if (person === undefined) {
    return (
      <main>
        <title>Log in with sgID</title>
        <h1>Log in with sgID</h1>
        <p role="status">{MESSAGES.get(String(login)) ?? 'You are not logged in.'}</p>
        {/* A form: <Link> would ask for the page before anybody clicks. */}
        <form action="/login">
          <button type="submit">Log in with sgID</button>
        </form>
      </main>
    );
  }
  const vehicles: unknown = person.claims['myinfo.vehicles'];
  const numbers = Array.isArray(vehicles) ? vehicles.map((vehicle) => show(vehicle?.vehicle_number)) : [];
  return (
    <main>
      <title>What sgID shared</title>
      <h1>What sgID shared</h1>
      <p role="status">You are logged in.</p>
      <dl id="claims">
        <dt>Name</dt>
        <dd>{show(person.claims['myinfo.name'])}</dd>
        <dt>Email</dt>
        <dd>{show(person.claims['myinfo.email'])}</dd>
        <dt>Vehicles</dt>
        <dd>{numbers.join(', ') || 'none'}</dd>
      </dl>
      <form method="post" action="/api/logout">
        <button type="submit">Log out</button>
      </form>
    </main>
  );
}

/** A claim is data, whatever its type says: React renders no object. */
function show(claim: unknown): string {
  return typeof claim === 'string' ? claim : (JSON.stringify(claim) ?? '');
}
