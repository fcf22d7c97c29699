import { describe, expect, it } from 'vitest';
import { isPortFree } from '../../../scripts/ports.mjs';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { Provider } from '../../../src/oidc/provider.ts';
import type { Clock } from '../../../src/system/clock.ts';
import { systemClock } from '../../../src/system/clock.ts';
import {
  createPlain,
  createSgid,
  GENUINE,
  type LoginSetting,
  listenSomewhere,
  STATE,
  setUpLogin,
} from '../../helpers/bare-login.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createGate } from '../../helpers/gate.ts';
import { exchangeRaw, rawRequest } from '../../helpers/raw-http.ts';
import { SUB, signingJwk } from '../../helpers/sign-id-token.ts';

describe('a login that waits', () => {
  it('warns of a provider that gives no keys, and asks again when it needs them', async () => {
    async function* hesitate(): AsyncGenerator<string> {
      await expect.poll(() => said.join()).toContain('provider: GET');
      yield GENUINE;
    }
    const jwks = [{ status: 500 }, { body: { keys: [signingJwk] } }] as const;
    const { run, said } = setUpLogin({ lines: hesitate(), parts: { jwks } });
    expect((await run()).sub).toBe(SUB);
  });

  it('names the provider that gives no keys first among the causes of a time-out', async () => {
    async function* goAstray(): AsyncGenerator<string> {
      yield 'code=x&state=another';
      await new Promise(() => {});
    }
    const sleep = () =>
      expect.poll(() => said.join()).toMatch(/unexpected.*provider: GET|provider: GET.*unexpected/);
    const { run, said } = setUpLogin({ lines: goAstray(), parts: { jwks: { status: 500 } }, sleep });
    expect((await errorOf(run)).causes?.slice(0, 2)).toEqual([
      expect.stringContaining('jwks'),
      expect.stringContaining('a callback was refused: '),
    ]);
  });

  it('does not leave its question for the keys behind', async () => {
    const jwks = (): Promise<never> => new Promise(() => {});
    const { run, said, fake } = setUpLogin({
      lines: [`error=access_denied&state=${STATE}`],
      parts: { jwks },
    });
    expect((await errorOf(run)).code).toBe('ERR_ACCESS_DENIED');
    expect(fake.requestsTo('jwks').map(({ signal }) => signal?.aborted)).toEqual([true]);
    expect(said).not.toContainEqual(expect.stringContaining('provider'));
  });

  it('asks for no keys once it is interrupted', async () => {
    const open: LoginSetting['open'] = async () => {
      controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped'));
      return new Promise(() => {});
    };
    const { run, fake, controller } = setUpLogin({ input: { browser: [] }, open });
    expect((await errorOf(run)).code).toBe('ERR_INTERRUPTED');
    expect(fake.requests).toEqual([]);
  });

  it('does not blame the provider for a bug in what it prepares', async () => {
    async function* refuse(): AsyncGenerator<string> {
      await new Promise(setImmediate);
      yield `error=access_denied&state=${STATE}`;
    }
    const prepare = (): Promise<never> => Promise.reject(new TypeError('a bug'));
    const provider: LoginSetting['provider'] = (fake) => ({ ...createPlain(fake), prepare });
    const { run, said } = setUpLogin({ lines: refuse(), provider });
    expect((await errorOf(run)).code).toBe('ERR_ACCESS_DENIED');
    expect(said.join()).not.toContain('a bug');
  });

  it('warns of a request that is not a callback, while it waits', async () => {
    const { port, input } = await listenSomewhere();
    async function* askOther(): AsyncGenerator<string> {
      await exchangeRaw(port, rawRequest('/other', `localhost:${port}`));
      yield GENUINE;
    }
    const { run, said } = setUpLogin({ lines: askOther(), input });
    await run();
    expect(said).toContainEqual(expect.stringContaining('request: a request came to /other'));
  });

  it('names a request that is not a callback first among the causes of a time-out', async () => {
    const { port, input } = await listenSomewhere();
    const sleep = async () => void (await exchangeRaw(port, rawRequest('/other', `localhost:${port}`)));
    const { causes } = await errorOf(setUpLogin({ input, sleep }).run);
    expect(causes[0]).toContain('a request came to /other');
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
      const open: LoginSetting['open'] = async () => {
        await ask('Sec-Purpose: prefetch');
        void ask('X: a gateway');
        return new Promise(() => {});
      };
      const stays: unknown[] = [];
      const sleep: Clock['sleep'] = async (milliseconds, signal) => {
        if (milliseconds === 60_000) return systemClock.sleep(milliseconds, signal);
        if (what === 'it is interrupted') controller.abort();
        else await ask('Sec-Fetch-Mode: navigate');
        stays.push([milliseconds, signal?.aborted]);
      };
      const { run, controller } = setUpLogin({ input: { ...input, browser: [] }, open, sleep });
      expect((await run()).sub).toBe(SUB);
      expect(stays).toEqual([[2000, true]]);
    },
  );

  it('goes on when the browser cannot even be started', async () => {
    const { run, said } = setUpLogin({ input: { browser: ['firefox'] } });
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
      const open: LoginSetting['open'] = async () => undefined;
      const { run, said } = setUpLogin({ lines: paste(), input: { browser: [], unattended }, open });
      expect((await run()).sub).toBe(SUB);
      expect(said.join()).not.toContain('browser');
    },
  );

  it('ends at once when the browser fails and nobody can take over', async () => {
    const { port, input } = await listenSomewhere();
    const error = await errorOf(setUpLogin({ input: { ...input, browser: [], unattended: true } }).run);
    expect(error).toMatchObject({ code: 'ERR_AUTHORIZATION', step: 'authorize' });
    expect(error.message).toContain('no browser in this test');
    expect(await isPortFree(port)).toBe(true);
  });

  it('reads no more lines once the callback has come another way', async () => {
    const { port, input } = await listenSomewhere();
    const [settled, read] = [createGate(), createGate()];
    async function* paste(): AsyncGenerator<string> {
      await settled.passed;
      try {
        yield `code=another&state=${STATE}`;
        yield 'hello';
      } finally {
        read.open();
      }
    }
    const provider: LoginSetting['provider'] = (fake) => {
      const sgid = createSgid(fake);
      const exchange: Provider['exchange'] = async (...given) => {
        settled.open();
        await read.passed;
        return sgid.exchange(...given);
      };
      return { authorize: sgid.authorize.bind(sgid), exchange, claims: sgid.claims.bind(sgid) };
    };
    const open: LoginSetting['open'] = async () => {
      void exchangeRaw(port, rawRequest(`/callback?${GENUINE}`, `localhost:${port}`));
      return new Promise(() => {});
    };
    const { run, said } = setUpLogin({ lines: paste(), input: { ...input, browser: [] }, provider, open });
    expect((await run()).sub).toBe(SUB);
    expect(said.join()).not.toContain('unexpected');
  });
});
