import { describe, expect, it } from 'vitest';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import type { RunResult } from '../../helpers/fake-platform.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { isPortFree } from '../../helpers/port-state.ts';

/** Runs a manual login in which the person enters lines made from the URL that the browser ended on. */
async function loginByPasting(linesOf: (redirected: URL) => readonly string[]): Promise<RunResult> {
  const flow = await startFlow();
  let enter = (_lines: readonly string[]): void => {};
  const entered = new Promise<readonly string[]>((resolve) => {
    enter = resolve;
  });
  async function* lines(): AsyncGenerator<string> {
    yield* await entered;
  }
  const browser = async (url: string) => {
    enter(linesOf(await redirectOf(url)));
    return { failed: new Promise<undefined>(() => {}) };
  };
  return flow.login(['--manual'], { browser, lines: lines() });
}

const STATE = ['--state', 'the-state-of-the-test'];

describe('sgid login --manual', () => {
  it.each([
    ['the whole URL', (url: URL) => [url.href]],
    ['the URL in quotes and blanks', (url: URL) => [`  "${url.href}"  `]],
    ['the query alone', (url: URL) => [url.search]],
    ['the query without its question mark', (url: URL) => [url.search.slice(1)]],
    ['empty lines first', (url: URL) => ['', '   ', url.href]],
  ])('takes %s from standard input', async (_name, lines) => {
    const run = await loginByPasting(lines);
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).data['myinfo.name']).toBe('TAN WEI MING');
    expect(run.stderr).toContain('Waiting for the redirected URL (up to 5:00).');
  });

  it.each([
    ['of another site', () => 'https://example.test/callback?code=x&state=y'],
    ['that is none', () => 'hello'],
    ['with the wrong state', (url: URL) => withParameters(url, { state: 'x' })],
  ])('warns of a URL %s and takes the right one after it', async (_name, wrong) => {
    const run = await loginByPasting((url) => [wrong(url), url.href]);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/^warning: ignored: .*Still waiting\.$/m);
  });

  it.each([
    ['nothing', '', 6, 'ERR_CALLBACK_TIMEOUT'],
    ['empty lines alone', '\n  \n', 6, 'ERR_CALLBACK_TIMEOUT'],
    ['a line that is no URL', 'hello\n', 7, 'ERR_CALLBACK_INVALID'],
    ['a URL with the wrong state', '?code=x&state=wrong\n', 7, 'ERR_STATE_MISMATCH'],
  ])('fails when standard input ends after %s', async (_name, stdin, exit, code) => {
    const flow = await startFlow();
    const run = await flow.login(['--manual', '--no-browser', ...STATE], { stdin });
    expect(run).toMatchObject({ exitCode: exit, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
    expect(flow.provider.countTo('token')).toBe(0);
  });

  it('says how the URL begins when none came', async () => {
    const flow = await startFlow();
    const { stderr } = await flow.login(['--manual', '--no-browser']);
    expect(stderr).toContain('error: callback: standard input ended before a redirected URL came');
    expect(stderr).toContain(`it begins with ${flow.redirectUri}`);
  });

  it('ends with exit 4 when the pasted URL says that the person refused', async () => {
    const flow = await startFlow();
    const stdin = `${flow.redirectUri}?error=access_denied&state=the-state-of-the-test\n`;
    const run = await flow.login(['--manual', '--no-browser', ...STATE], { stdin });
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
  });

  it('listens nowhere', async () => {
    let free: boolean | undefined;
    const flow = await startFlow();
    async function* lines(): AsyncGenerator<string> {
      free = await isPortFree(flow.port);
      yield '';
    }
    await flow.login(['--manual', '--no-browser'], { lines: lines() });
    expect(free).toBe(true);
  });

  it.each([
    ['https on this machine', 'https://localhost:5001/callback'],
    ['another machine', 'https://app.example.test/login/callback?tenant=1'],
  ])('serves a redirect URI on %s', async (_name, redirectUri) => {
    const flow = await startFlow();
    const run = await flow.login(['--manual', '--no-browser', '--redirect-uri', redirectUri, ...STATE], {
      stdin: `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}error=access_denied&state=${STATE[1]}`,
    });
    expect(errorCodeOf(run)).toBe('ERR_ACCESS_DENIED');
  });
});
