import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockServer, startMockServer } from '../../../src/mock/server.ts';
import type { Fetch } from '../../../src/oidc/send.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { logInOverHttp, TEST_CLIENTS } from '../../helpers/mock-http.ts';

/** The origin of the balancer that all replicas stand behind. */
const HOSTNAME = 'http://localhost:5157';
const SECRET = Buffer.from('a public test secret of the tests');

const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000 });
const replicas: MockServer[] = [];
let stranger: MockServer;

function startReplica(secret: Uint8Array): Promise<MockServer> {
  return startMockServer({ port: 0, hostname: HOSTNAME, clients: TEST_CLIENTS, secret });
}

beforeAll(async () => {
  replicas.push(...(await Promise.all([1, 2, 3].map(() => startReplica(SECRET)))));
  stranger = await startReplica(Buffer.from('another public test secret of them'));
});

afterAll(async () => {
  await Promise.all([...replicas, stranger].map((server) => server.close()));
});

const STEPS = ['authorize', 'token', 'jwks.json', 'userinfo'] as const;

/** A balancer that sends each step to the server that the test says. */
function balance(servers: Readonly<Record<(typeof STEPS)[number], MockServer | undefined>>): Fetch {
  return (url, init) => {
    const step = STEPS.find((name) => new URL(url).pathname.endsWith(`/${name}`));
    const server = step && servers[step];
    if (server === undefined) throw new Error(`no server for ${url}`);
    return request(url.replace(HOSTNAME, `http://127.0.0.1:${server.port}`), init);
  };
}

describe('three replicas with one secret, on three ports', () => {
  it.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('complete a login: authorize on %i, token on %i, userinfo on %i', async (first, second, third) => {
    for (const { provider } of replicas) provider.reset();
    const fetch = balance({
      authorize: replicas[first],
      token: replicas[second],
      'jwks.json': replicas[first],
      userinfo: replicas[third],
    });
    expect(await logInOverHttp(HOSTNAME, { fetch })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    const seen = replicas.map(({ provider }) =>
      provider.requests().map(({ path }) => path.split('/').at(-1)),
    );
    expect([seen[first], seen[second], seen[third]]).toEqual([
      ['authorize', 'jwks.json'],
      ['token'],
      ['userinfo'],
    ]);
  });

  it('complete many logins at once, each request on the next replica', async () => {
    let turn = 0;
    const fetch: Fetch = (url, init) => {
      turn += 1;
      return request(url.replace(HOSTNAME, `http://127.0.0.1:${replicas[turn % 3]?.port}`), init);
    };
    const personas = ['wei-ming', 'zoe', 'siti'];
    const logins = personas.flatMap((persona) =>
      Array.from({ length: 4 }, () => logInOverHttp(HOSTNAME, { fetch, persona })),
    );
    const names = (await Promise.all(logins)).map((data) => data['myinfo.name']);
    expect(new Set(names).size).toBe(3);
  });

  it('carry the fault of a login with it', async () => {
    replicas[0]?.provider.queueFault('bad-field');
    const [authorize, token, userinfo] = replicas;
    const fetch = balance({ authorize, token, 'jwks.json': token, userinfo });
    expect((await errorOf(() => logInOverHttp(HOSTNAME, { fetch }))).code).toBe('ERR_DECRYPT_FIELD');
  });

  it('do not take what a replica with another secret gave', async () => {
    const [one, two] = replicas;
    const atToken = balance({ authorize: stranger, token: one, 'jwks.json': one, userinfo: two });
    expect((await errorOf(() => logInOverHttp(HOSTNAME, { fetch: atToken }))).code).toBe('ERR_TOKEN_REFUSED');
    const atUserinfo = balance({ authorize: one, token: two, 'jwks.json': one, userinfo: stranger });
    expect((await errorOf(() => logInOverHttp(HOSTNAME, { fetch: atUserinfo }))).code).toBe(
      'ERR_USERINFO_REFUSED',
    );
  });
});
