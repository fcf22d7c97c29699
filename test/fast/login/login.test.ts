import { describe, expect, it } from 'vitest';
import { isPortFree, takePort } from '../../../scripts/soak/ports.mjs';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { parsePrivateKey } from '../../../src/keys/private-key.ts';
import { planListener } from '../../../src/login/listen-plan.ts';
import { type LoginDeps, type LoginInput, login } from '../../../src/login/login.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Provider } from '../../../src/oidc/provider.ts';
import { exchangeCode } from '../../../src/oidc/token.ts';
import type { Clock } from '../../../src/oidc/transport.ts';
import { SgidProvider } from '../../../src/sgid/sgid-provider.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createFakeProvider, type FakeProviderParts } from '../../helpers/fake-provider.ts';
import { exchangeRaw, rawRequest, statusOf } from '../../helpers/raw-http.ts';
import {
  ACCESS_TOKEN,
  HOSTNAME,
  ISSUER,
  NONCE,
  SUB,
  signIdToken,
  signingJwk,
} from '../../helpers/sign-id-token.ts';

const STATE = 'the-state-of-the-test';
const GENUINE = `code=the-code-of-the-test&state=${STATE}`;
const clock = { ...createFakeClock(), sleep: systemClock.sleep };

interface Setting {
  readonly lines?: Iterable<string> | AsyncIterable<string>;
  readonly input?: Partial<LoginInput>;
  readonly parts?: FakeProviderParts;
  readonly provider?: (fake: ReturnType<typeof createFakeProvider>) => Provider;
  readonly open?: LoginDeps['browser']['open'];
  readonly sleep?: Clock['sleep'];
}

const noBrowser = (): Promise<never> => Promise.reject(new Error('no browser in this test'));

/** A login that is fed with pasted lines, where no browser can be started; what its journal says is recorded. */
function setUp({
  lines = [],
  input,
  parts,
  provider = createSgid,
  open = noBrowser,
  sleep = systemClock.sleep,
}: Setting = {}) {
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
  return { run: () => login(provider(fake), request, deps), said, hidden, controller, fake };
}

function createSgid({ fetch }: ReturnType<typeof createFakeProvider>): SgidProvider {
  return new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: parsePrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch, clock },
  });
}

/** Has a login listen on a port of its own. */
async function listenSomewhere() {
  const port = await takePort();
  const redirectUri = `http://localhost:${port}/callback`;
  return { port, input: { redirectUri, listen: planListener(new URL(redirectUri), {}) } };
}

describe('a login', () => {
  it('warns of a provider that gives no keys, and asks again when it needs them', async () => {
    async function* hesitate(): AsyncGenerator<string> {
      await expect.poll(() => said.join()).toContain('provider: GET');
      yield GENUINE;
    }
    const jwks = [{ status: 500 }, { body: { keys: [signingJwk] } }] as const;
    const { run, said } = setUp({ lines: hesitate(), parts: { jwks } });
    expect((await run()).sub).toBe(SUB);
  });

  it('names the provider that gives no keys first among the causes of a time-out', async () => {
    async function* goAstray(): AsyncGenerator<string> {
      yield 'code=x&state=another';
      await new Promise(() => {});
    }
    const sleep = () =>
      expect.poll(() => said.join()).toMatch(/unexpected.*provider: GET|provider: GET.*unexpected/);
    const { run, said } = setUp({ lines: goAstray(), parts: { jwks: { status: 500 } }, sleep });
    expect((await errorOf(run)).causes?.slice(0, 2)).toEqual([
      expect.stringContaining('jwks'),
      expect.stringContaining('a callback was refused: '),
    ]);
  });

  it('does not leave its question for the keys behind', async () => {
    const jwks = (): Promise<never> => new Promise(() => {});
    const { run, said, fake } = setUp({ lines: [`error=access_denied&state=${STATE}`], parts: { jwks } });
    expect((await errorOf(run)).code).toBe('ERR_ACCESS_DENIED');
    expect(fake.requestsTo('jwks').map(({ signal }) => signal?.aborted)).toEqual([true]);
    expect(said).not.toContainEqual(expect.stringContaining('provider'));
  });

  it('asks for no keys once it is interrupted', async () => {
    const open: Setting['open'] = async () => {
      controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped'));
      return { failed: new Promise(() => {}) };
    };
    const { run, fake, controller } = setUp({ input: { browser: [] }, open });
    expect((await errorOf(run)).code).toBe('ERR_INTERRUPTED');
    expect(fake.requests).toEqual([]);
  });

  it('does not blame the provider for a bug in what it prepares', async () => {
    async function* refuse(): AsyncGenerator<string> {
      await new Promise(setImmediate);
      yield `error=access_denied&state=${STATE}`;
    }
    const prepare = (): Promise<never> => Promise.reject(new TypeError('a bug'));
    const provider: Setting['provider'] = (fake) => ({ ...createPlain(fake), prepare });
    const { run, said } = setUp({ lines: refuse(), provider });
    expect((await errorOf(run)).code).toBe('ERR_ACCESS_DENIED');
    expect(said.join()).not.toContain('a bug');
  });

  it('hides verifier, code and tokens as soon as it has them', async () => {
    const { run, hidden, fake } = setUp({ lines: [GENUINE] });
    const { idToken } = await run();
    const form = new URLSearchParams(fake.requestsTo('token')[0]?.body);
    expect(hidden).toEqual([form.get('code_verifier'), 'the-code-of-the-test', ACCESS_TOKEN, idToken]);
  });

  it('does not even listen when it was interrupted before', async () => {
    const { input } = await listenSomewhere();
    const { run, controller, said } = setUp({ input });
    controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped'));
    expect((await errorOf(run)).code).toBe('ERR_INTERRUPTED');
    expect(said).toEqual([]);
  });

  it('takes no callback before it has its state', async () => {
    const { port, input } = await listenSomewhere();
    const answers: string[] = [];
    const provider: Setting['provider'] = (fake) => {
      const sgid = createSgid(fake);
      const authorize: Provider['authorize'] = async (request) => {
        for (const target of ['/other', `/callback?${GENUINE}`])
          answers.push(await exchangeRaw(port, rawRequest(target, `localhost:${port}`)));
        return sgid.authorize(request);
      };
      return { authorize, exchange: sgid.exchange.bind(sgid), claims: sgid.claims.bind(sgid) };
    };
    expect((await setUp({ lines: [GENUINE], input, provider }).run()).sub).toBe(SUB);
    expect(answers.map(statusOf)).toEqual([404, 400]);
    expect(answers[1]).toContain('ERR_STATE_MISMATCH');
  });

  it('warns of a request that is no callback, while it waits', async () => {
    const { port, input } = await listenSomewhere();
    async function* askOther(): AsyncGenerator<string> {
      await exchangeRaw(port, rawRequest('/other', `localhost:${port}`));
      yield GENUINE;
    }
    const { run, said } = setUp({ lines: askOther(), input });
    await run();
    expect(said).toContainEqual(expect.stringContaining('request: a request came to /other'));
  });

  it('names a request that is no callback first among the causes of a time-out', async () => {
    const { port, input } = await listenSomewhere();
    const sleep = async () => void (await exchangeRaw(port, rawRequest('/other', `localhost:${port}`)));
    const { causes } = await errorOf(setUp({ input, sleep }).run);
    expect(causes[0]).toContain('a request came to /other');
  });

  it('says on its page that it failed, whatever the reason', async () => {
    const { port, input } = await listenSomewhere();
    let page = Promise.resolve('');
    const provider: Setting['provider'] = (fake) => ({
      ...createPlain(fake),
      exchange: () => Promise.reject(new TypeError('a bug')),
    });
    const open: Setting['open'] = async () => {
      page = exchangeRaw(port, rawRequest(`/callback?${GENUINE}`, `localhost:${port}`));
      return { failed: new Promise(() => {}) };
    };
    const { run } = setUp({ input: { ...input, browser: [] }, provider, open });
    await expect(run()).rejects.toThrow('a bug');
    expect(await page).toMatch(/Login failed[\s\S]*ERR_INTERNAL/);
  });

  it.each(['the person comes', 'it is interrupted'])(
    'stays for the person after a page that was loaded ahead, until %s',
    async (what) => {
      const { port, input } = await listenSomewhere();
      const ask = (header: string): Promise<string> =>
        exchangeRaw(
          port,
          `GET /callback?${GENUINE} HTTP/1.1\r\nHost: localhost:${port}\r\n${header}\r\n\r\n`,
        );
      const open: Setting['open'] = async () => {
        await ask('Sec-Purpose: prefetch');
        void ask('X: a gateway');
        return { failed: new Promise(() => {}) };
      };
      const stays: unknown[] = [];
      const sleep: Clock['sleep'] = async (milliseconds, signal) => {
        if (milliseconds === 60_000) return systemClock.sleep(milliseconds, signal);
        if (what === 'it is interrupted') controller.abort();
        else await ask('Sec-Fetch-Mode: navigate');
        stays.push([milliseconds, signal?.aborted]);
      };
      const { run, controller } = setUp({ input: { ...input, browser: [] }, open, sleep });
      expect((await run()).sub).toBe(SUB);
      expect(stays).toEqual([[2000, true]]);
    },
  );

  it('names on its page what came, not all that was asked for', async () => {
    const { port, input } = await listenSomewhere();
    let page = Promise.resolve('');
    const open: Setting['open'] = async () => {
      page = exchangeRaw(port, rawRequest(`/callback?${GENUINE}`, `localhost:${port}`));
      return { failed: new Promise(() => {}) };
    };
    await setUp({ input: { ...input, browser: [] }, open }).run();
    const named = [...(await page).matchAll(/<li><code>(.*?)</g)].map(([, name]) => name);
    expect(named).toEqual(['myinfo.name']);
  });

  it('names the redirect URI as it is registered, wherever it listens', async () => {
    const { input } = await listenSomewhere();
    const redirectUri = 'http://localhost:5001';
    const { run, fake } = setUp({ lines: [GENUINE], input: { ...input, redirectUri } });
    await run();
    const form = new URLSearchParams(fake.requestsTo('token')[0]?.body);
    expect(form.get('redirect_uri')).toBe(redirectUri);
  });

  it('frees the port when it is interrupted while the listener starts', async () => {
    const { port, input } = await listenSomewhere();
    const { run, controller, said } = setUp({ lines: ['hello'], input });
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

  it.each([true, false])(
    'waits on when the browser ends without a failure, unattended %s',
    async (unattended) => {
      async function* paste(): AsyncGenerator<string> {
        await new Promise(setImmediate);
        yield GENUINE;
      }
      const open: Setting['open'] = async () => ({ failed: Promise.resolve(undefined) });
      const { run, said } = setUp({ lines: paste(), input: { browser: [], unattended }, open });
      expect((await run()).sub).toBe(SUB);
      expect(said.join()).not.toContain('browser');
    },
  );

  it('ends at once when the browser fails and nobody can take over', async () => {
    const { port, input } = await listenSomewhere();
    const error = await errorOf(setUp({ input: { ...input, browser: [], unattended: true } }).run);
    expect(error).toMatchObject({ code: 'ERR_AUTHORIZATION', step: 'authorize' });
    expect(error.message).toContain('no browser in this test');
    expect(await isPortFree(port)).toBe(true);
  });
});

/** Plain OpenID Connect: asks before it authorizes, and takes the claims from the ID token. */
const createPlain = ({ fetch }: ReturnType<typeof createFakeProvider>): Provider => ({
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

it('another provider logs a person in without a change here', async () => {
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
