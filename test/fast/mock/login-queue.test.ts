import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../../src/mock/faults.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createMockApp, type MockApp } from '../../helpers/mock-app.ts';
import { authorize, createTestProvider, locationOf } from './relying-party.ts';

/** The name that a login of the app brings, or the code that it fails with. */
async function outcomeOf(
  app: MockApp,
  request?: Parameters<MockApp['login']>[0],
): Promise<string | undefined> {
  const attempt = app.login(request).then(({ data }) => data['myinfo.name']);
  return attempt.catch(async () => (await errorOf(() => attempt)).code);
}

describe('queued faults', () => {
  it('count down, in the order in which they were queued', async () => {
    const app = createMockApp();
    app.provider.queueFault('token-500', 2);
    app.provider.queueFault('alg-none');
    const outcomes = [await outcomeOf(app), await outcomeOf(app), await outcomeOf(app), await outcomeOf(app)];
    expect(outcomes).toEqual([
      'ERR_PROVIDER_UNAVAILABLE',
      'ERR_PROVIDER_UNAVAILABLE',
      'ERR_ID_TOKEN_ALGORITHM',
      'TAN WEI MING',
    ]);
  });

  it('go on until the reset when their number is Infinity', async () => {
    const app = createMockApp();
    app.provider.queueFault('token-500', Number.POSITIVE_INFINITY);
    for (let login = 0; login < 5; login += 1) expect(await outcomeOf(app)).toBe('ERR_PROVIDER_UNAVAILABLE');
    app.provider.reset();
    expect(await outcomeOf(app)).toBe('TAN WEI MING');
  });

  it('wait until a login is decided: pages and refusals do not use them up', async () => {
    const provider = createTestProvider();
    provider.queueFault('access-denied');
    expect((await authorize(provider)).status).toBe(200);
    await authorize(provider, { mock_decision: 'refuse' });
    await authorize(provider, { login_hint: 'nobody' });
    const { searchParams } = locationOf(await authorize(provider, { login_hint: 'zoe' }));
    expect(searchParams.get('error')).toBe('access_denied');
    expect((await authorize(provider, { login_hint: 'zoe' })).headers['location']).toContain('code=');
  });

  it('are refused behind one that never ends, until the reset', async () => {
    const app = createMockApp();
    app.provider.queueFault('slow');
    app.provider.queueFault('token-500', Number.POSITIVE_INFINITY);
    expect((await errorOf(() => app.provider.queueFault('alg-none'))).message).toContain(
      'the fault token-500 is for every login',
    );
    app.provider.reset();
    app.provider.queueFault('alg-none');
    expect(await outcomeOf(app)).toBe('ERR_ID_TOKEN_ALGORITHM');
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

  it.each<[FaultName, number]>([
    ['slow', 0],
    ['slow', Number.NaN],
  ])('are judged when they are queued: %s, %d times', (name, times) => {
    expect(() => createTestProvider().queueFault(name, times)).toThrow(/whole number of times/);
  });
});

describe('standing faults', () => {
  it('are there from the start, and let queued ones go before', async () => {
    const app = createMockApp({ faults: [{ name: 'token-500', times: Number.POSITIVE_INFINITY }] });
    expect(await outcomeOf(app)).toBe('ERR_PROVIDER_UNAVAILABLE');
    app.provider.queueFault('alg-none');
    expect(await outcomeOf(app)).toBe('ERR_ID_TOKEN_ALGORITHM');
    expect(await outcomeOf(app)).toBe('ERR_PROVIDER_UNAVAILABLE');
  });

  it('count down when they have a number, and the reset brings them back', async () => {
    const app = createMockApp({ faults: [{ name: 'token-500', times: 1 }] });
    expect([await outcomeOf(app), await outcomeOf(app)]).toEqual([
      'ERR_PROVIDER_UNAVAILABLE',
      'TAN WEI MING',
    ]);
    app.provider.queueFault('alg-none');
    app.provider.reset();
    expect([await outcomeOf(app), await outcomeOf(app)]).toEqual([
      'ERR_PROVIDER_UNAVAILABLE',
      'TAN WEI MING',
    ]);
  });

  it('are checked when the provider is set up', () => {
    expect(() => createMockApp({ faults: [{ name: 'slow', times: 0 }] })).toThrow(/whole number of times/);
    const endless = { name: 'slow', times: Number.POSITIVE_INFINITY } as const;
    expect(() => createMockApp({ faults: [endless, { ...endless, times: 1 }] })).toThrow(/for every login/);
  });
});

describe('a fault that the state asks for', () => {
  it.each(['mock-fault:alg-none', 'mock-fault:alg-none:', 'mock-fault:alg-none:and:a:random:part'])(
    'is injected for %s, and leaves the queue alone',
    async (state) => {
      const app = createMockApp();
      app.provider.queueFault('token-500');
      expect(await outcomeOf(app, { state })).toBe('ERR_ID_TOKEN_ALGORITHM');
      expect(await outcomeOf(app)).toBe('ERR_PROVIDER_UNAVAILABLE');
      expect(await outcomeOf(app)).toBe('TAN WEI MING');
    },
  );

  it.each([
    'mock-fault:',
    'mock-fault::alg-none',
    'mock-fault:unheard-of:x',
    'mock-fault:constructor:x',
    'mock-fault:alg-none-x',
    'mock-fault alg-none',
    'x-mock-fault:alg-none:x',
    'Mock-Fault:alg-none:x',
  ])('is none for %j', async (state) => {
    const app = createMockApp();
    expect(await outcomeOf(app, { state })).toBe('TAN WEI MING');
  });

  it('does not keep the queue from a login whose state asks for nothing that exists', async () => {
    const app = createMockApp();
    app.provider.queueFault('alg-none');
    expect(await outcomeOf(app, { state: 'mock-fault:unheard-of:x' })).toBe('ERR_ID_TOKEN_ALGORITHM');
  });
});

describe('queued personas', () => {
  it('log in one after the other, before the one who is always approved', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.queuePersona('siti');
    const names = [await outcomeOf(app), await outcomeOf(app), await outcomeOf(app)];
    expect(new Set(names).size).toBe(3);
    expect(names.at(-1)).toBe('TAN WEI MING');
  });

  it('wait while a login hint names somebody else', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    expect(await outcomeOf(app, { hint: 'wei-ming' })).toBe('TAN WEI MING');
    expect(await outcomeOf(app)).not.toBe('TAN WEI MING');
  });

  it('log in without a page', async () => {
    const provider = createTestProvider();
    provider.queuePersona('zoe');
    expect((await authorize(provider)).status).toBe(302);
    expect((await authorize(provider)).status).toBe(200);
  });

  it('share a login with a queued fault', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.queueFault('bad-field');
    expect(await outcomeOf(app)).toBe('ERR_DECRYPT_FIELD');
    expect(await outcomeOf(app)).toBe('TAN WEI MING');
  });

  it('are gone after a reset', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.reset();
    expect(await outcomeOf(app)).toBe('TAN WEI MING');
  });
});
