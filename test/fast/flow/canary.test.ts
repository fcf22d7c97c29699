import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFaults } from '../../../src/mock/faults.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import type { ServerRequest, ServerResponse } from '../../../src/system/http-server.ts';
import { isRecord, parseJson } from '../../../src/text/guards.ts';
import { type Canaries, canariesIn, canariesOfKey, echo, findCanaries } from '../../helpers/canaries.ts';
import { type Visit, withParameters } from '../../helpers/fake-browser.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { startFlow, visitAll, visitWith } from '../../helpers/login-flow.ts';
import { hang, type Misbehaviour, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { changeJson, tamperIdToken } from '../../helpers/tampered-id-token.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';
const LOCKED_KEY = createPrivateKey(TEST_PRIVATE_KEY)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const STATE = 'CANARY+state/~0123456789';
const NONCE = 'CANARY+nonce/~0123456789';
const EVERYTHING = SCOPES.map(({ name }) => name).join(' ');
const WEI_MING = PERSONAS.find(({ id }) => id === 'wei-ming')?.data ?? {};

/** What is known of the person, by claim. */
const CLAIMS: Canaries = new Map(Object.entries(WEI_MING).filter(([, value]) => value.length >= 5));

/** What the token and userinfo endpoints were sent in this login. */
const seen: ServerRequest[] = [];

/** An error page that says all of that back. */
const echoing = (status: number, asJson = false): Misbehaviour => {
  return () => {
    const words = echo(seen);
    const document = JSON.stringify({ error: words, error_description: words, message: words });
    const challenge = `Bearer error="${words.split('\n')[0]}"`;
    return reply(status, asJson ? document : words, { 'www-authenticate': challenge });
  };
};

/** Notes what an endpoint is sent, and what it gives away: tokens, subject and JWEs, whole and in parts. */
function noting(given: Canaries, endpoint: Misbehaviour = (_request, honest) => honest()): Misbehaviour {
  const note = (answer: ServerResponse): ServerResponse => {
    const { access_token, id_token, sub, key, data } = asRecord(parseJson(answer.body));
    for (const [name, value] of Object.entries({ access_token, id_token, sub, key, ...asRecord(data) })) {
      if (typeof value !== 'string') continue;
      for (const part of [value, ...value.split('.').filter(({ length }) => length >= 20)])
        given.set(`${name}: ${part}`, part);
    }
    return answer;
  };
  return async (request, honest) => {
    seen.push(request);
    const answer = await endpoint(request, async () => note(await honest()));
    return 'body' in answer ? note(answer) : answer;
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

interface Scenario {
  readonly args?: readonly string[];
  readonly provider?: Misbehaviours;
  readonly visit?: Visit;
  readonly run?: RunOptions;
}

/** Logs in with everything that can be written, and gives what was written, and what must not be in it. */
async function logInWithCanaries({ args = [], provider = {}, visit, run = {} }: Scenario) {
  seen.length = 0;
  const given: Canaries = new Map();
  const { token, userinfo } = provider;
  const flow = await startFlow({
    visit,
    provider: { ...provider, token: noting(given, token), userinfo: noting(given, userinfo) },
  });
  const folder = await makeTemporaryFolder();
  const [trace, page, report] = [join(folder, 'trace'), join(folder, 'page'), join(folder, 'report')];
  const files = ['--trace', trace, '--junit', report];
  const env = { SGID_PRIVATE_KEY: LOCKED_KEY, SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE, ...run.env };
  const options = ['--scope', EVERYTHING, '--state', STATE, '--nonce', NONCE, ...files, ...args];
  const result = await flow.login(options, { ...run, env });
  const { searchParams: sent } = new URL(result.opened[0] ?? 'none:');
  const drawn = await runSgid(['trace', 'view', trace]);
  await runSgid(['trace', 'view', trace, '--html', page]);
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  return {
    ...result,
    code: /"code":"(\w+)"/.exec(result.code ?? '')?.[1] ?? result.code,
    pages: result.pages.map(({ body }) => body).join('\n'),
    trace: await read(trace),
    page: await read(page),
    timeline: drawn.stdout + drawn.stderr,
    report: await read(report),
    given,
    secrets: new Map([
      ...canariesIn(result.requests),
      ...canariesOfKey(TEST_PRIVATE_KEY),
      ...canariesOfKey(LOCKED_KEY),
      ['client_secret', TEST_CLIENT_SECRET],
      ['passphrase', PASSPHRASE],
    ]),
    /** What only the authorization URL says, which the person is told. */
    urlSecrets: new Map(
      ['state', 'nonce', 'code_challenge'].map((name) => [name, sent.get(name) ?? 'none was sent'] as const),
    ),
  };
}

type CanaryLogin = Awaited<ReturnType<typeof logInWithCanaries>>;

function expectNoSecret({ stderr, pages, given, secrets, urlSecrets, ...login }: CanaryLogin): void {
  const { trace, page, timeline, report } = login;
  const hidden = new Map([...secrets, ...given, ...CLAIMS]);
  expect(findCanaries(stderr, hidden)).toEqual([]);
  const besidesUrl = stderr.replace(/^http\S+\/oauth\/authorize\?\S+$/m, '');
  for (const [name, text] of Object.entries({ stderr: besidesUrl, pages, trace, page, timeline, report }))
    expect([name, findCanaries(text, new Map([...hidden, ...urlSecrets]))]).toEqual([name, []]);
}

const SCENARIOS: Readonly<Record<string, Scenario & { readonly exit: number }>> = {
  'a good login': { exit: 0 },
  'one that prints the tokens': { exit: 0, args: ['--include-tokens'] },
  'a failed expectation': {
    exit: 9,
    args: ['--scope', 'openid myinfo.name', '--expect', 'myinfo.name=OTHER', '--expect', 'myinfo.sex'],
  },
  'an absent field': { exit: 9, args: ['--scope', 'openid myinfo.name', '--field', 'myinfo.sex'] },
  'a token endpoint that echoes (400)': { exit: 4, provider: { token: echoing(400) } },
  'a token endpoint that echoes (500)': { exit: 5, provider: { token: echoing(500) } },
  'a token endpoint that echoes (200)': { exit: 5, provider: { token: echoing(200) } },
  'a token endpoint that echoes in JSON (400)': { exit: 4, provider: { token: echoing(400, true) } },
  'a token endpoint that echoes in JSON (200)': { exit: 5, provider: { token: echoing(200, true) } },
  'a token endpoint that redirects and echoes': { exit: 5, provider: { token: echoing(302) } },
  'a JWKS endpoint that echoes': { exit: 5, provider: { jwks: echoing(500) } },
  'a JWKS endpoint that echoes in JSON': { exit: 5, provider: { jwks: echoing(500, true) } },
  'userinfo that echoes (401)': { exit: 4, provider: { userinfo: echoing(401) } },
  'userinfo that echoes (500)': { exit: 5, provider: { userinfo: echoing(500) } },
  'userinfo that echoes (200)': { exit: 5, provider: { userinfo: echoing(200) } },
  'userinfo that echoes in JSON (401)': { exit: 4, provider: { userinfo: echoing(401, true) } },
  'userinfo that echoes in JSON (200)': { exit: 7, provider: { userinfo: echoing(200, true) } },
  'tokens without an ID token': {
    exit: 5,
    provider: { token: changeJson(({ id_token, ...rest }) => ({ ...rest, other: id_token })) },
  },
  'tokens in an array': { exit: 5, provider: { token: changeJson((tokens) => [tokens]) } },
  'an ID token with another nonce': { exit: 7, provider: { token: tamperIdToken({ nonce: 'x' }) } },
  'another subject': {
    exit: 7,
    provider: { userinfo: changeJson((json) => ({ ...json, sub: 'u=canary' })) },
  },
  'a payload key that does not decrypt': {
    exit: 8,
    provider: { userinfo: changeJson(({ key, ...rest }) => ({ ...rest, key: `${String(key)}AAAA` })) },
  },
  'a hanging token endpoint': { exit: 5, args: ['--http-timeout', '0.1s'], provider: { token: hang } },
  'an unexpected callback with the genuine code': {
    exit: 0,
    visit: visitAll((genuine) => [withParameters(genuine, { state: 'x' }), genuine.href]),
  },
  'a refusal that quotes the client secret': {
    exit: 4,
    visit: visitWith({ error: 'access_denied', error_description: `no ${TEST_CLIENT_SECRET} no` }),
  },
  'no callback': { exit: 6, visit: async () => {}, run: { clock: createFakeClock() } },
  'a wrong passphrase': { exit: 3, run: { env: { SGID_PRIVATE_KEY_PASSPHRASE: `${PASSPHRASE} not` } } },
  'no passphrase': { exit: 3, run: { env: { SGID_PRIVATE_KEY_PASSPHRASE: '' } } },
  'a key cut off': { exit: 3, run: { env: { SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.slice(0, 900) } } },
  'a secret in place of the redirect URI': { exit: 3, args: ['--redirect-uri', TEST_CLIENT_SECRET] },
  'a secret in place of the provider': { exit: 3, args: ['--hostname', TEST_CLIENT_SECRET] },
  'a secret in an option that is none': { exit: 2, args: [`--client-secret=${TEST_CLIENT_SECRET}`] },
};

const VERBOSITIES = ['', '-v', '-v --json-errors', '-q --json-errors'];

describe('no secret is said', () => {
  it.each(
    Object.entries(SCENARIOS).flatMap(([name, scenario]) =>
      VERBOSITIES.map((extra) => [name, extra, scenario] as const),
    ),
  )('in %s %s', async (_name, extra, { exit, ...scenario }) => {
    const args = [...(scenario.args ?? []), ...extra.split(' ').filter(Boolean)];
    const login = await logInWithCanaries({ ...scenario, args });
    const { exitCode, code, stdout, trace, page, secrets, given } = login;
    expect(exitCode).toBe(exit);
    expectNoSecret(login);
    if (exit !== 2) expect(JSON.parse(trace).outcome.code).toBe(code);
    if (exit > 2) expect(page).toContain(code);
    if (exit !== 0 && !args.includes('--expect')) expect(stdout).toBe('');
    const printed = args.includes('--include-tokens') ? /^(sub|access_token|id_token)\b/ : /^sub\b/;
    const hidden = [...secrets, ...given].filter(([name]) => !printed.test(name));
    expect(findCanaries(stdout, new Map(hidden))).toEqual([]);
  });

  /** How long a login with a fault may last, where the fault is that it lasts. */
  const impatient: Readonly<Record<string, readonly string[]>> = {
    'no-callback': ['--timeout', '0.3s'],
    'wrong-state': ['--timeout', '0.5s'],
    'token-slow': ['--http-timeout', '0.3s'],
    slow: ['--http-timeout', '0.3s'],
  };
  it.each(listFaults().map(({ name }) => name))(
    'in a login at a provider with the fault %s',
    async (name) => {
      const args = ['--state', `mock-fault:${name}`, ...(impatient[name] ?? [])];
      const login = await logInWithCanaries({ args });
      expectNoSecret(login);
      expect(JSON.parse(login.trace).outcome.code).toBe(login.code);
      if (login.code !== undefined) expect(login.page).toContain(login.code);
    },
  );

  it('where a good login has many', async () => {
    const { secrets, urlSecrets, given, report } = await logInWithCanaries({});
    expect([...secrets.keys(), ...urlSecrets.keys(), ...CLAIMS.keys()]).toEqual(
      expect.arrayContaining([
        ...['code', 'code_verifier', 'client_secret', 'access_token'],
        ...['state', 'passphrase', 'myinfo.name'],
      ]),
    );
    expect(secrets.size + given.size + CLAIMS.size).toBeGreaterThan(150);
    expect(report).toContain('name="login"');
  });

  it('in the trace of a login with the client secret in place of the client id', async () => {
    const env = { SGID_CLIENT_ID: TEST_CLIENT_SECRET };
    const { exitCode, trace } = await logInWithCanaries({ args: ['--timeout', '0.3s'], run: { env } });
    expect(exitCode).toBe(6);
    expect(findCanaries(trace, new Map([['client secret', TEST_CLIENT_SECRET]]))).toEqual([]);
    expect(trace).toContain('client_id=[redacted]&redirect_uri=http');
  });

  it('in the trace of a login whose callback quotes secrets and claims', async () => {
    const words = `${TEST_CLIENT_SECRET} ${CLAIMS.get('myinfo.name')} ${PASSPHRASE}`;
    const visit = visitWith({ error: words, error_description: words, other: words });
    const login = await logInWithCanaries({ visit });
    expect(login.code).toBe('ERR_AUTHORIZATION');
    // What a callback says is no claim yet, and the person is told.
    expectNoSecret({ ...login, stderr: '', report: '' });
  });

  it.each(VERBOSITIES)('by the embedded provider’s client %s', async (extra) => {
    const path = join(await makeTemporaryFolder(), 'trace.json');
    const args = ['login', '--mock', '--persona', 'wei-ming', '--scope', EVERYTHING, '--include-tokens'];
    const options = [
      '--state',
      STATE,
      '--nonce',
      NONCE,
      '--trace',
      path,
      ...extra.split(' ').filter(Boolean),
    ];
    const { exitCode, stdout, stderr } = await runSgid([...args, ...options]);
    expect(exitCode).toBe(0);
    const trace = await readFile(path, 'utf8');
    const ours = new Map([...canariesOfKey(TEST_PRIVATE_KEY), ['client secret', TEST_CLIENT_SECRET]]);
    expect(findCanaries(stdout + stderr + trace, ours)).toEqual([]);
    const { accessToken, idToken, sub } = JSON.parse(stdout);
    const others = new Map(Object.entries({ state: STATE, nonce: NONCE, accessToken, idToken, sub }));
    const secrets = new Map([...CLAIMS, ...others]);
    expect(findCanaries(stdout, secrets).length).toBeGreaterThan(10);
    expect(findCanaries(stderr + trace, secrets)).toEqual([]);
  });
});
