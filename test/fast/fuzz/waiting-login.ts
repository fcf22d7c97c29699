import { createPrivateKey } from 'node:crypto';
import { planListener } from '../../../src/login/listen-plan.ts';
import { login } from '../../../src/login/login.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { SgidProvider } from '../../../src/sgid/sgid-provider.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createFakeProvider } from '../../helpers/fake-provider.ts';
import { HOSTNAME, NONCE } from '../../helpers/sign-id-token.ts';

export const STATE = 'CANARY-state-of-this-login';
export const CODE = 'CANARY-code-of-this-login';
export const GENUINE = `/callback?code=${CODE}&state=${STATE}`;

const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);

/** A login that waits at a listener of its own, without an end of its time. */
export async function startWaitingLogin() {
  const fake = createFakeProvider();
  const provider = new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: PRIVATE_KEY,
    hostname: HOSTNAME,
    transport: { fetch: fake.fetch, clock: createFakeClock() },
  });
  const journal = new Journal(0);
  const said: string[] = [];
  journal.follow({
    warned: (_about, reason) => said.push(reason),
    unexpected: ({ message }) => said.push(message),
  });
  const redirectUri = 'http://localhost:0/callback';
  let result: ReturnType<typeof login> | undefined;
  const port = await new Promise<number>((resolve, reject) => {
    result = login(
      provider,
      {
        clientId: TEST_CLIENT_ID,
        redirectUri,
        scope: ['openid'],
        state: STATE,
        nonce: NONCE,
        listen: planListener(new URL(redirectUri), { anyPort: true }),
        browser: undefined,
        timeoutMs: 1,
        onListening: (uri) => resolve(Number(new URL(uri).port)),
      },
      {
        browser: { open: () => Promise.reject(new Error('no browser in this test')) },
        clock: { now: () => 0, sleep: () => new Promise(() => {}) },
        journal,
        hide: () => {},
        signal: new AbortController().signal,
      },
    );
    result.catch(reject);
  });
  return {
    port,
    said,
    result: () => result,
    isExchanged: () => fake.requestsTo('token').length > 0,
  };
}
