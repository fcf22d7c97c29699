import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { type Canaries, canariesIn, canariesOfKey, echo, findCanaries } from '../../helpers/canaries.ts';
import { withParameters } from '../../helpers/fake-browser.ts';
import type { RunResult } from '../../helpers/fake-platform.ts';
import { type Misbehaviour, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { type StartedLogin, type StepFlow, startSteps } from '../../helpers/step-flow.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';

const SCOPE = 'openid myinfo.name myinfo.email';
const VERBOSITIES = [[], ['-v'], ['-v', '--json-errors'], ['-q', '--json-errors']];

/** What the browser's URL is made into, in view of the transaction. */
type Change = (url: URL, transaction: StartedLogin['transaction']) => string;

/** What every run of a scenario said, and all that it must not have said. */
interface Gathered {
  readonly results: RunResult[];
  readonly secrets: Canaries;
}

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
  flow: StepFlow,
  extra: readonly string[],
  change: Change = (url) => url.href,
): Promise<Gathered> {
  const results: RunResult[] = [];
  const step = async (args: readonly string[], stdin = ''): Promise<string> => {
    const result = await flow.run([...args, ...extra], { stdin });
    results.push(result);
    return result.stdout;
  };
  const { transaction, text, url } = await flow.start(['--scope', SCOPE]);
  const { codeVerifier = '', nonce = '', state = '' } = transaction;
  const code = url.searchParams.get('code') ?? '';
  const secrets: Canaries = new Map([
    ['code', code],
    ['code_verifier', codeVerifier],
    ['client_secret', TEST_CLIENT_SECRET],
  ]);
  const tokens = await step(['callback', '--transaction', '-', change(url, transaction)], text);
  await step(['callback', '--code', code, '--code-verifier', `${codeVerifier}!`]);
  await step(['callback', '--transaction', '-', '--code', code], text);
  await step(['callback', '--transaction', '-', url.href], text.slice(0, -3));
  await step(['userinfo'], tokens);
  await step(['userinfo', '--expect', 'myinfo.name=OTHER', '--expect', 'myinfo.sex'], tokens);
  await step(['userinfo', '--field', 'myinfo.sex'], tokens);
  await step(['userinfo'], tokens.slice(0, -3));
  await step(['inspect', '--verify', '--nonce', 'another', '--client-id', 'another'], tokens);
  if (tokens !== '') {
    const { accessToken, idToken, sub } = JSON.parse(tokens);
    const [, claims, signature] = idToken.split('.');
    for (const [name, value] of Object.entries({ accessToken, claims, signature, sub }))
      secrets.set(name, value);
    await step(['userinfo', '--token', '-'], accessToken);
    await step(['userinfo', '--token', '-'], `${accessToken} ${accessToken}`);
    await step(['userinfo', '--token', accessToken]);
    await step(['inspect'], `${idToken}.${idToken}`);
    await step(['inspect'], accessToken);
    await step(['inspect', idToken]);
  }
  // Last, because the provider withdraws the tokens of a code that comes twice.
  const again = ['callback', '--code', code, '--code-verifier', codeVerifier, '--state', state];
  await step([...again, '--nonce', nonce]);
  for (const [name, value] of canariesIn(flow.provider.requests)) secrets.set(name, value);
  return { results, secrets };
}

interface Scenario {
  /** Exit codes that must be among those of the steps: what the scenario is about did happen. */
  readonly exits: readonly number[];
  readonly provider?: Misbehaviours;
  readonly change?: Change;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'when all goes well': { exits: [0, 2, 3, 4, 7, 9] },
  'when an unexpected callback comes with the genuine code': {
    exits: [7],
    change: (url) => withParameters(url, { state: 'x' }),
  },
  'when a refusal quotes secrets': {
    exits: [4],
    change: (url, { codeVerifier }) => {
      const words = ['no', TEST_CLIENT_SECRET, url.search, url.searchParams.get('code'), codeVerifier, 'no'];
      return withParameters(url, { error: 'x', error_description: words.join(' ') });
    },
  },
  'when the URL is another': { exits: [7], change: (url) => url.href.replace('localhost', 'elsewhere.test') },
  'when the token endpoint echoes (400)': { exits: [4], provider: { token: echoing(400) } },
  'when the token endpoint echoes (500)': { exits: [5], provider: { token: echoing(500) } },
  'when the token endpoint echoes (200)': { exits: [5], provider: { token: echoing(200) } },
  'when userinfo echoes (401)': { exits: [4], provider: { userinfo: echoing(401) } },
  'when userinfo echoes (500)': { exits: [5], provider: { userinfo: echoing(500) } },
  'when userinfo echoes (200)': { exits: [5], provider: { userinfo: echoing(200) } },
  'when userinfo names a claim after the access token': {
    exits: [0, 9],
    provider: {
      userinfo: async (request, honest) => {
        const answer = await honest();
        const [token = ''] = canariesIn([request]).values();
        return { ...answer, body: answer.body.replace('myinfo.email', token) };
      },
    },
  },
  'when userinfo is about another person': {
    exits: [7],
    provider: { userinfo: changeJson((json) => ({ ...json, sub: 'x' })) },
  },
};

describe('no step says a secret or a claim', () => {
  it.each(
    Object.entries(SCENARIOS).flatMap(([name, scenario]) =>
      VERBOSITIES.map((extra) => [name, extra.join(' '), scenario, extra] as const),
    ),
  )('%s %s', async (_name, _extra, { exits, provider = {}, change }, extra) => {
    const flow = await startSteps({ provider });
    const { results, secrets } = await takeSteps(flow, extra, change);
    const claims = new Map([
      ['name', 'TAN WEI MING'],
      ['email', 'wei.ming@'],
    ]);
    const hidden = new Map([...secrets, ...canariesOfKey(TEST_PRIVATE_KEY), ...claims]);
    for (const { stderr } of results) {
      expect(findCanaries(stderr, hidden)).toEqual([]);
      expect(stderr).not.toMatch(/ERR_INTERNAL|\bat .*:\d+:\d+/);
    }
    expect(results.map(({ exitCode }) => exitCode)).toEqual(expect.arrayContaining([...exits, 3]));
  });
});
