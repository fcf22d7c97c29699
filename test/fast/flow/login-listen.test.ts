import { describe, expect, it } from 'vitest';
import { redirectOf, type Visit } from '../../helpers/fake-browser.ts';
import { type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { exchangeRaw, rawRequest, statusOf } from '../../helpers/raw-http.ts';
import { takePort } from '../../helpers/take-port.ts';

const REMOTE = 'https://app.example.test/login/callback';

describe('sgid login --listen', () => {
  it.each([
    ['of the redirect URI', () => 'app.example.test', 200],
    ['of the redirect URI with its port', () => 'app.example.test:443', 200],
    ['of the listen address', (port: number) => `127.0.0.1:${port}`, 200],
    ['of somebody else', () => 'evil.example.test', 403],
  ])('takes the callback that a proxy brings under the Host %s', async (_name, hostOf, status) => {
    const port = await takePort();
    const statuses: number[] = [];
    const visit: Visit = async (_browser, url) => {
      const query = new URLSearchParams({
        error: 'access_denied',
        state: new URL(url).searchParams.get('state') ?? '',
      });
      const target = `/login/callback?${query}`;
      statuses.push(statusOf(await exchangeRaw(port, rawRequest(target, hostOf(port)))));
      // The login ends with the genuine callback where this one was not taken.
      if (statuses[0] !== 200) await exchangeRaw(port, rawRequest(target, 'app.example.test'));
    };
    const flow = await startFlow({ visit });
    const listen = ['--redirect-uri', REMOTE, '--listen', `127.0.0.1:${port}`];
    const run = await flow.login(listen);
    expect(errorCodeOf(run)).toBe('ERR_ACCESS_DENIED');
    expect(statuses[0]).toBe(status);
  });

  it.each(['0.0.0.0', '[::]', '192.0.2.1'])('refuses %s without --listen-public', async (host) => {
    const flow = await startFlow();
    const run = await flow.login(['--listen', `${host}:5001`]);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_USAGE');
    expect(run.stderr).toContain('could be reached from other machines');
    expect(run.stderr).toContain('--listen 127.0.0.1:5001');
    expect(flow.browser.opened).toEqual([]);
  });

  it('takes a public address with --listen-public', async () => {
    const flow = await startFlow();
    const run = await flow.login(['--listen', `0.0.0.0:${flow.port}`, '--listen-public']);
    expect(run).toMatchObject({ exitCode: 0 });
  });
});

describe('a port that is taken', () => {
  it('by another sgid login is exit 10, and that login is not disturbed', async () => {
    const flow = await startFlow({
      visit: async (browser, url) => {
        second = await runSgid(['login'], { env: flow.env });
        await browser.visit((await redirectOf(url)).href);
      },
    });
    let second: RunResult | undefined;
    expect(await flow.login()).toMatchObject({ exitCode: 0 });
    expect(second).toMatchObject({ exitCode: 10, stdout: '' });
    expect(second && errorCodeOf(second)).toBe('ERR_LISTEN_PORT_IN_USE');
    expect(second?.stderr).toContain('1. another sgid login still waits on this port');
    expect(second?.stderr).toContain(`lsof -i :${flow.port}`);
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('by another program on %s is exit 10', async (address) => {
    const flow = await startFlow();
    const other = await occupyPort(address, flow.port);
    const run = await flow.login();
    await other.close();
    expect(run).toMatchObject({ exitCode: 10, stdout: '' });
    expect(errorCodeOf(run)).toMatch(/^ERR_LISTEN_(PORT_IN_USE|INTERCEPTED)$/);
    expect(flow.browser.opened).toEqual([]);
    expect(await isPortFree(flow.port)).toBe(true);
  });
});

describe('the listener', () => {
  it('is ready before the browser opens and gone after the login', async () => {
    let during: boolean | undefined;
    const flow = await startFlow({
      visit: async (browser, url) => {
        during = await isPortFree(flow.port);
        await browser.visit(url);
      },
    });
    await flow.login();
    expect(during).toBe(false);
    expect(await isPortFree(flow.port)).toBe(true);
  });

  it.each(['http://127.0.0.1', 'http://[::1]'])('serves a redirect URI on %s', async (origin) => {
    const port = await takePort();
    const visit: Visit = async (browser, url) => {
      const state = new URL(url).searchParams.get('state');
      await browser.visit(`${origin}:${port}/cb?error=access_denied&state=${state}`);
    };
    const flow = await startFlow({ visit });
    const run = await flow.login(['--redirect-uri', `${origin}:${port}/cb`]);
    expect(errorCodeOf(run)).toBe('ERR_ACCESS_DENIED');
  });
});
