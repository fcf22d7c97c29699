import { describe, expect, it } from 'vitest';
import { isPortFree, takePort } from '../../../scripts/ports.mjs';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import { type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';
import { expectRefused, logIn, startFlow, visitAll, visitWith } from '../../helpers/login-flow.ts';
import { hang } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';

describe('a callback that is not that of the login', () => {
  it.each([
    ['the wrong state', 'ERR_STATE_MISMATCH', (url: URL) => withParameters(url, { state: 'x'.repeat(43) })],
    ['no state', 'ERR_STATE_MISMATCH', (url: URL) => url.href.replace(/&state=[^&]*/, '')],
    ['a refusal with the wrong state', 'ERR_STATE_MISMATCH', () => '?error=access_denied&state=x'],
    ['the wrong iss', 'ERR_CALLBACK_ISSUER', (url: URL) => withParameters(url, { iss: 'https://evil.test' })],
    ['a repeated code', 'ERR_CALLBACK_INVALID', (url: URL) => `${url.href}&code=another`],
    ['a repeated state', 'ERR_CALLBACK_INVALID', (url: URL) => `${url.href}&state=another`],
    [
      'markup in it',
      'ERR_STATE_MISMATCH',
      (url: URL) => withParameters(url, { state: 'CANARY', code: 'CANARY<script>' }),
    ],
  ])('%s gets a 400 page, a warning, and the genuine one still counts', async (_name, code, spoil) => {
    const visit = visitAll((genuine) => [new URL(spoil(genuine), genuine).href, genuine.href]);
    const { exitCode, stdout, stderr, pages, flow } = await logIn([], { visit });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data['myinfo.name']).toBe('TAN WEI MING');
    expect(pages).toMatchObject([
      { status: 400, body: expect.stringMatching(new RegExp(`Not the expected callback.*${code}`, 's')) },
      { status: 200, body: expect.stringContaining('Logged in') },
    ]);
    expect(pages.map(({ body }) => body).join()).not.toMatch(/CANARY|<script/);
    expect(stderr).toMatch(/^warning: ignored: the callback .* Still waiting\.$/m);
    expect(flow.provider.countTo('token')).toBe(1);
  });

  it('comes after the one that counts and changes nothing: the same waits for its page, another is told', async () => {
    const [asked, release] = [createGate(), createGate()];
    const run = await logIn([], {
      provider: {
        userinfo: async (_request, honest) => {
          asked.open();
          await release.passed;
          return honest();
        },
      },
      visit: async (browser, url) => {
        const genuine = await redirectOf(url);
        const first = browser.visit(genuine.href);
        await asked.passed;
        // It has arrived before the others, after which the login ends.
        const socket = await openSocket(Number(genuine.port));
        const equal = readToEnd(socket);
        socket.write(rawRequest(genuine.pathname + genuine.search, genuine.host));
        for (const change of [{ error: 'access_denied' }, { code: 'another' }, { state: 'another' }]) {
          const other = await browser.visit(withParameters(genuine, change));
          expect(other).toMatchObject({ status: 200, body: expect.stringContaining('already finished') });
        }
        release.open();
        for (const page of [(await first).body, await equal]) expect(page).toContain('Logged in');
      },
    });
    expect(run).toMatchObject({ exitCode: 0, pages: Array(4).fill({}) });
    expect(run.flow.provider.countTo('token')).toBe(1);
  });
});

describe('the genuine callback', () => {
  const refusal = { error: 'access_denied', error_description: 'not now' };
  const serverError = { error: 'server_error', error_description: 'a\u001b[31mb' };

  it.each([
    ['a refusal', 4, 'ERR_ACCESS_DENIED', refusal, 'Login refused', '(access_denied: not now)'],
    ['another error', 4, 'ERR_AUTHORIZATION', serverError, '<code>ERR_AUTHORIZATION<', '(server_error: ab)'],
    ['neither code nor error', 7, 'ERR_CALLBACK_INVALID', {}, '<code>ERR_CALLBACK_INVALID<', 'code'],
    ['an empty code', 7, 'ERR_CALLBACK_INVALID', { code: '' }, '<code>ERR_CALLBACK_INVALID<', 'code'],
  ])('with %s ends the login: exit %i', async (_name, exitCode, code, parameters, page, words) => {
    const run = await logIn([], { visit: visitWith(parameters) });
    expect(run).toMatchObject({ exitCode, code, stdout: '', stderr: expect.stringContaining(words) });
    expect(run.stderr).not.toContain('\u001b');
    expect(run.pages[0]?.body).toContain(page);
    expect(run.flow.provider.countTo('token')).toBe(0);
  });

  it.each(['http://127.0.0.1', 'http://[::1]'])('comes to a redirect URI on %s', async (origin) => {
    const redirectUri = `${origin}:${await takePort()}/cb`;
    const run = await logIn(['--redirect-uri', redirectUri, '--state', 'of-the-test'], {
      visit: (browser) => browser.visit(`${redirectUri}?error=access_denied&state=of-the-test`),
    });
    expect(run.code).toBe('ERR_ACCESS_DENIED');
  });
});

describe('sgid login --listen', () => {
  it.each([
    ['of the redirect URI', () => 'app.example.test', 200],
    ['of the redirect URI with its port', () => 'app.example.test:443', 200],
    ['of the listen address', (port: number) => `127.0.0.1:${port}`, 200],
    ['that a tunnel writes', (port: number) => `localhost:${port}`, 200],
    ['of the tunnel with another port', (port: number) => `localhost:${port + 1}`, 403],
    ['of somebody else', (port: number) => `evil.example.test:${port}`, 403],
  ])('takes the callback that a proxy brings under the Host %s', async (_name, hostOf, status) => {
    const port = await takePort();
    const target = '/login/callback?error=access_denied&state=of-the-test';
    const visit = async () => {
      const answer = await exchangeRaw(port, rawRequest(target, hostOf(port)));
      expect(statusOf(answer)).toBe(status);
      // The login ends with the genuine callback where this one was not taken.
      if (status !== 200) await exchangeRaw(port, rawRequest(target, 'app.example.test'));
    };
    const remote = ['--redirect-uri', 'https://app.example.test/login/callback', '--state', 'of-the-test'];
    const run = await logIn([...remote, '--listen', `127.0.0.1:${port}`], { visit });
    expect(run.code).toBe('ERR_ACCESS_DENIED');
  });

  it.each(['0.0.0.0', '[::]', '192.0.2.1'])('refuses %s without --listen-public', async (host) => {
    const run = await logIn(['--listen', `${host}:5001`]);
    expectRefused(run, 2, 'ERR_USAGE', /could be reached from other machines.*--listen 127\.0\.0\.1:5001/s);
  });

  it('takes a public address with --listen-public', async () => {
    const flow = await startFlow();
    const run = await flow.login(['--listen', `0.0.0.0:${flow.port}`, '--listen-public']);
    expect(run).toMatchObject({ exitCode: 0 });
  });
});

describe('the port of the callback', () => {
  it('is taken before the browser opens and free after the login', async () => {
    const flow = await startFlow({
      visit: async (browser, url) => {
        expect(await isPortFree(flow.port)).toBe(false);
        await browser.visit(url);
      },
    });
    expect(await flow.login()).toMatchObject({ exitCode: 0, portIsFree: true });
  });

  it('that another sgid login has is exit 10, and that login is not disturbed', async () => {
    const flow = await startFlow({
      visit: async (browser, url) => {
        second = await runSgid(['login'], { env: flow.env });
        await browser.visit(url);
      },
    });
    let second: RunResult | undefined;
    expect(await flow.login()).toMatchObject({ exitCode: 0 });
    expect(second).toMatchObject({ exitCode: 10, code: 'ERR_LISTEN_PORT_IN_USE', stdout: '' });
    expect(second?.stderr).toContain('(sgid mock --redirect-uri http://localhost:5002/callback)');
    expect(second?.stderr).toContain('1. another sgid login still waits on this port');
    expect(second?.stderr).toContain(`lsof -i :${flow.port}`);
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])(
    'that another program has on %s is exit 10',
    async (address) => {
      const flow = await startFlow();
      const other = await occupyPort(address, flow.port);
      const run = await flow.login();
      await other.close();
      expect(run).toMatchObject({ exitCode: 10, stdout: '', opened: [] });
      expect(run.code).toMatch(/^ERR_LISTEN_(PORT_IN_USE|INTERCEPTED)$/);
      expect(await isPortFree(flow.port)).toBe(true);
    },
  );
});

/** Runs a manual login in which the person enters lines made from the URL that the browser ended on. */
async function loginByPasting(linesOf: (redirected: URL) => readonly string[]): Promise<RunResult> {
  const opened = createGate();
  let redirected: Promise<URL>;
  const browser = async (url: string) => {
    redirected = redirectOf(url);
    opened.open();
    return hang();
  };
  async function* lines(): AsyncGenerator<string> {
    await opened.passed;
    yield* linesOf(await redirected);
  }
  return logIn(['--manual'], { browser, lines: lines() });
}

/** A URL in lines that end at these places. */
const cut = ({ href }: URL, ...ends: readonly number[]): string[] =>
  [...ends, href.length].map((end, index) => href.slice(ends[index - 1] ?? 0, end));

const MANUAL = ['--manual', '--no-browser', '--state', 'of-the-test'];

describe('sgid login --manual', () => {
  const longQuery = (kibibytes: number): string => `?x=${'x'.repeat(1024 * kibibytes)}`;

  it.each([
    ['the whole URL', (url: URL) => [url.href]],
    ['the URL in quotes and blanks', (url: URL) => [`  "${url.href}"  `]],
    ['the URL as a shell quotes it', (url: URL) => [url.href.replace(/[?&=]/g, '\\$&')]],
    [
      'the URL of a page, at the end of a sentence',
      (url: URL) => [`<${url.href.replaceAll('&', '&amp;')}>.`],
    ],
    ['the URL in two lines', (url: URL) => cut(url, url.href.length - 60)],
    ['the URL in two lines, with others before', (url: URL) => ['hello', ...cut(url, url.href.length - 60)]],
    ['the URL in three lines', (url: URL) => cut(url, 30, 50)],
    [
      'the longest URL of the mock in lines of a mail',
      (url: URL) => `${longQuery(2)}&${url.search.slice(1)}`.match(/.{1,76}/g) ?? [],
    ],
    ['the URL in two lines, the second with the state', (url: URL) => cut(url, url.href.indexOf('state='))],
    [
      'the URL in two lines, the second with the end of a name',
      (url: URL) => cut(url, url.href.indexOf('ate=')),
    ],
    ['the URL in two lines, the first long', (url: URL) => [longQuery(16), `&${url.search.slice(1)}`]],
    ['half a URL, and then the whole', (url: URL) => [url.href.slice(0, 50), url.href]],
    ['the query alone', (url: URL) => [url.search]],
    ['the query without its question mark', (url: URL) => [url.search.slice(1)]],
    ['empty lines first', (url: URL) => ['', '   ', url.href]],
  ])('takes %s from standard input', async (_name, lines) => {
    const run = await loginByPasting(lines);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('another provider') });
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
    ['nothing', '', 3, 'ERR_NO_INPUT'],
    ['empty lines alone', '\n  \n', 3, 'ERR_NO_INPUT'],
    ['a line that is no URL', 'hello\n', 7, 'ERR_CALLBACK_INVALID'],
    ['a URL that was cut', '?code=x&state=of-the-te\n', 7, 'ERR_CALLBACK_INVALID'],
    ['the end of a URL', 'state=of-the-test\n', 7, 'ERR_CALLBACK_INVALID'],
    [
      'a URL in two lines of too many',
      `${longQuery(32)}\n&code=x&state=of-the-test\n`,
      7,
      'ERR_CALLBACK_INVALID',
    ],
    [
      'a URL in more lines than a mail makes',
      `?${'x=\n'.repeat(100)}&code=x&state=of-the-test\n`,
      7,
      'ERR_CALLBACK_INVALID',
    ],
    ['a URL with the wrong state', '?code=x&state=wrong\n', 7, 'ERR_STATE_MISMATCH'],
    ['a refusal', '?error=access_denied&state=of-the-test\n', 4, 'ERR_ACCESS_DENIED'],
  ])('fails when standard input ends after %s', async (_name, stdin, exitCode, code) => {
    const run = await logIn(MANUAL, { stdin });
    expect(run).toMatchObject({ exitCode, code, stdout: '' });
    expect(run.flow.provider.countTo('token')).toBe(0);
  });

  it.each(['?', ''])('says what is lost of a query that begins with %j', async (mark) => {
    const { stderr } = await logIn(MANUAL, { stdin: `${mark}state=of-the-test\n` });
    expect(stderr).toContain('the pasted URL is damaged: it holds no code');
  });

  it('says how the URL begins when none came', async () => {
    const { stderr, flow } = await logIn(MANUAL);
    expect(stderr).toContain('error: callback: standard input ended before a redirected URL came');
    expect(stderr).toContain('Copy the whole address of that page; it is read from standard input.');
    expect(stderr).toContain(
      `With --manual, the redirected URL (${flow.redirectUri}...) is read from standard input`,
    );
  });

  it('names what needs no person in CI', async () => {
    const { stderr } = await logIn(MANUAL, { env: { CI: '1' } });
    expect(stderr).toMatch(/next: "sgid check".*"sgid login --mock --persona wei-ming"/);
  });

  it('speaks of no shell, which has read nothing', async () => {
    const { stderr } = await logIn(MANUAL, { stdin: 'hello\n' });
    expect(stderr).toContain("Copy the whole address from the browser's address bar, in one line; it begins");
  });

  it('listens nowhere', async () => {
    let free: boolean | undefined;
    const flow = await startFlow();
    async function* lines(): AsyncGenerator<string> {
      free = await isPortFree(flow.port);
      yield '';
    }
    await flow.login(MANUAL, { lines: lines() });
    expect(free).toBe(true);
  });

  it.each([
    ['https on this machine', 'https://localhost:5001/callback?'],
    ['another machine', 'https://app.example.test/login/callback?tenant=1&'],
  ])('serves a redirect URI on %s', async (_name, pasted) => {
    const stdin = `${pasted}error=access_denied&state=of-the-test`;
    const run = await logIn([...MANUAL, '--redirect-uri', pasted.slice(0, -1)], { stdin });
    expect(run.code).toBe('ERR_ACCESS_DENIED');
  });
});
