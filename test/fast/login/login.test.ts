import { describe, expect, it } from 'vitest';
import { isPortFree } from '../../../scripts/ports.mjs';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { Provider } from '../../../src/oidc/provider.ts';
import {
  createPlain,
  createSgid,
  GENUINE,
  type LoginSetting,
  listenSomewhere,
  setUpLogin,
} from '../../helpers/bare-login.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { exchangeRaw, rawRequest, statusOf } from '../../helpers/raw-http.ts';
import { ACCESS_TOKEN, ISSUER, SUB, signIdToken } from '../../helpers/sign-id-token.ts';

describe('a login', () => {
  it('hides verifier, code and tokens as soon as it has them', async () => {
    const { run, hidden, fake } = setUpLogin({ lines: [GENUINE] });
    const { idToken } = await run();
    const form = new URLSearchParams(fake.requestsTo('token')[0]?.body);
    expect(hidden).toEqual([form.get('code_verifier'), 'the-code-of-the-test', ACCESS_TOKEN, idToken]);
  });

  it('does not even listen when it was interrupted before', async () => {
    const { input } = await listenSomewhere();
    const { run, controller, said } = setUpLogin({ input });
    controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped'));
    expect((await errorOf(run)).code).toBe('ERR_INTERRUPTED');
    expect(said).toEqual([]);
  });

  it('takes no callback before it has its state', async () => {
    const { port, input } = await listenSomewhere();
    const answers: string[] = [];
    const provider: LoginSetting['provider'] = (fake) => {
      const sgid = createSgid(fake);
      const authorize: Provider['authorize'] = async (request) => {
        for (const target of ['/other', `/callback?${GENUINE}`])
          answers.push(await exchangeRaw(port, rawRequest(target, `localhost:${port}`)));
        return sgid.authorize(request);
      };
      return { authorize, exchange: sgid.exchange.bind(sgid), claims: sgid.claims.bind(sgid) };
    };
    expect((await setUpLogin({ lines: [GENUINE], input, provider }).run()).sub).toBe(SUB);
    expect(answers.map(statusOf)).toEqual([404, 400]);
    expect(answers[1]).toContain('ERR_STATE_MISMATCH');
  });

  it('says on its page that it failed, whatever the reason', async () => {
    const { port, input } = await listenSomewhere();
    let page = Promise.resolve('');
    const provider: LoginSetting['provider'] = (fake) => ({
      ...createPlain(fake),
      exchange: () => Promise.reject(new TypeError('a bug')),
    });
    const open: LoginSetting['open'] = async () => {
      page = exchangeRaw(port, rawRequest(`/callback?${GENUINE}`, `localhost:${port}`));
      return new Promise(() => {});
    };
    const { run } = setUpLogin({ input: { ...input, browser: [] }, provider, open });
    await expect(run()).rejects.toThrow('a bug');
    expect(await page).toMatch(/Login failed[\s\S]*ERR_INTERNAL/);
  });

  it('names on its page what came, not all that was asked for', async () => {
    const { port, input } = await listenSomewhere();
    let page = Promise.resolve('');
    const open: LoginSetting['open'] = async () => {
      page = exchangeRaw(port, rawRequest(`/callback?${GENUINE}`, `localhost:${port}`));
      return new Promise(() => {});
    };
    await setUpLogin({ input: { ...input, browser: [] }, open }).run();
    const named = [...(await page).matchAll(/<li><code>(.*?)</g)].map(([, name]) => name);
    expect(named).toEqual(['myinfo.name']);
  });

  it('names the redirect URI as it is registered, wherever it listens', async () => {
    const { input } = await listenSomewhere();
    const redirectUri = 'http://localhost:5001';
    const { run, fake } = setUpLogin({ lines: [GENUINE], input: { ...input, redirectUri } });
    await run();
    const form = new URLSearchParams(fake.requestsTo('token')[0]?.body);
    expect(form.get('redirect_uri')).toBe(redirectUri);
  });

  it('frees the port when it is interrupted while the listener starts', async () => {
    const { port, input } = await listenSomewhere();
    const { run, controller, said } = setUpLogin({ lines: ['hello'], input });
    const running = errorOf(run);
    controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped'));
    expect((await running).code).toBe('ERR_INTERRUPTED');
    expect(said).toEqual(['listen']);
    expect(await isPortFree(port)).toBe(true);
  });

  it('gives its journal and its signal to each call of the provider', async () => {
    const given: unknown[] = [];
    const provider: LoginSetting['provider'] = (fake) => {
      const sgid = createSgid(fake);
      return {
        authorize: (request, options) => {
          given.push(options);
          return sgid.authorize(request);
        },
        exchange: (accepted, authorization, options) => {
          given.push(options);
          return sgid.exchange(accepted, authorization, options);
        },
        claims: (tokens, options) => {
          given.push(options);
          return sgid.claims(tokens, options);
        },
      };
    };
    const { run, journal, controller } = setUpLogin({ lines: [GENUINE], provider });
    await run();
    const options = { journal, signal: controller.signal };
    expect(given).toEqual([options, options, options]);
    const names = journal.entries.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['authorize', 'callback']);
  });
});

it('takes time for each pasted line alone, however many come before the URL', async () => {
  await expectLinearTime(130_000, async (size) => {
    const { run } = setUpLogin({ lines: ['?a=b', ...Array<string>(size).fill('x'), GENUINE] });
    expect((await run()).sub).toBe(SUB);
  });
});

it('takes a URL that is broken into a hundred lines, and no more', async () => {
  const url = `?x=${'a'.repeat(100)}&${GENUINE}`;
  const breakInto = (count: number): string[] => [url.slice(0, 1 - count), ...url.slice(1 - count)];
  const hundred = breakInto(100);
  const more = breakInto(101);
  expect([hundred.length, more.length]).toEqual([100, 101]);
  expect((await setUpLogin({ lines: hundred }).run()).sub).toBe(SUB);
  expect(await errorOf(() => setUpLogin({ lines: more }).run())).toMatchObject({ step: 'callback' });
});

it.each([
  [32 * 1024, 'logged in'],
  [32 * 1024 + 1, 'ERR_CALLBACK_INVALID'],
])('of %d characters in two lines comes: %s', async (length, outcome) => {
  const [start, end] = ['?x=', `&${GENUINE}`];
  const lines = [start, 'a'.repeat(length - start.length - end.length) + end];
  const { run } = setUpLogin({ lines });
  expect(
    await run().then(
      () => 'logged in',
      ({ code }) => code,
    ),
  ).toBe(outcome);
});

it('another provider logs a person in without a change here', async () => {
  const token = async () => ({
    body: { access_token: ACCESS_TOKEN, id_token: await signIdToken({ email: 'a@provider.test' }) },
  });
  const { run, fake } = setUpLogin({ lines: [GENUINE], parts: { token }, provider: createPlain });
  expect(await run()).toMatchObject({ sub: SUB, data: { email: 'a@provider.test' } });
  expect(fake.requests.map(({ url }) => url)).toEqual([
    `${ISSUER}/.well-known/openid-configuration`,
    `${ISSUER}/oauth/token`,
  ]);
});
