import { describe, expect, it } from 'vitest';
import { SgidError, type SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, type Flow, startFlow } from '../../helpers/login-flow.ts';
import { type EndpointName, hang, reply } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { isPortFree } from '../../helpers/port-state.ts';

const interruption = (code: SgidErrorCode = 'ERR_INTERRUPTED'): SgidError =>
  new SgidError(code, 'stopped by the test', { step: 'callback' });

const SIGNALS = [
  ['ERR_INTERRUPTED', 130],
  ['ERR_TERMINATED', 143],
] as const;

describe('sgid login that is interrupted', () => {
  it.each(SIGNALS)('before it listens: %s, exit %i, nothing opened', async (code, exit) => {
    const flow = await startFlow();
    const run = await flow.login([], { signal: AbortSignal.abort(interruption(code)) });
    expect(run).toMatchObject({ exitCode: exit, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
    expect(flow.browser.opened).toEqual([]);
    expect(await isPortFree(flow.port)).toBe(true);
  });

  it('before it listens does not even try the port', async () => {
    const flow = await startFlow();
    const other = await occupyPort('127.0.0.1', flow.port);
    const run = await flow.login([], { signal: AbortSignal.abort(interruption()) });
    await other.close();
    expect(run.exitCode).toBe(130);
  });

  it.each(SIGNALS)('while it waits: %s, exit %i, the port is free at once', async (code, exit) => {
    const controller = new AbortController();
    const visit = async (): Promise<void> => controller.abort(interruption(code));
    const flow = await startFlow({ visit });
    const run = await flow.login([], { signal: controller.signal });
    expect(run).toMatchObject({ exitCode: exit, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
    expect(await isPortFree(flow.port)).toBe(true);
  });

  it('while standard input is open for a pasted URL: exit 130', async () => {
    const controller = new AbortController();
    const flow = await startFlow();
    async function* lines(): AsyncGenerator<string> {
      yield '';
      controller.abort(interruption());
    }
    const options = { signal: controller.signal, lines: lines() };
    expect(await flow.login(['--manual', '--no-browser'], options)).toMatchObject({ exitCode: 130 });
  });

  it.each<[EndpointName, number]>([
    ['token', 130],
    ['jwks', 130],
    ['userinfo', 130],
  ])('while the %s endpoint is asked: exit %i, the port is free at once', async (endpoint, exit) => {
    const controller = new AbortController();
    const interrupt = (): Promise<never> => {
      controller.abort(interruption());
      return hang();
    };
    // The keys are asked for ahead, too.
    const flow: Flow = await startFlow({
      provider: {
        [endpoint]: () => (flow.provider.countTo('token') === 0 ? reply(500) : interrupt()),
      },
    });
    const run = await flow.login(['-v'], { signal: controller.signal });
    expect(run).toMatchObject({ exitCode: exit, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_INTERRUPTED');
    expect(await isPortFree(flow.port)).toBe(true);
    expect(flow.browser.pages[0]?.body).toContain('ERR_INTERRUPTED');
    expect(flow.browser.pages[0]?.body).not.toContain('Signed in');
  });

  it('while the keys are asked for ahead: exit 130, and nothing more is said', async () => {
    const controller = new AbortController();
    const jwks = (): Promise<never> => {
      controller.abort(interruption());
      return hang();
    };
    const flow = await startFlow({ provider: { jwks }, visit: async () => {} });
    const run = await flow.login([], { signal: controller.signal });
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
    expect(run.stderr).not.toContain('warning');
    expect(await isPortFree(flow.port)).toBe(true);
  });

  it('while it waits to ask again: exit 130', async () => {
    const controller = new AbortController();
    const flow = await startFlow({
      provider: {
        userinfo: () => {
          setImmediate(() => controller.abort(interruption()));
          return { status: 503, headers: { 'retry-after': '9' }, body: '' };
        },
      },
    });
    expect(await flow.login([], { signal: controller.signal })).toMatchObject({ exitCode: 130 });
    expect(flow.provider.countTo('userinfo')).toBe(1);
  });

  it('is not held up by a browser that never finishes', async () => {
    const controller = new AbortController();
    const flow = await startFlow();
    const browser = async () => {
      controller.abort(interruption());
      return { failed: hang() };
    };
    expect(await flow.login([], { signal: controller.signal, browser })).toMatchObject({ exitCode: 130 });
  });

  it('gives the embedded provider’s port back as well', async () => {
    const controller = new AbortController();
    let provider = '';
    const flow = await startFlow();
    const browser = async (url: string) => {
      provider = new URL(url).port;
      controller.abort(interruption());
      return { failed: hang() };
    };
    const args = ['login', '--mock', '--redirect-uri', flow.redirectUri];
    expect(await runSgid(args, { signal: controller.signal, browser })).toMatchObject({ exitCode: 130 });
    expect(await isPortFree(Number(provider))).toBe(true);
    expect(await isPortFree(flow.port)).toBe(true);
  });

  it('after an unexpected callback is still interrupted', async () => {
    const controller = new AbortController();
    const flow = await startFlow({
      visit: async (browser, url) => {
        const genuine = await redirectOf(url);
        genuine.searchParams.set('state', 'wrong');
        await browser.visit(genuine.href);
        controller.abort(interruption());
      },
    });
    expect(await flow.login([], { signal: controller.signal })).toMatchObject({ exitCode: 130 });
  });
});
