import { createPrivateKey } from 'node:crypto';
import { type LoginDeps, type LoginResult, login } from '../../src/login/login.ts';
import type { MockProvider } from '../../src/mock/provider.ts';
import type { MockProviderOptions } from '../../src/mock/provider-state.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import type { Fetch } from '../../src/oidc/transport.ts';
import { SgidProvider } from '../../src/sgid/sgid-provider.ts';
import { Journal } from '../../src/trace/journal.ts';
import { createTestProvider, HOSTNAME, REDIRECT_URI } from '../fast/mock/relying-party.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

const REQUEST = { redirectUri: REDIRECT_URI, listen: undefined, browser: [], timeoutMs: 300_000 };

/** What an HTTP client waits for an answer, in milliseconds of the fake clock: less than `token-slow` takes. */
const HTTP_TIMEOUT_MS = 10_000;

type MockLogin = { state?: string; hint?: string; scope?: string };

/** Sets up a mock that grants every request to wei-ming, unless told otherwise, and an application. */
export function createMockApp(options: Partial<MockProviderOptions> = {}) {
  const clock = createFakeClock();
  const { now, sleep } = clock;
  const provider = createTestProvider({ approve: 'wei-ming', now, sleep, ...options });
  const requests: string[] = [];
  const fetch = fetchFrom(provider, clock, requests);
  const sgid = new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: createPrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch, clock },
  });
  return {
    provider,
    clock,
    requests,
    /** A whole login, from the authorization request to the decrypted data. */
    login: ({ state, hint, scope = 'openid myinfo.name myinfo.sex' }: MockLogin = {}): Promise<LoginResult> =>
      login(
        sgid,
        { ...REQUEST, clientId: TEST_CLIENT_ID, scope: scope.split(' '), state },
        createDeps(fetch, hint),
      ),
  };
}

/** The network: straight to the provider, but gives up when the answer took too long. */
function fetchFrom(provider: MockProvider, clock: FakeClock, requests: string[]): Fetch {
  return async (url, { method, headers, body = '' }) => {
    const { pathname, search } = new URL(url);
    requests.push(pathname.slice(pathname.lastIndexOf('/') + 1));
    const started = clock.now();
    const answer = await provider.handle({ method, target: pathname + search, headers, body });
    if (clock.now() - started > HTTP_TIMEOUT_MS) {
      throw Object.assign(new Error('no answer in time'), { code: 'ERR_HTTP_TIMEOUT' });
    }
    return {
      status: answer.status,
      headers: { get: (name) => answer.headers[name.toLowerCase()] ?? null },
      text: async () => answer.body,
    };
  };
}

/** A browser that visits the URL, and a person who pastes where it was sent, if anywhere. */
function createDeps(fetch: Fetch, hint: string | undefined): LoginDeps {
  let land = (_location: string | null): void => {};
  const landed = new Promise<string | null>((resolve) => {
    land = resolve;
  });
  const never = new Promise<never>(() => {});
  async function* paste(): AsyncGenerator<string> {
    yield (await landed) ?? (await never);
  }
  return {
    browser: {
      open: async (url) => {
        const target = hint === undefined ? url : `${url}&login_hint=${hint}`;
        const answer = await fetch(target, { method: 'GET', headers: {}, redirect: 'manual' });
        land(answer.headers.get('location'));
        return undefined;
      },
    },
    clock: {
      now: Date.now,
      // The wait for the callback is over when the browser came to rest on a page.
      sleep: async () => {
        if ((await landed) !== null) await never;
      },
    },
    pasted: paste(),
    journal: new Journal(0),
    hide: () => {},
    signal: new AbortController().signal,
  };
}

export type MockApp = ReturnType<typeof createMockApp>;
