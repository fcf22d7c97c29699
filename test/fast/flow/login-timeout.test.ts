import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { hang } from '../../helpers/loopback-provider.ts';
import { isPortFree } from '../../helpers/port-state.ts';

describe('sgid login --timeout', () => {
  it.each([
    ['90s', 90_000, 'within 90s', '1:30'],
    ['10m', 600_000, 'within 10m', '10:00'],
    ['1h', 3_600_000, 'within 60m', '60:00'],
    ['7', 7_000, 'within 7s', '0:07'],
  ])('%s: waits that long, then exits 6 and frees the port', async (text, milliseconds, words, shown) => {
    const flow = await startFlow({ visit: async () => {} });
    const clock = createFakeClock();
    const run = await flow.login(['--timeout', text], { clock });
    expect(run).toMatchObject({ exitCode: 6, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_CALLBACK_TIMEOUT');
    expect(clock.sleeps).toEqual([milliseconds]);
    expect(run.stderr).toContain(`(up to ${shown})`);
    expect(run.stderr).toContain(words);
    expect(await isPortFree(flow.port)).toBe(true);
  });

  it('waits five minutes unless told', async () => {
    const flow = await startFlow({ visit: async () => {} });
    const clock = createFakeClock();
    await flow.login([], { clock });
    expect(clock.sleeps).toEqual([300_000]);
  });

  it('names the likely causes with the exact values, because sgID shows a page and redirects not', async () => {
    const flow = await startFlow({ visit: async () => {} });
    const { stderr } = await flow.login(['--scope', 'openid myinfo.email'], { clock: createFakeClock() });
    expect(stderr).toMatch(/1\. the person did not finish the login/);
    expect(stderr).toContain(`2. the redirect URI ${flow.redirectUri} is not registered for this client`);
    expect(stderr).toMatch(/3\. the client id is wrong/);
    expect(stderr).toContain('4. a scope of "openid myinfo.email" is not granted to this client');
    expect(stderr).toContain('--manual');
    expect(stderr).toContain(`Register exactly ${flow.redirectUri} in the developer portal`);
  });

  it('speaks of no portal where the provider is the embedded one', async () => {
    const run = await runSgid(['login', '--mock', '--no-browser'], { clock: createFakeClock() });
    expect(run).toMatchObject({ exitCode: 6, stdout: '' });
    expect(run.stderr).toContain('Log in without a browser with --persona wei-ming, or wait longer');
    expect(run.stderr).not.toMatch(/portal|registered|client id/);
  });

  it('is over when the real clock says so, although standard input stays open', async () => {
    const flow = await startFlow();
    const lines = { [Symbol.asyncIterator]: () => ({ next: hang }) };
    const run = await flow.login(['--manual', '--no-browser', '--timeout', '0.05s'], { lines });
    expect(run).toMatchObject({ exitCode: 6, stdout: '' });
    expect(run.stderr).toContain('no redirected URL came within 0.05s');
    expect(run.stderr).toContain('--timeout 1m.');
    expect(run.stderr).not.toContain('--manual');
  });

  it.each(['0', '-1s', 'soon', '25d', ''])('refuses %j', async (text) => {
    const flow = await startFlow();
    for (const option of ['--timeout', '--http-timeout']) {
      const run = await flow.login([`${option}=${text}`]);
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr).toContain(option);
    }
  });
});

describe('sgid login --http-timeout', () => {
  it.each(['token', 'jwks', 'userinfo'] as const)(
    'ends a hanging %s endpoint with exit 5',
    async (endpoint) => {
      const flow = await startFlow({ provider: { [endpoint]: hang } });
      const run = await flow.login(['--http-timeout', '0.2s']);
      expect(run).toMatchObject({ exitCode: 5, stdout: '' });
      expect(errorCodeOf(run)).toBe('ERR_HTTP_TIMEOUT');
      expect(run.stderr).toContain('did not answer in time');
      // The keys are asked for ahead, and once more when they are needed.
      expect(flow.provider.countTo(endpoint)).toBe(endpoint === 'jwks' ? 2 : 1);
      expect(flow.browser.pages[0]?.body).toContain('ERR_HTTP_TIMEOUT');
    },
  );
});
