// How an application tests its own login: start a mock, point the client at it, say who logs in.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generatePkcePair, SgidClient } from '../../../src/index.ts'; // 'sgid-cli'
import { type RunningMockSgid, startMockSgid } from '../../../src/mock.ts'; // 'sgid-cli/mock'

let mock: RunningMockSgid;
let app: LoginApp;

beforeAll(async () => {
  mock = await startMockSgid({ redirectUris: ['http://localhost:3000/callback'] });
  app = createLoginApp(new SgidClient({ hostname: mock.hostname, ...mock.client }));
});

afterEach(() => mock.reset());
afterAll(() => mock.close());

describe('the login of an application', () => {
  it('greets the person by name', async () => {
    mock.queuePersona('wei-ming');
    expect(await visit(app.start())).toBe('Hello TAN WEI MING');
  });

  it('says so when the person refuses', async () => {
    mock.queuePersona('wei-ming');
    mock.queueFault('access-denied');
    expect(await visit(app.start())).toBe('You did not log in');
  });

  it.each(['wrong-nonce', 'bad-signature', 'token-500', 'bad-field'] as const)(
    'lets nobody in under the fault %s',
    async (fault) => {
      mock.queuePersona('wei-ming');
      mock.queueFault(fault);
      expect(await visit(app.start())).toBe('Something went wrong');
    },
  );

  it('asks for no more than it needs', async () => {
    mock.queuePersona('wei-ming');
    await visit(app.start());
    expect(mock.requests()[0]?.parameters['scope']).toBe('openid myinfo.name');
  });
});

/** The application: where its login begins, and what it answers to the callback. */
interface LoginApp {
  start(): string;
  callback(url: URL): Promise<string>;
}

function createLoginApp(client: SgidClient): LoginApp {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce = null } = client.authorizationUrl({ codeChallenge, scope: 'openid myinfo.name' });
  return {
    start: () => url,
    callback: async ({ searchParams }) => {
      const code = searchParams.get('code');
      if (code === null) return 'You did not log in';
      try {
        const { sub, accessToken } = await client.callback({ code, codeVerifier, nonce });
        const { data } = await client.userinfo({ sub, accessToken });
        return `Hello ${data['myinfo.name']}`;
      } catch {
        return 'Something went wrong';
      }
    },
  };
}

/** The browser: goes to the mock, and takes the person back to the application. */
async function visit(url: string): Promise<string> {
  const redirect = await fetch(url, { redirect: 'manual' });
  return app.callback(new URL(redirect.headers.get('location') ?? 'nowhere:'));
}
