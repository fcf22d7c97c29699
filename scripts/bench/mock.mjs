// Sets `sgid mock` beside that of the base and MockPass, in logins per second. They take turns.
import { runLogins } from './login-load.mjs';
import { startMockPass, startSgidMock } from './programs.mjs';
import { describeRow, takeTurns } from './rows.mjs';

/** Until the engine has compiled all of it, which takes longest for the one that does most in JavaScript. */
const WARM_UP = { clients: 8, logins: 3_000 };
const LOADS = [
  { clients: 1, logins: 40 },
  { clients: 32, logins: 160, aim: { atLeast: 5 } },
];

/** Rows on the embedded provider. */
export async function benchMock(builds, turns) {
  const providers = { mockpass: await startMockPass() };
  try {
    for (const [name, build] of Object.entries(builds)) providers[name] = await startSgidMock(build);
    for (const provider of Object.values(providers)) await runLogins(provider.hostname, WARM_UP);
    const rows = [];
    for (const load of LOADS) rows.push(...(await compareLoad(providers, load, turns)));
    return rows;
  } finally {
    await Promise.all(Object.values(providers).map((provider) => provider.stop()));
  }
}

async function compareLoad(providers, { clients, logins, aim }, turns) {
  const { own, base, mockpass } = await takeTurns(
    providers,
    turns,
    async ({ hostname }) => (logins * 1000) / (await runLogins(hostname, { clients, logins })),
    0,
  );
  const name = `sgid mock, ${clients} client${clients === 1 ? '' : 's'}`;
  const row = (against, other, limit) =>
    describeRow({ name, unit: 'logins/s', own, against, other, aim: limit });
  return [row('MockPass', mockpass, aim), ...(base ? [row('the base', base)] : [])];
}
