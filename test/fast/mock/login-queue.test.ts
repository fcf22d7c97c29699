import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../../src/mock/faults.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createMockApp, type MockApp } from '../../helpers/mock-app.ts';
import { authorize, createTestProvider, locationOf } from './relying-party.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const OUTAGE = 'ERR_PROVIDER_UNAVAILABLE';
const UNSIGNED = 'ERR_ID_TOKEN_ALGORITHM';
const WEI_MING = 'TAN WEI MING';

/** The names that logins of the app bring one after the other, or the codes that they fail with. */
async function outcomesOf(
  app: MockApp,
  ...requests: readonly Parameters<MockApp['login']>[0][]
): Promise<(string | undefined)[]> {
  const outcomes: (string | undefined)[] = [];
  for (const request of requests) {
    const attempt = app.login(request).then(({ data }) => data['myinfo.name']);
    outcomes.push(await attempt.catch(async () => (await errorOf(() => attempt)).code));
  }
  return outcomes;
}

describe('queued faults', () => {
  it('count down, in the order in which they were queued', async () => {
    const app = createMockApp();
    app.provider.queueFault('token-500', 2);
    app.provider.queueFault('alg-none');
    const outcomes = await outcomesOf(app, undefined, undefined, undefined, undefined);
    expect(outcomes).toEqual([OUTAGE, OUTAGE, UNSIGNED, WEI_MING]);
  });

  it('go on until the reset when their number is Infinity, and let none queue behind them', async () => {
    const app = createMockApp();
    app.provider.queueFault('token-500', FOREVER);
    expect(await outcomesOf(app, undefined, undefined, undefined)).toEqual([OUTAGE, OUTAGE, OUTAGE]);
    const { message, hint } = await errorOf(() => app.provider.queueFault('alg-none'));
    expect(message).toContain('the fault token-500 is for every login');
    expect(hint).toBe('Say how many times, or put it last.');
    app.provider.reset();
    app.provider.queueFault('alg-none');
    expect(await outcomesOf(app, undefined, undefined)).toEqual([UNSIGNED, WEI_MING]);
  });

  it('wait until a login is decided: pages and refusals do not use them up', async () => {
    const provider = createTestProvider();
    provider.queueFault('access-denied');
    for (const changes of [{}, { mock_decision: 'refuse' }, { login_hint: 'nobody' }]) {
      await authorize(provider, changes);
    }
    const { searchParams } = locationOf(await authorize(provider, { login_hint: 'zoe' }));
    expect(searchParams.get('error')).toBe('access_denied');
    expect((await authorize(provider, { login_hint: 'zoe' })).headers['location']).toContain('code=');
  });

  it.each<[string, (provider: MockProvider) => void]>([
    ['faults', (provider) => provider.queueFault('alg-none')],
    ['personas', (provider) => provider.queuePersona('zoe')],
  ])('of %s, a thousand may wait, and no more', async (_what, queue) => {
    const provider = createTestProvider();
    for (let turn = 0; turn < 1_000; turn += 1) queue(provider);
    const { code, hint } = await errorOf(() => queue(provider));
    expect([code, hint]).toEqual(['ERR_USAGE', 'Log in with some of them, or reset the mock.']);
    await authorize(provider, { login_hint: 'zoe' });
    await authorize(provider);
    expect(() => queue(provider)).not.toThrow();
  });

  // Beyond the safe integers one less is the same number, so that it would never count down.
  it.each([0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1, 1e300])(
    'are refused %d times, from the start or later',
    async (times) => {
      const error = await errorOf(() => createTestProvider().queueFault('slow', times));
      expect(error).toMatchObject({ code: 'ERR_USAGE', hint: expect.stringContaining('Infinity') });
      expect(error.message).toContain('the fault slow takes a whole number of times');
      expect(() => createTestProvider({ faults: [{ name: 'slow', times }] })).toThrow(error.message);
    },
  );

  it('are refused by a name that is no fault’s, with what may have been meant', async () => {
    // Callers in JavaScript have no types.
    const error = await errorOf(() => createTestProvider().queueFault('expired-tokens' as FaultName));
    expect(error).toMatchObject({ code: 'ERR_USAGE', message: 'there is no fault "expired-tokens"' });
    expect(error.hint).toMatch(/^Did you mean expired-token\?/);
  });
});

describe('standing faults', () => {
  it('are there from the start, and let queued ones go before', async () => {
    const app = createMockApp({ faults: [{ name: 'token-500', times: FOREVER }] });
    expect(await outcomesOf(app, undefined)).toEqual([OUTAGE]);
    app.provider.queueFault('alg-none');
    expect(await outcomesOf(app, undefined, undefined)).toEqual([UNSIGNED, OUTAGE]);
  });

  it('count down when they have a number, and the reset brings them back', async () => {
    const app = createMockApp({ faults: [{ name: 'token-500', times: 1 }] });
    expect(await outcomesOf(app, undefined, undefined)).toEqual([OUTAGE, WEI_MING]);
    app.provider.queueFault('alg-none');
    app.provider.reset();
    expect(await outcomesOf(app, undefined, undefined)).toEqual([OUTAGE, WEI_MING]);
  });
});

describe('a fault that the state asks for', () => {
  it.each(['mock-fault:alg-none', 'mock-fault:alg-none:', 'mock-fault:alg-none:and:a:random:part'])(
    'is injected for %s, and leaves the queue alone',
    async (state) => {
      const app = createMockApp();
      app.provider.queueFault('token-500');
      expect(await outcomesOf(app, { state }, undefined, undefined)).toEqual([UNSIGNED, OUTAGE, WEI_MING]);
    },
  );

  it.each([
    ...['mock-fault:', 'mock-fault::alg-none', 'mock-fault:unheard-of:x', 'mock-fault:constructor:x'],
    ...['mock-fault:alg-none-x', 'mock-fault alg-none', 'x-mock-fault:alg-none:x', 'Mock-Fault:alg-none:x'],
  ])('is none for %j, which leaves the queue its turn', async (state) => {
    const app = createMockApp();
    expect(await outcomesOf(app, { state })).toEqual([WEI_MING]);
    app.provider.queueFault('alg-none');
    expect(await outcomesOf(app, { state })).toEqual([UNSIGNED]);
  });
});

describe('queued personas', () => {
  it('log in one after the other, before the one who is always approved; a login hint goes first', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.queuePersona('siti');
    const [hinted, ...names] = await outcomesOf(app, { hint: 'wei-ming' }, undefined, undefined, undefined);
    expect([hinted, names.at(-1), new Set(names).size]).toEqual([WEI_MING, WEI_MING, 3]);
  });

  it('are gone after a reset', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.reset();
    expect(await outcomesOf(app, undefined)).toEqual([WEI_MING]);
  });
});
