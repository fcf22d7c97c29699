import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFaults } from '../../../src/mock/faults.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { isRecord, parseJson } from '../../../src/text/guards.ts';
import { type Canaries, canariesIn, canariesOfKey, echo, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf, type Visit, withParameters } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { type Misbehaviour, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';
const LOCKED_KEY = createPrivateKey(TEST_PRIVATE_KEY)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const NONCE = 'CANARY+nonce/~0123456789';
const EVERYTHING = SCOPES.map(({ name }) => name).join(' ');

const WEI_MING = PERSONAS.find(({ id }) => id === 'wei-ming');

/** What is known of the person, by claim. */
const CLAIMS: Canaries = new Map(
  Object.entries(WEI_MING?.data ?? {}).filter(([, value]) => value.length >= 5),
);

/** What must be in no trace of a login: whatever the provider was sent and gave away, and what nobody sends. */
function secretsOf(state: string, requests: readonly ServerRequest[], given: Canaries): Canaries {
  return new Map([
    ...canariesIn(requests),
    ...canariesOfKey(TEST_PRIVATE_KEY),
    ...canariesOfKey(LOCKED_KEY),
    ...given,
    ...CLAIMS,
    ['client secret', TEST_CLIENT_SECRET],
    ['passphrase', PASSPHRASE],
    ['state', state],
    ['nonce', NONCE],
    ['challenge', challengeIn(requests)],
  ]);
}

function challengeIn(requests: readonly ServerRequest[]): string {
  const authorize = requests.find(({ target }) => target.includes('code_challenge='));
  return (
    new URLSearchParams(authorize?.target.split('?')[1]).get('code_challenge') ?? 'no challenge was sent'
  );
}

/** Notes what an honest endpoint gives away: tokens, subject and JWEs, whole and in parts. */
function noting(endpoint: Misbehaviour | undefined, given: Canaries): Misbehaviour {
  return async (request, honest) => {
    const answer = await honest();
    const { access_token, id_token, sub, key, data } = asRecord(parseJson(answer.body));
    for (const [name, value] of Object.entries({ access_token, id_token, sub, key, ...asRecord(data) })) {
      if (typeof value !== 'string') continue;
      given.set(`given ${name}`, value);
      for (const [index, part] of value.split('.').entries())
        if (part.length >= 20) given.set(`given ${name}, part ${index}`, part);
    }
    return endpoint ? endpoint(request, async () => answer) : answer;
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

interface TracedLogin {
  readonly exitCode: number;
  readonly code: string | undefined;
  /** The trace, the page and the timeline that were made of it, and all that was said meanwhile. */
  readonly texts: Readonly<Record<'trace' | 'page' | 'timeline' | 'stderr', string>>;
  readonly secrets: Canaries;
}

async function traceLogin(
  state: string,
  args: readonly string[] = [],
  provider: Misbehaviours = {},
  visit?: Visit,
): Promise<TracedLogin> {
  const given: Canaries = new Map();
  const flow = await startFlow({
    visit,
    provider: {
      ...provider,
      token: noting(provider.token, given),
      userinfo: noting(provider.userinfo, given),
    },
  });
  const path = join(await makeTemporaryFolder(), 'trace.json');
  const page = `${path}.html`;
  const env = { SGID_PRIVATE_KEY: LOCKED_KEY, SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE };
  const options = ['--state', state, '--nonce', NONCE, '--scope', EVERYTHING, '--trace', path];
  const run = await flow.login([...options, ...args], { env });
  const drawn = await runSgid(['trace', 'view', path]);
  await runSgid(['trace', 'view', path, '--html', page]);
  return {
    exitCode: run.exitCode,
    code: run.exitCode === 0 ? undefined : errorCodeOf(run),
    texts: {
      trace: await readFile(path, 'utf8'),
      page: await readFile(page, 'utf8'),
      timeline: drawn.stdout + drawn.stderr,
      // The URL for the person is said, state and nonce in it.
      stderr: run.stderr.replace(/^http\S+\/oauth\/authorize\?\S+$/m, ''),
    },
    secrets: secretsOf(state, flow.provider.requests, given),
  };
}

function expectNoSecret({ texts, secrets }: TracedLogin): void {
  for (const [name, text] of Object.entries(texts)) {
    expect([name, text.length > 100]).toEqual([name, true]);
    expect([name, findCanaries(text, secrets)]).toEqual([name, []]);
  }
}

/** How long a login with a fault may last, where the fault is that it lasts. */
const IMPATIENT: Readonly<Record<string, readonly string[]>> = {
  'no-callback': ['--timeout', '0.3s'],
  'wrong-state': ['--timeout', '0.5s'],
  'token-slow': ['--http-timeout', '0.3s'],
  slow: ['--http-timeout', '0.3s'],
};

describe('no secret is in a trace', () => {
  it('of a good login', async () => {
    const login = await traceLogin('CANARY+state/~0123456789');
    expect(login.exitCode).toBe(0);
    expect([...login.secrets.keys()]).toEqual(
      expect.arrayContaining([
        'code',
        'code_verifier',
        'client_secret',
        'access_token',
        'state',
        'passphrase',
        'myinfo.name',
      ]),
    );
    expect(login.secrets.size).toBeGreaterThan(150);
    expectNoSecret(login);
    expect(JSON.parse(login.texts.trace).outcome).toEqual({ ok: true });
  });

  it.each(listFaults().map(({ name }) => name))(
    'of a login at a provider with the fault %s',
    async (name) => {
      const login = await traceLogin(`mock-fault:${name}`, IMPATIENT[name]);
      expectNoSecret(login);
      const { outcome } = JSON.parse(login.texts.trace);
      expect(outcome.code).toBe(login.code);
      if (login.code !== undefined) expect(login.texts.page).toContain(login.code);
    },
  );

  const seen: ServerRequest[] = [];
  const echoing =
    (status: number): Misbehaviour =>
    (request) => {
      seen.push(request);
      const words = echo(seen);
      const document = JSON.stringify({ error: words, error_description: words, message: words });
      return reply(status, document, { 'www-authenticate': `Bearer error="${words.split('\n')[0]}"` });
    };
  it.each<[string, Misbehaviours]>([
    ['token endpoint that echoes (400)', { token: echoing(400) }],
    ['token endpoint that echoes (200)', { token: echoing(200) }],
    ['JWKS endpoint that echoes (500)', { jwks: echoing(500) }],
    ['userinfo endpoint that echoes (401)', { userinfo: echoing(401) }],
    ['userinfo endpoint that echoes (200)', { userinfo: echoing(200) }],
  ])('of a login at a %s', async (_name, provider) => {
    seen.length = 0;
    const login = await traceLogin('CANARY+state/~0123456789', [], provider);
    expect(login.exitCode).toBeGreaterThan(3);
    expectNoSecret(login);
  });

  it('of a login in which the client secret stands where the client id should', async () => {
    const flow = await startFlow();
    const path = join(await makeTemporaryFolder(), 'trace.json');
    const env = { SGID_CLIENT_ID: TEST_CLIENT_SECRET };
    const { exitCode } = await flow.login(['--trace', path, '--timeout', '0.3s'], { env });
    expect(exitCode).toBe(6);
    const trace = await readFile(path, 'utf8');
    expect(findCanaries(trace, new Map([['client secret', TEST_CLIENT_SECRET]]))).toEqual([]);
    expect(trace).toContain('client_id=[redacted]&redirect_uri=http');
  });

  it('of a login whose callback quotes secrets and claims', async () => {
    const visit: Visit = async (browser, url) => {
      const genuine = await redirectOf(`${url}&mock_decision=refuse`);
      const words = `${TEST_CLIENT_SECRET} ${WEI_MING?.data['myinfo.name']} ${PASSPHRASE}`;
      await browser.visit(withParameters(genuine, { error: words, error_description: words, other: words }));
    };
    const login = await traceLogin('CANARY+state/~0123456789', [], {}, visit);
    expect(login.code).toBe('ERR_AUTHORIZATION');
    const { stderr: _said, ...texts } = login.texts;
    expectNoSecret({ ...login, texts: { ...texts, stderr: texts.trace } });
  });

  it('of a login at the embedded provider, where the browser is ours as well', async () => {
    const path = join(await makeTemporaryFolder(), 'trace.json');
    const args = ['login', '--mock', '--persona', 'wei-ming', '--scope', EVERYTHING, '--include-tokens'];
    const options = ['--state', 'CANARY+state/~0123', '--nonce', NONCE, '--trace', path];
    const { exitCode, stdout } = await runSgid([...args, ...options]);
    expect(exitCode).toBe(0);
    const { accessToken, idToken, sub } = JSON.parse(stdout);
    const secrets: Canaries = new Map([
      ...CLAIMS,
      ['client secret', TEST_CLIENT_SECRET],
      ['state', 'CANARY+state/~0123'],
      ['nonce', NONCE],
      ['access token', accessToken],
      ['ID token', idToken],
      ['subject', sub],
    ]);
    expect(findCanaries(stdout, secrets).length).toBeGreaterThan(10);
    expect(findCanaries(await readFile(path, 'utf8'), secrets)).toEqual([]);
  });
});
