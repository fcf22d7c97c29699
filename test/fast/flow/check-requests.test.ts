import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { type Canaries, canariesOfKey, echo, findCanaries, spellingsOf } from '../../helpers/canaries.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { type Misbehaviour, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';

/** Whether a request holds a text, in whatever spelling, in any of its parts. */
function holds({ target, body, headers }: ServerRequest, secret: string): boolean {
  return spellingsOf(secret).some((spelling) =>
    `${target} ${body} ${JSON.stringify(headers)}`.includes(spelling),
  );
}

/** A server that nobody is to come to, and what came all the same. */
async function startTrap(): Promise<{ readonly url: string; readonly visits: readonly string[] }> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const bound = server.address();
  return { url: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : bound}/trap`, visits };
}

describe('the requests of a check', () => {
  it('are four probes: the secret goes to the token endpoint, once, and a changed one once', async () => {
    const { check, provider } = await startChecks();
    await check();
    const paths = provider.requests.map(({ method, target }) => `${method} ${target.split('?')[0]}`);
    expect(paths.toSorted()).toEqual([
      'GET /v2/.well-known/jwks.json',
      'GET /v2/.well-known/jwks.json',
      'GET /v2/.well-known/openid-configuration',
      'GET /v2/oauth/authorize',
      'GET /v2/oauth/authorize',
      'POST /v2/oauth/token',
      'POST /v2/oauth/token',
    ]);
    const withSecret = provider.requests.filter((request) => holds(request, TEST_CLIENT_SECRET));
    expect(withSecret.map(({ target }) => target)).toEqual(['/v2/oauth/token']);
    // Nor do other parts of it go anywhere else.
    const elsewhere = provider.requests.filter(({ target }) => target !== '/v2/oauth/token');
    for (const request of elsewhere) expect(holds(request, TEST_CLIENT_SECRET.slice(0, 12))).toBe(false);
  });

  it('hold nothing of the private key and its passphrase', async () => {
    const { check, provider } = await startChecks();
    await check([], { env: { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE } });
    const secrets = [...canariesOfKey(TEST_PRIVATE_KEY).values(), PASSPHRASE];
    expect(provider.requests.filter((request) => secrets.some((secret) => holds(request, secret)))).toEqual(
      [],
    );
  });

  it.each([301, 302, 303, 307, 308])('follow no redirect: HTTP %i', async (status) => {
    const trap = await startTrap();
    const redirect: Misbehaviour = () => reply(status, '', { location: trap.url });
    const { check } = await startChecks({
      provider: { authorize: redirect, token: redirect, jwks: redirect, discovery: redirect },
    });
    const { exitCode } = await check();
    expect(exitCode).toBe(5);
    expect(trap.visits).toEqual([]);
  });

  it.each([
    [
      ['--only', 'client-secret'],
      ['token', 'token'],
    ],
    [
      ['--only', 'redirect-uri-registered'],
      ['authorize', 'authorize'],
    ],
    [['--only', 'discovery'], ['openid-configuration']],
    [
      ['--only', 'jwks,clock'],
      ['jwks.json', 'jwks.json'],
    ],
    [['--only', 'scopes', '--only', 'private-key'], []],
  ])('are those of %j alone', async (args, parts) => {
    const { check, provider } = await startChecks();
    expect((await check(args)).exitCode).toBe(0);
    expect(provider.requests.map(({ target }) => target.split('?')[0]?.split('/').at(-1))).toEqual(parts);
  });

  it('send no secret to a provider that it was not stored with', async () => {
    const { run, provider } = await startChecks();
    const file = await writeTemporaryFile('.env', `SGID_HOSTNAME=${provider.hostname}\n`);
    const { exitCode, stdout } = await run(['-e', file, '--format', 'json'], { env: { SGID_HOSTNAME: '' } });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('ERR_PROVIDER_BINDING');
    expect(provider.countTo('token')).toBe(0);
  });
});

describe('no report and no diagnostic holds a secret', () => {
  const seen: ServerRequest[] = [];
  /** Says back everything that it was ever sent, in every spelling. */
  const echoing =
    (status: number): Misbehaviour =>
    (request) => {
      seen.push(request);
      const words = echo(seen);
      const [challenge = ''] = words.split('\n');
      return reply(status, words, {
        'www-authenticate': `error="${challenge}"`,
        location: `/?error=${challenge}`,
      });
    };
  const all = (status: number): Misbehaviours => {
    const misbehaviour = echoing(status);
    return { authorize: misbehaviour, token: misbehaviour, jwks: misbehaviour, discovery: misbehaviour };
  };

  it.each(
    [200, 302, 400, 401, 403, 500].flatMap((status) =>
      ['text', 'json', 'junit', 'github'].map((format) => [status, format] as const),
    ),
  )('HTTP %i, %s', async (status, format) => {
    seen.length = 0;
    const { run } = await startChecks({ provider: all(status) });
    const files = {
      GITHUB_STEP_SUMMARY: await writeTemporaryFile('summary', ''),
      GITHUB_OUTPUT: await writeTemporaryFile('output', ''),
    };
    const appended: string[] = [];
    const { stdout, stderr } = await run(['--format', format, '-v'], {
      env: { ...files, SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE },
      files: { append: async (_path, text) => void appended.push(text) },
    });
    const secrets: Canaries = new Map([
      ...canariesOfKey(TEST_PRIVATE_KEY),
      ['passphrase', PASSPHRASE],
      ['client_secret', TEST_CLIENT_SECRET],
    ]);
    // The changed one as well, which is all but the real one; the code is made up, and nobody's.
    for (const { body } of seen) {
      const secret = new URLSearchParams(body).get('client_secret');
      if (secret) secrets.set(`client_secret ${secrets.size}`, secret);
    }
    expect(secrets.size).toBeGreaterThan(10);
    expect(stdout).toContain('client-secret');
    expect(findCanaries(stdout + stderr + appended.join(), secrets)).toEqual([]);
  });

  it.each([0, 1])('nor does one on the secret of token request %i, said back elsewhere', async (which) => {
    const offered: string[] = [];
    let bothOffered = (): void => {};
    const both = new Promise<void>((resolve) => {
      bothOffered = resolve;
    });
    const { run } = await startChecks({
      provider: {
        token: ({ body }, honest) => {
          offered.push(new URLSearchParams(body).get('client_secret') ?? '');
          if (offered.length === 2) bothOffered();
          return honest();
        },
        jwks: async () => {
          await both;
          return reply(400, JSON.stringify({ message: `you sent ${offered[which]} there` }));
        },
      },
    });
    const { stdout, stderr } = await run(['--format', 'json', '-v']);
    expect(stdout).toMatch(/you sent .* there/);
    const secret = offered[which] ?? '';
    expect(secret).toHaveLength(TEST_CLIENT_SECRET.length);
    expect(findCanaries(stdout + stderr, new Map([['secret', secret]]))).toEqual([]);
  });

  it('nor does one on a value in the wrong place', async () => {
    const { run } = await startChecks();
    const secret = TEST_CLIENT_SECRET;
    const env = { SGID_CLIENT_ID: secret, SGID_SCOPE: `openid ${secret}` };
    const args = ['--redirect-uri', `http://localhost:11098/${secret}`, '--format', 'json'];
    const { stdout, stderr } = await run(args, { env });
    expect(findCanaries(stdout + stderr, new Map([['secret', secret]]))).toEqual([]);
  });
});
