import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { type Canaries, canariesIn, canariesOfKey, echo, findCanaries } from '../../helpers/canaries.ts';
import { withParameters } from '../../helpers/fake-browser.ts';
import type { RunResult } from '../../helpers/fake-platform.ts';
import { type Misbehaviour, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { type StartedLogin, startCallback } from '../../helpers/step-flow.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';

const SCOPE = ['--scope', 'openid myinfo.name myinfo.email'];

/** An error page that says back everything that the provider was ever sent. */
function echoing(status: number): Misbehaviour {
  const seen: ServerRequest[] = [];
  return (request) => {
    seen.push(request);
    return reply(status, echo(seen), { 'www-authenticate': `error="${echo(seen).split('\n')[0]}"` });
  };
}

/** Takes all steps, each with what the one before printed, whether that went well or not. */
async function takeSteps(
  { url, transaction, text, finish, run, provider }: Awaited<ReturnType<typeof startCallback>>,
  extra: readonly string[],
  change: Change,
) {
  const { codeVerifier = '', nonce = '', state = '' } = transaction;
  const code = url.searchParams.get('code') ?? '';
  const results: RunResult[] = [await finish(extra, { url: change(url, transaction) })];
  const tokens = results[0]?.stdout ?? '';
  const { accessToken = '', idToken = '', sub = '' } = tokens === '' ? {} : JSON.parse(tokens);
  for (const [commandLine, stdin] of [
    [`callback --code ${code} --code-verifier ${codeVerifier}!`, ''],
    [`callback --transaction - --code ${code}`, text],
    [`callback --transaction - ${url.href}`, text.slice(0, -3)],
    ['userinfo', tokens],
    ['userinfo --expect myinfo.name=OTHER --expect myinfo.sex', tokens],
    ['userinfo --field myinfo.sex', tokens],
    ['userinfo', tokens.slice(0, -3)],
    ['inspect --verify --nonce another --client-id another', tokens],
    ['userinfo --token -', accessToken],
    ['userinfo --token -', `${accessToken} ${accessToken}`],
    [`userinfo --token=${accessToken}`, ''],
    ['inspect', `${idToken}.${idToken}`],
    ['inspect', accessToken],
    [`inspect ${idToken}`.trim(), ''],
    // Last, because the provider withdraws the tokens of a code that comes twice.
    [`callback --code ${code} --code-verifier ${codeVerifier} --state ${state} --nonce ${nonce}`, ''],
  ] as const)
    results.push(await run([...commandLine.split(' '), ...extra], { stdin }));
  const [, claims = '', signature = ''] = idToken.split('.');
  const given = Object.entries({ accessToken, claims, signature, sub }).filter(([, value]) => value !== '');
  const secrets: Canaries = new Map([
    ...Object.entries({ code, codeVerifier, clientSecret: TEST_CLIENT_SECRET }),
    ...given,
    ...canariesIn(provider.requests),
  ]);
  return { results, secrets };
}

type Change = (url: URL, transaction: StartedLogin['transaction']) => string;

const quoteSecrets: Change = (url, { codeVerifier }) => {
  const words = ['no', TEST_CLIENT_SECRET, url.search, url.searchParams.get('code'), codeVerifier, 'no'];
  return withParameters(url, { error: 'x', error_description: words.join(' ') });
};

const nameClaimAfterToken: Misbehaviour = async (request, honest) => {
  const answer = await honest();
  const [token = ''] = canariesIn([request]).values();
  return { ...answer, body: answer.body.replace('myinfo.email', token) };
};

/** Exit codes that must be among those of the steps: what the scenario is about did happen. */
type Scenario = [name: string, exits: readonly number[], Misbehaviours, Change?];

const SCENARIOS: Scenario[] = [
  ['all goes well', [0, 2, 3, 4, 7, 9], {}],
  ['an unexpected callback has the code', [7], {}, (url) => withParameters(url, { state: 'x' })],
  ['a refusal quotes secrets', [4], {}, quoteSecrets],
  ['the URL is another', [7], {}, (url) => url.href.replace('localhost', 'elsewhere.test')],
  ['the token endpoint echoes (400)', [4], { token: echoing(400) }],
  ['the token endpoint echoes (500)', [5], { token: echoing(500) }],
  ['the token endpoint echoes (200)', [5], { token: echoing(200) }],
  ['userinfo echoes (401)', [4], { userinfo: echoing(401) }],
  ['userinfo echoes (500)', [5], { userinfo: echoing(500) }],
  ['userinfo echoes (200)', [5], { userinfo: echoing(200) }],
  ['userinfo names a claim after the access token', [0, 9], { userinfo: nameClaimAfterToken }],
  ['userinfo is of another', [7], { userinfo: changeJson((json) => ({ ...json, sub: 'x' })) }],
];

describe.each(['', '-v', '-v --json-errors', '-q --json-errors'])(
  'no step with "%s" says a secret',
  (extra) => {
    it.each<Scenario>(SCENARIOS)('when %s', async (_name, exits, provider, change = ({ href }) => href) => {
      const flow = await startCallback({ provider }, SCOPE);
      const { results, secrets } = await takeSteps(flow, extra.split(' ').filter(Boolean), change);
      const claims = Object.entries({ name: 'TAN WEI MING', email: 'wei.ming@' });
      const hidden = new Map([...secrets, ...canariesOfKey(TEST_PRIVATE_KEY), ...claims]);
      for (const { stderr } of results) {
        expect(findCanaries(stderr, hidden)).toEqual([]);
        expect(stderr).not.toMatch(/ERR_INTERNAL|\bat .*:\d+:\d+/);
      }
      expect(results.map(({ exitCode }) => exitCode)).toEqual(expect.arrayContaining([...exits, 3]));
    });
  },
);
