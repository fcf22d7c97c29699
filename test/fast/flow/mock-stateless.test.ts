import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockServer, startMockServer } from '../../../src/mock/server.ts';
import type { Fetch } from '../../../src/oidc/transport.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { logInOverHttp, TEST_CLIENTS } from '../../helpers/mock-http.ts';

/** The origin of the balancer that all replicas stand behind. */
const HOSTNAME = 'http://localhost:5157';

const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000 });
let replicas: readonly MockServer[] = [];
let stranger: MockServer | undefined;

const startReplica = (secret: string): Promise<MockServer> =>
  startMockServer({ port: 0, hostname: HOSTNAME, clients: TEST_CLIENTS, secret: Buffer.from(secret) });

beforeAll(async () => {
  replicas = await Promise.all([1, 2, 3].map(() => startReplica('a public test secret of the tests')));
  stranger = await startReplica('another public test secret of them');
});

afterAll(async () => {
  await Promise.all([...replicas, stranger].map((server) => server?.close()));
});

/** A balancer that picks a server for each request, by the last word of its path. */
function balance(pick: (step: string) => MockServer | undefined): Fetch {
  return (url, init) => {
    const server = pick(new URL(url).pathname.split('/').at(-1) ?? '');
    return request(url.replace(HOSTNAME, `http://127.0.0.1:${server?.port}`), init);
  };
}

/** Logs in with each step at the server given for it. */
const logInAt = (servers: Readonly<Record<string, MockServer | undefined>>) =>
  logInOverHttp(HOSTNAME, { fetch: balance((step) => servers[step]) });

describe('three replicas with one secret, on three ports', () => {
  it.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('complete a login: authorize on %i, token on %i, userinfo on %i', async (...order) => {
    for (const { provider } of replicas) provider.reset();
    const [authorize, token, userinfo] = order.map((index) => replicas[index]);
    const data = await logInAt({ authorize, token, 'jwks.json': authorize, userinfo });
    expect(data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    const seen = [authorize, token, userinfo].map((server) =>
      server?.provider.requests().map(({ path }) => path.split('/').at(-1)),
    );
    expect(seen).toEqual([['authorize', 'jwks.json'], ['token'], ['userinfo']]);
  });

  it('complete many logins at once, each request on the next replica', async () => {
    let turn = 0;
    const fetch = balance(() => replicas[turn++ % 3]);
    const personas = ['wei-ming', 'zoe', 'siti'].flatMap((persona) => Array<string>(4).fill(persona));
    const logins = personas.map((persona) => logInOverHttp(HOSTNAME, { fetch, persona }));
    const names = (await Promise.all(logins)).map((data) => data['myinfo.name']);
    expect(new Set(names).size).toBe(3);
  });

  it('carry the fault of a login with it', async () => {
    replicas[0]?.provider.queueFault('bad-field');
    const [authorize, token, userinfo] = replicas;
    const login = logInAt({ authorize, token, 'jwks.json': token, userinfo });
    await expect(login).rejects.toMatchObject({ code: 'ERR_DECRYPT_FIELD' });
  });

  it('do not take what a replica with another secret gave', async () => {
    const [one, two] = replicas;
    const atToken = logInAt({ authorize: stranger, token: one, 'jwks.json': one, userinfo: two });
    await expect(atToken).rejects.toMatchObject({ code: 'ERR_TOKEN_REFUSED' });
    const atUserinfo = logInAt({ authorize: one, token: two, 'jwks.json': one, userinfo: stranger });
    await expect(atUserinfo).rejects.toMatchObject({ code: 'ERR_USERINFO_REFUSED' });
  });
});
