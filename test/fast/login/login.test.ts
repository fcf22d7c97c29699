import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { parsePrivateKey } from '../../../src/keys/private-key.ts';
import { planListener } from '../../../src/login/listen-plan.ts';
import { type LoginOutside, type LoginRequest, login } from '../../../src/login/login.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { RelyingParty } from '../../../src/sgid/relying-party.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import {
  ACCESS_TOKEN,
  createFakeProvider,
  type FakeProviderParts,
  PERSON,
} from '../../helpers/fake-provider.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { HOSTNAME, NONCE, SUB, signingKey } from '../../helpers/sign-id-token.ts';
import { takePort } from '../../helpers/take-port.ts';

const STATE = 'the-state-of-the-test';
const GENUINE = `code=the-code-of-the-test&state=${STATE}`;

/** A login without listener and browser, fed with pasted lines; what it says is recorded. */
function setUp(
  lines: Iterable<string> | AsyncIterable<string>,
  changes: Partial<LoginRequest> = {},
  parts: FakeProviderParts = {},
) {
  const clock = { ...createFakeClock(), sleep: systemClock.sleep };
  const provider = createFakeProvider(parts);
  const party = new RelyingParty({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: parsePrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch: provider.fetch, clock },
  });
  const said: string[] = [];
  const hidden: string[] = [];
  const controller = new AbortController();
  const request: LoginRequest = {
    redirectUri: 'http://localhost:5001/callback',
    scope: 'openid myinfo.name',
    state: STATE,
    nonce: NONCE,
    listen: undefined,
    browser: undefined,
    timeoutMs: 60_000,
    ...changes,
  };
  const outside: LoginOutside = {
    browser: { open: () => Promise.reject(new Error('no browser in this test')) },
    clock,
    pasted: (async function* () {
      yield* lines;
    })(),
    hide: (secrets) => hidden.push(...secrets),
    signal: controller.signal,
    progress: {
      authorizationUrl: (_url, opening) => said.push(opening ? 'opening' : 'visit'),
      waiting: (timeoutMs) => said.push(`waiting ${timeoutMs}`),
      browserFailed: (reason) => said.push(`failed: ${reason}`),
      providerFailed: (error) => said.push(`provider: ${error.code}`),
      stray: (error) => said.push(error.code),
      callbackReceived: () => said.push('received'),
    },
  };
  return { run: () => login(party, request, outside), said, hidden, controller, provider };
}

describe('login', () => {
  it('tells each step in order and gives the verified person', async () => {
    const { run, said } = setUp(['hello', `code=x&state=wrong`, GENUINE]);
    expect(await run()).toEqual({
      sub: SUB,
      data: PERSON,
      accessToken: ACCESS_TOKEN,
      idToken: expect.any(String),
      claims: expect.objectContaining({ nonce: NONCE }),
    });
    const strays = ['ERR_CALLBACK_INVALID', 'ERR_STATE_MISMATCH'];
    expect(said).toEqual(['visit', 'waiting 60000', ...strays, 'received']);
  });

  it('fetches the keys while it waits, and once', async () => {
    const { run, provider } = setUp([GENUINE]);
    await run();
    const paths = provider.requests.map(({ url }) => new URL(url).pathname.split('/').at(-1));
    expect(paths).toEqual(['jwks.json', 'token', 'userinfo']);
  });

  it('tells of a provider that gives no keys, and asks again when it needs them', async () => {
    async function* hesitate(): AsyncGenerator<string> {
      await expect.poll(() => said).toContain('provider: ERR_PROVIDER_UNAVAILABLE');
      yield GENUINE;
    }
    const jwks = [{ status: 500 }, { body: { keys: [signingKey.jwk] } }] as const;
    const { run, said } = setUp(hesitate(), {}, { jwks });
    expect((await run()).sub).toBe(SUB);
  });

  it('does not leave its question for the keys behind', async () => {
    const jwks = (): Promise<never> => new Promise(() => {});
    const { run, said, provider } = setUp([`error=access_denied&state=${STATE}`], {}, { jwks });
    expect((await errorOf(run)).code).toBe('ERR_ACCESS_DENIED');
    expect(provider.requestsTo('jwks').map(({ signal }) => signal?.aborted)).toEqual([true]);
    expect(said).not.toContainEqual(expect.stringContaining('provider'));
  });

  it('hides verifier, code and tokens as soon as it has them', async () => {
    const { run, hidden, provider } = setUp([GENUINE]);
    const { idToken } = await run();
    const form = new URLSearchParams(provider.requestsTo('token')[0]?.body);
    const verifier = form.get('code_verifier');
    expect(hidden).toEqual([verifier, 'the-code-of-the-test', ACCESS_TOKEN, idToken]);
  });

  it('fails with the last wrong line when no more can come', async () => {
    const { run } = setUp(['code=x&state=wrong', 'hello', '']);
    expect((await errorOf(run)).code).toBe('ERR_CALLBACK_INVALID');
  });

  it('waits for the listener when pasting has ended', async () => {
    const port = await takePort();
    const redirectUri = `http://localhost:${port}/callback`;
    const { run, controller, said } = setUp(['hello'], {
      redirectUri,
      listen: planListener(new URL(redirectUri), {}),
    });
    const running = errorOf(run);
    await expect.poll(() => said).toContain('ERR_CALLBACK_INVALID');
    controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped', { step: 'callback' }));
    expect((await running).code).toBe('ERR_INTERRUPTED');
    expect(await isPortFree(port)).toBe(true);
  });

  it('opens no browser when it is interrupted while the listener starts', async () => {
    const port = await takePort();
    const redirectUri = `http://localhost:${port}/callback`;
    const { run, controller, said } = setUp([], {
      redirectUri,
      browser: [],
      listen: planListener(new URL(redirectUri), {}),
    });
    const running = errorOf(run);
    controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped', { step: 'callback' }));
    expect((await running).code).toBe('ERR_INTERRUPTED');
    expect(said).toEqual([]);
    expect(await isPortFree(port)).toBe(true);
  });

  it('is interrupted, not out of input, when the lines end because of that', async () => {
    const { run, controller } = setUp([]);
    const running = errorOf(run);
    controller.abort(new SgidError('ERR_TERMINATED', 'stopped', { step: 'callback' }));
    expect((await running).code).toBe('ERR_TERMINATED');
  });

  it('goes on when the browser cannot even be started', async () => {
    const { run, said } = setUp([], { browser: ['firefox'] });
    await errorOf(run);
    expect(said).toContain('opening');
    await expect.poll(() => said).toContain('failed: no browser in this test');
  });

  it('ends at once when the browser fails and nobody can take over', async () => {
    const port = await takePort();
    const listen = planListener(new URL(`http://127.0.0.1:${port}/callback`), {});
    const { run } = setUp([], { listen, browser: [], unattended: true });
    const error = await errorOf(run);
    expect(error).toMatchObject({ code: 'ERR_AUTHORIZATION', step: 'authorize' });
    expect(error.message).toContain('no browser in this test');
    expect(await isPortFree(port)).toBe(true);
  });
});
