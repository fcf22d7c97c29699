import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { parsePrivateKey } from '../../../src/keys/private-key.ts';
import { planListener } from '../../../src/login/listen-plan.ts';
import { type LoginInput, login } from '../../../src/login/login.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Provider } from '../../../src/oidc/provider.ts';
import { exchangeCode } from '../../../src/oidc/token.ts';
import { SgidProvider } from '../../../src/sgid/sgid-provider.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import {
  ACCESS_TOKEN,
  createFakeProvider,
  type FakeProviderParts,
  PERSON,
} from '../../helpers/fake-provider.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { exchangeRaw, rawRequest } from '../../helpers/raw-http.ts';
import { HOSTNAME, ISSUER, NONCE, SUB, signIdToken, signingKey } from '../../helpers/sign-id-token.ts';
import { takePort } from '../../helpers/take-port.ts';

const STATE = 'the-state-of-the-test';
const GENUINE = `code=the-code-of-the-test&state=${STATE}`;
const REDIRECT_URI = 'http://localhost:5001/callback';

interface Setting {
  readonly lines?: Iterable<string> | AsyncIterable<string>;
  readonly input?: Partial<LoginInput>;
  readonly parts?: FakeProviderParts;
  readonly provider?: (fake: ReturnType<typeof createFakeProvider>) => Provider;
  /** What the browser does. */
  readonly visit?: (url: string) => Promise<void>;
}

/** A login that is fed with pasted lines; what its journal says is recorded. */
function setUp({ lines = [], input, parts, provider = createSgid, visit }: Setting = {}) {
  const fake = createFakeProvider(parts);
  const said: string[] = [];
  const hidden: string[] = [];
  const controller = new AbortController();
  const journal = new Journal(0);
  journal.follow({
    ended: ({ name }) => said.push(name),
    warned: (check, reason) => said.push(`${check}: ${reason}`),
    unexpected: ({ code }) => said.push(code),
  });
  const run = () =>
    login(
      provider(fake),
      {
        redirectUri: REDIRECT_URI,
        scope: ['openid', 'myinfo.name'],
        state: STATE,
        nonce: NONCE,
        listen: undefined,
        browser: visit ? [] : undefined,
        timeoutMs: 60_000,
        ...input,
      },
      {
        browser: {
          open: async (url) => {
            if (visit === undefined) throw new Error('no browser in this test');
            return { failed: visit(url).then(() => undefined) };
          },
        },
        clock: systemClock,
        journal,
        pasted: (async function* () {
          yield* lines;
        })(),
        hide: (secrets) => hidden.push(...secrets),
        signal: controller.signal,
      },
    );
  return { run, said, hidden, controller, fake };
}

const clock = { ...createFakeClock(), sleep: systemClock.sleep };

function createSgid({ fetch }: ReturnType<typeof createFakeProvider>): SgidProvider {
  return new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: parsePrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch, clock },
  });
}

const listenAt = (redirectUri: string): Pick<LoginInput, 'redirectUri' | 'listen'> => ({
  redirectUri,
  listen: planListener(new URL(redirectUri), { anyPort: true }),
});

describe('login', () => {
  it('goes step by step and gives the verified person', async () => {
    const { run, said } = setUp({ lines: ['hello', 'code=x&state=wrong', GENUINE] });
    expect(await run()).toEqual({
      sub: SUB,
      data: PERSON,
      accessToken: ACCESS_TOKEN,
      idToken: expect.any(String),
      claims: expect.objectContaining({ nonce: NONCE }),
    });
    expect(said.filter((what) => what !== 'jwks')).toEqual([
      ...['authorize', 'ERR_CALLBACK_INVALID', 'ERR_STATE_MISMATCH', 'callback'],
      ...['token', 'id-token', 'userinfo', 'decrypt'],
    ]);
  });

  it('warns of a provider that gives no keys, and asks again when it needs them', async () => {
    async function* hesitate(): AsyncGenerator<string> {
      await expect.poll(() => said.join()).toContain('provider: GET');
      yield GENUINE;
    }
    const jwks = [{ status: 500 }, { body: { keys: [signingKey.jwk] } }] as const;
    const { run, said } = setUp({ lines: hesitate(), parts: { jwks } });
    expect((await run()).sub).toBe(SUB);
  });

  it('does not leave its question for the keys behind', async () => {
    const jwks = (): Promise<never> => new Promise(() => {});
    const { run, said, fake } = setUp({ lines: [`error=access_denied&state=${STATE}`], parts: { jwks } });
    expect((await errorOf(run)).code).toBe('ERR_ACCESS_DENIED');
    expect(fake.requestsTo('jwks').map(({ signal }) => signal?.aborted)).toEqual([true]);
    expect(said).not.toContainEqual(expect.stringContaining('provider'));
  });

  it('hides verifier, code and tokens as soon as it has them', async () => {
    const { run, hidden, fake } = setUp({ lines: [GENUINE] });
    const { idToken } = await run();
    const form = new URLSearchParams(fake.requestsTo('token')[0]?.body);
    expect(hidden).toEqual([form.get('code_verifier'), 'the-code-of-the-test', ACCESS_TOKEN, idToken]);
  });
});

describe('a login that cannot go on', () => {
  it('frees the port when it is interrupted while the listener starts', async () => {
    const port = await takePort();
    const input = listenAt(`http://localhost:${port}/callback`);
    const { run, controller, said } = setUp({ lines: ['hello'], input, visit: async () => {} });
    const running = errorOf(run);
    controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped'));
    expect((await running).code).toBe('ERR_INTERRUPTED');
    expect(said).toEqual(['listen']);
    expect(await isPortFree(port)).toBe(true);
  });

  it('goes on when the browser cannot even be started', async () => {
    const { run, said } = setUp({ input: { browser: ['firefox'] } });
    await errorOf(run);
    await expect.poll(() => said).toContain('browser: no browser in this test');
  });

  it('ends at once when the browser fails and nobody can take over', async () => {
    const port = await takePort();
    const input = listenAt(`http://127.0.0.1:${port}/callback`);
    const error = await errorOf(setUp({ input: { ...input, browser: [], unattended: true } }).run);
    expect(error).toMatchObject({ code: 'ERR_AUTHORIZATION', step: 'authorize' });
    expect(error.message).toContain('no browser in this test');
    expect(await isPortFree(port)).toBe(true);
  });
});

describe('the callback', () => {
  const get = (uri: string, query: string): Promise<string> => {
    const { port, host, pathname } = new URL(uri);
    return exchangeRaw(Number(port), rawRequest(`${pathname}?${query}`, host));
  };

  /** Visits the redirect URI with these queries at the same time, and waits for the pages. */
  async function visitWith(queries: readonly string[], parts?: FakeProviderParts) {
    let pages: Promise<string[]> = Promise.resolve([]);
    const { run, fake } = setUp({
      input: listenAt('http://127.0.0.1:0/callback'),
      ...(parts && { parts }),
      visit: async (url) => {
        const uri = new URL(url).searchParams.get('redirect_uri') ?? '';
        pages = Promise.all(queries.map((query) => get(uri, query)));
        await pages;
      },
    });
    const outcome = await run().catch((error: unknown) => error);
    return { outcome, pages: await pages, fake };
  }

  it('of this login settles it, others change nothing, and the page waits for the end', async () => {
    const queries = [`code=x&state=wrong`, GENUINE, GENUINE, 'code=x&state=wrong'];
    const { outcome, pages, fake } = await visitWith(queries);
    expect(outcome).toMatchObject({ sub: SUB });
    expect(pages.filter((page) => page.includes('ERR_STATE_MISMATCH')).length).toBeGreaterThan(0);
    expect(pages.filter((page) => page.includes('<title>Signed in'))).toHaveLength(1);
    expect(pages.filter((page) => page.includes('Login already finished')).length).toBeGreaterThan(0);
    expect(fake.requestsTo('token')).toHaveLength(1);
  });

  it('that meets a failure without a name ends the login, and its page says so', async () => {
    const userinfo = () => Promise.reject(new TypeError('a bug'));
    const { outcome, pages } = await visitWith([GENUINE], { userinfo });
    expect(outcome).toMatchObject({ code: 'ERR_NETWORK' });
    expect(pages[0]).toContain('Sign-in failed');
    expect(pages[0]).not.toContain('<title>Signed in');
  });
});

describe('another provider', () => {
  /** Plain OpenID Connect: asks before it authorizes, and takes the claims from the ID token. */
  const createPlain = ({ fetch }: ReturnType<typeof createFakeProvider>): Provider => ({
    async authorize({ redirectUri, scope, state = '', nonce = '' }) {
      const document = await (
        await fetch(`${ISSUER}/.well-known/openid-configuration`, {
          method: 'GET',
          headers: {},
          redirect: 'manual',
        })
      ).text();
      const { issuer, authorization_endpoint: endpoint } = JSON.parse(document);
      const codeVerifier = 'v'.repeat(43);
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
      const query = new URLSearchParams({
        redirect_uri: redirectUri,
        scope: scope.join(' '),
        state,
        nonce,
        challenge,
      });
      return { url: `${endpoint}?${query}`, issuer, state, redirectUri, codeVerifier, nonce };
    },
    exchange: (accepted, authorization, options) =>
      exchangeCode(
        {
          clientId: TEST_CLIENT_ID,
          clientSecret: 'another-secret',
          endpoints: { issuer: ISSUER, token: `${ISSUER}/oauth/token` },
          jwks: { load: async () => ({ keys: [{ kty: 'RSA', ...signingKey.jwk }] }) },
          transport: { fetch, clock },
        },
        accepted,
        authorization,
        options,
      ),
    claims: async ({ claims }) => ({ email: String(claims['email']) }),
  });

  it('logs a person in without a change here', async () => {
    const token = async () => ({
      body: { access_token: ACCESS_TOKEN, id_token: await signIdToken({ email: 'a@provider.test' }) },
    });
    const { run, fake } = setUp({ lines: [GENUINE], parts: { token }, provider: createPlain });
    expect(await run()).toMatchObject({ sub: SUB, data: { email: 'a@provider.test' } });
    expect(fake.requests.map(({ url }) => url)).toEqual([
      `${ISSUER}/.well-known/openid-configuration`,
      `${ISSUER}/oauth/token`,
    ]);
  });
});
