import { takePort } from '../../scripts/ports.mjs';
import { parsePrivateKey } from '../../src/keys/private-key.ts';
import { planListener } from '../../src/login/listen-plan.ts';
import { type LoginDeps, type LoginInput, login } from '../../src/login/login.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import type { Provider } from '../../src/oidc/provider.ts';
import { exchangeCode } from '../../src/oidc/token.ts';
import { SgidProvider } from '../../src/sgid/sgid-provider.ts';
import type { Clock } from '../../src/system/clock.ts';
import { systemClock } from '../../src/system/clock.ts';
import { Journal } from '../../src/trace/journal.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeProvider, type FakeProviderParts } from './fake-provider.ts';
import { HOSTNAME, ISSUER, NONCE, signingJwk } from './sign-id-token.ts';

export const STATE = 'the-state-of-the-test';
export const GENUINE = `code=the-code-of-the-test&state=${STATE}`;
const clock = { ...createFakeClock(), sleep: systemClock.sleep };

/** What is special about a login. */
export interface LoginSetting {
  readonly lines?: Iterable<string> | AsyncIterable<string>;
  readonly input?: Partial<LoginInput>;
  readonly parts?: FakeProviderParts;
  readonly provider?: (fake: ReturnType<typeof createFakeProvider>) => Provider;
  readonly open?: LoginDeps['browser']['open'];
  readonly sleep?: Clock['sleep'];
}

const noBrowser = (): Promise<never> => Promise.reject(new Error('no browser in this test'));

/** A login that is fed with pasted lines, where no browser can be started; what its journal says is recorded. */
export function setUpLogin({
  lines = [],
  input,
  parts,
  provider = createSgid,
  open = noBrowser,
  sleep = systemClock.sleep,
}: LoginSetting = {}) {
  const fake = createFakeProvider(parts);
  const said: string[] = [];
  const hidden: string[] = [];
  const controller = new AbortController();
  const journal = new Journal(0);
  journal.follow({
    ended: ({ name }) => said.push(name),
    warned: (check, reason) => said.push(`${check}: ${reason}`),
    unexpected: ({ code }) => said.push(`unexpected: ${code}`),
  });
  const request: LoginInput = {
    clientId: 'APP-1',
    redirectUri: 'http://localhost:5001/callback',
    scope: ['openid', 'myinfo.name'],
    state: STATE,
    nonce: NONCE,
    listen: undefined,
    browser: undefined,
    timeoutMs: 60_000,
    ...input,
  };
  const deps: LoginDeps = {
    browser: { open },
    clock: { ...systemClock, sleep },
    journal,
    pasted: (async function* () {
      yield* lines;
    })(),
    hide: (secrets) => hidden.push(...secrets),
    signal: controller.signal,
  };
  return { run: () => login(provider(fake), request, deps), said, hidden, controller, journal, fake };
}

export function createSgid({ fetch }: ReturnType<typeof createFakeProvider>): SgidProvider {
  return new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: parsePrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch, clock },
  });
}

/** Has a login listen on a port of its own. */
export async function listenSomewhere() {
  const port = await takePort();
  const redirectUri = `http://localhost:${port}/callback`;
  return { port, input: { redirectUri, listen: planListener(new URL(redirectUri), {}) } };
}

/** Plain OpenID Connect: asks before it authorizes, and takes the claims from the ID token. */
export const createPlain = ({ fetch }: ReturnType<typeof createFakeProvider>): Provider => ({
  async authorize({ redirectUri, state = '', nonce = '' }) {
    const request = { method: 'GET', headers: {}, redirect: 'manual' } as const;
    const document = await fetch(`${ISSUER}/.well-known/openid-configuration`, request);
    const { issuer, authorization_endpoint: url } = JSON.parse(await document.text());
    return { url, issuer, state, redirectUri, codeVerifier: 'v'.repeat(43), nonce };
  },
  exchange(accepted, authorization, options) {
    const client = {
      clientId: TEST_CLIENT_ID,
      clientSecret: 'another-secret',
      endpoints: { issuer: ISSUER, token: `${ISSUER}/oauth/token` },
      jwks: { load: async () => ({ keys: [signingJwk] }) },
      transport: { fetch, clock },
    };
    return exchangeCode(client, accepted, authorization, options);
  },
  claims: async ({ claims }) => ({ email: String(claims['email']) }),
});
