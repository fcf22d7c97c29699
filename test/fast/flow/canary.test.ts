import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { type Canaries, canariesIn, canariesOfKey, echo, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf, type Visit, withParameters } from '../../helpers/fake-browser.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { hang, type Misbehaviour, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { changeJson, tamperIdToken } from '../../helpers/tampered-id-token.ts';

const SCOPE = 'openid myinfo.name myinfo.email myinfo.registered_address';
const PASSPHRASE = 'CANARY passphrase/1+2';
const LOCKED_KEY = createPrivateKey(TEST_PRIVATE_KEY)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();

const seen: ServerRequest[] = [];

/** An error page that says back everything that the provider was ever sent in this login. */
const echoing =
  (status: number): Misbehaviour =>
  (request) => {
    seen.push(request);
    const words = echo(seen);
    const challenge = `error="${words.split('\n')[0]}"`;
    return reply(status, words, { 'www-authenticate': challenge });
  };

/** An honest endpoint that remembers what it was sent. */
const remembering: Misbehaviour = (request, honest) => {
  seen.push(request);
  return honest();
};

interface Scenario {
  readonly exit: number;
  readonly args?: readonly string[];
  readonly provider?: Misbehaviours;
  readonly visit?: Visit;
  readonly run?: RunOptions;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a good login': { exit: 0 },
  'one that prints the tokens': { exit: 0, args: ['--include-tokens'] },
  'a failed expectation': { exit: 9, args: ['--expect', 'myinfo.name=OTHER', '--expect', 'myinfo.sex'] },
  'an absent field': { exit: 9, args: ['--field', 'myinfo.sex'] },
  'a token endpoint that echoes (400)': { exit: 4, provider: { token: echoing(400) } },
  'a token endpoint that echoes (500)': { exit: 5, provider: { token: echoing(500) } },
  'a token endpoint that echoes (200)': { exit: 5, provider: { token: echoing(200) } },
  'a token endpoint that redirects and echoes': { exit: 5, provider: { token: echoing(302) } },
  'a JWKS endpoint that echoes': { exit: 5, provider: { token: remembering, jwks: echoing(500) } },
  'userinfo that echoes (401)': { exit: 4, provider: { token: remembering, userinfo: echoing(401) } },
  'userinfo that echoes (500)': { exit: 5, provider: { token: remembering, userinfo: echoing(500) } },
  'userinfo that echoes (200)': { exit: 5, provider: { token: remembering, userinfo: echoing(200) } },
  'tokens without an ID token': {
    exit: 5,
    provider: { token: changeJson(({ id_token, ...rest }) => ({ ...rest, other: id_token })) },
  },
  'tokens in an array': {
    exit: 5,
    provider: {
      token: async (_request, honest) => {
        const answer = await honest();
        return { ...answer, body: `[${answer.body}]` };
      },
    },
  },
  'an ID token with another nonce': { exit: 7, provider: { token: tamperIdToken({ nonce: 'x' }) } },
  'another subject': { exit: 7, provider: { userinfo: changeJson((json) => ({ ...json, sub: 'x' })) } },
  'a payload key that does not decrypt': {
    exit: 8,
    provider: { userinfo: changeJson(({ key, ...rest }) => ({ ...rest, key: `${String(key)}AAAA` })) },
  },
  'a hanging token endpoint': { exit: 5, args: ['--http-timeout', '0.1s'], provider: { token: hang } },
  'an unexpected callback with the genuine code': {
    exit: 0,
    visit: async (browser, url) => {
      const genuine = await redirectOf(url);
      await browser.visit(withParameters(genuine, { state: 'x' }));
      await browser.visit(genuine.href);
    },
  },
  'a refusal that quotes the client secret': {
    exit: 4,
    visit: async (browser, url) => {
      const genuine = await redirectOf(`${url}&mock_decision=refuse`);
      await browser.visit(withParameters(genuine, { error_description: `no ${TEST_CLIENT_SECRET} no` }));
    },
  },
  'no callback': { exit: 6, visit: async () => {}, run: { clock: createFakeClock() } },
  'a wrong passphrase': {
    exit: 3,
    run: { env: { SGID_PRIVATE_KEY: LOCKED_KEY, SGID_PRIVATE_KEY_PASSPHRASE: `${PASSPHRASE} not` } },
  },
  'no passphrase': {
    exit: 3,
    run: { env: { SGID_PRIVATE_KEY: LOCKED_KEY, SGID_PRIVATE_KEY_PASSPHRASE: '' } },
  },
  'a key cut off': { exit: 3, run: { env: { SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.slice(0, 900) } } },
  'a secret in place of the redirect URI': { exit: 3, args: ['--redirect-uri', TEST_CLIENT_SECRET] },
  'a secret in place of the provider': { exit: 3, args: ['--hostname', TEST_CLIENT_SECRET] },
  'a secret in an option that is none': { exit: 2, args: [`--client-secret=${TEST_CLIENT_SECRET}`] },
};

const VERBOSITIES = [[], ['-v'], ['-v', '--json-errors'], ['-q', '--json-errors']];

describe('no secret is said', () => {
  it.each(
    Object.entries(SCENARIOS).flatMap(([name, scenario]) =>
      VERBOSITIES.map((extra) => [name, extra.join(' '), scenario, extra] as const),
    ),
  )('in %s %s', async (_name, _extra, { exit, args = [], provider = {}, visit, run }, extra) => {
    seen.length = 0;
    const issued: Canaries = new Map();
    const flow = await startFlow({
      visit,
      provider: {
        ...provider,
        token: recordTokens(provider.token ?? ((_request, honest) => honest()), issued),
      },
    });
    const env = { SGID_PRIVATE_KEY: LOCKED_KEY, SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE, ...run?.env };
    const result = await flow.login(['--scope', SCOPE, ...args, ...extra], { ...run, env });
    expect(result.exitCode).toBe(exit);

    const secrets = new Map([
      ...canariesIn(flow.provider.requests),
      ...canariesOfKey(TEST_PRIVATE_KEY),
      ...canariesOfKey(LOCKED_KEY),
      ['client_secret', TEST_CLIENT_SECRET],
      ['passphrase', PASSPHRASE],
    ]);
    const claims = new Map([
      ['name', 'TAN WEI MING'],
      ['email', 'wei.ming@'],
      ['address', 'SINGAPORE'],
    ]);
    expect(findCanaries(result.stderr, new Map([...secrets, ...issued, ...claims]))).toEqual([]);
    const printed = exit === 0 || args.includes('--expect');
    if (!printed) expect(result.stdout).toBe('');
    if (!args.includes('--include-tokens')) for (const [name, secret] of issued) secrets.set(name, secret);
    else secrets.delete('access_token');
    expect(findCanaries(result.stdout, secrets)).toEqual([]);
    for (const page of flow.browser.pages)
      expect(findCanaries(page.body, new Map([...secrets, ...issued, ...claims]))).toEqual([]);
  });

  it.each(VERBOSITIES.map((extra) => [extra.join(' '), extra] as const))(
    'by the embedded provider’s client %s',
    async (_name, extra) => {
      const args = ['login', '--mock', '--persona', 'wei-ming', '--scope', SCOPE, ...extra];
      const { exitCode, stdout, stderr } = await runSgid(args);
      expect(exitCode).toBe(0);
      const secrets = new Map([...canariesOfKey(TEST_PRIVATE_KEY), ['client_secret', TEST_CLIENT_SECRET]]);
      expect(findCanaries(stdout + stderr, secrets)).toEqual([]);
      expect(stderr).not.toContain('TAN WEI MING');
    },
  );
});

/** Notes the tokens that an endpoint gives out. */
function recordTokens(endpoint: Misbehaviour, issued: Canaries): Misbehaviour {
  return async (request, honest) => {
    const answer = await endpoint(request, honest);
    if (!('endless' in answer)) {
      for (const [, name = '', token = ''] of answer.body.matchAll(/"(access_token|id_token)":"([^"]+)"/g))
        issued.set(name, token);
    }
    return answer;
  };
}
