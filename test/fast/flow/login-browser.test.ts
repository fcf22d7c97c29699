import { describe, expect, it } from 'vitest';
import { createBrowser } from '../../../src/system/browser.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';
import { expectRefused, type Flow, logIn, startFlow } from '../../helpers/login-flow.ts';

/** The parameters of an authorization request. */
const parametersOf = (url = ''): Record<string, string> => Object.fromEntries(new URL(url).searchParams);

describe('the authorization request of sgid login', () => {
  it('carries PKCE with S256, and state and nonce of 32 random bytes', async () => {
    const { opened, flow } = await logIn(['--scope', '  openid   myinfo.name openid ']);
    const random = expect.stringMatching(/^[\w-]{43}$/);
    expect(parametersOf(opened[0])).toEqual({
      response_type: 'code',
      client_id: flow.env['SGID_CLIENT_ID'],
      redirect_uri: flow.redirectUri,
      scope: 'openid myinfo.name',
      code_challenge: random,
      code_challenge_method: 'S256',
      state: random,
      nonce: random,
    });
  });

  it('is fresh each time, and everything is asked for once', async () => {
    const flow = await startFlow();
    await flow.login();
    const counts = (['authorize', 'token', 'jwks', 'userinfo'] as const).map(flow.provider.countTo);
    expect(counts).toEqual([1, 1, 1, 1]);
    await flow.login();
    const [first, second] = flow.browser.opened.map(parametersOf);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(first?.[name]).not.toBe(second?.[name]);
  });

  it('takes --state and --nonce as given, and the ID token must carry that nonce', async () => {
    const state = 'a+b &c=d#e%20f/?';
    const { opened, stdout } = await logIn(['--state', state, '--nonce', 'n&2', '--include-tokens']);
    const [url = ''] = opened;
    expect(parametersOf(url)).toMatchObject({ state, nonce: 'n&2' });
    expect([...new URL(url).searchParams]).toHaveLength(8);
    // Every server reads this space.
    expect(url).toContain('scope=openid%20myinfo.name');
    expect(JSON.parse(stdout).claims.nonce).toBe('n&2');
  });

  it('stands alone on an unwrapped line of stderr, before the browser is opened', async () => {
    let stderr = '';
    const { exitCode } = await logIn([], {
      visit: async (browser, url) => {
        expect(stderr.split('\n')).toContain(url);
        await browser.visit(url);
      },
      onError: (text) => {
        stderr += text;
      },
    });
    expect(exitCode).toBe(0);
  });
});

/** A person who opens the URL that is printed. */
const visitByHand =
  ({ browser }: Flow) =>
  (text: string): void => {
    const url = /^http:\S+/m.exec(text)?.[0];
    if (url) void browser.visit(url);
  };

describe('which browser sgid login opens', () => {
  it.each([
    ['the system’s', [], {}, []],
    ['$BROWSER', [], { BROWSER: 'my-browser --new "a b"' }, ['my-browser', '--new', 'a b']],
    ['the first of $BROWSER', [], { BROWSER: 'one:two' }, ['one']],
    ['the system’s for an empty $BROWSER', [], { BROWSER: '' }, []],
    ['--browser', ['--browser', 'firefox -P x'], {}, ['firefox', '-P', 'x']],
    ['--browser over $BROWSER', ['--browser', 'firefox'], { BROWSER: 'other' }, ['firefox']],
  ])('%s', async (_name, args, env, command) => {
    const { exitCode, flow } = await logIn(args, { env });
    expect({ exitCode, commands: flow.browser.commands }).toEqual({ exitCode: 0, commands: [command] });
  });

  it.each([{}, { BROWSER: 'other' }])('none with --no-browser, whatever $BROWSER says: %j', async (env) => {
    const flow = await startFlow();
    const run = await flow.login(['--no-browser'], { env, onError: visitByHand(flow) });
    expect(run).toMatchObject({ exitCode: 0, opened: [] });
    expect(run.stderr).toMatch(/^Visit this URL to log in:$/m);
  });

  it.each([
    ['over SSH', { SSH_CONNECTION: '192.0.2.1 5022 192.0.2.2 22' }, 'No browser is opened over SSH.'],
    ['over SSH on a terminal', { SSH_TTY: '/dev/pts/1' }, 'No browser is opened over SSH.'],
    ['on Linux without a display', { DISPLAY: '' }, 'There is no display to open a browser on.'],
  ])('none %s, and says how to get there', async (_where, env, words) => {
    const flow = await startFlow();
    const run = await flow.login([], { env, onError: visitByHand(flow) });
    const { port } = flow;
    const provider = new URL(flow.env['SGID_HOSTNAME'] ?? '');
    expect(run).toMatchObject({ exitCode: 0, opened: [] });
    expect(run.stderr).toContain(`${words} Visit this URL to log in:\n\nhttp`);
    const forward = `ssh -L ${provider.port}:${provider.hostname}:${provider.port} -L ${port}:localhost:${port} user@host`;
    expect(run.stderr).toContain(`run this there first:\n  ${forward}\n`);
    expect(run.stderr).toContain(
      'fails to load, run this again with --manual, log in once more, and paste the new',
    );
  });

  it.each([
    ['--browser', ['--browser', 'firefox'], {}],
    ['$BROWSER', [], { BROWSER: 'firefox' }],
  ])('the one of %s even over SSH', async (_what, args, env) => {
    const { exitCode, flow, stderr } = await logIn(args, { env: { SSH_TTY: '/dev/pts/1', ...env } });
    expect({ exitCode, commands: flow.browser.commands }).toEqual({ exitCode: 0, commands: [['firefox']] });
    expect(stderr).not.toMatch(/SSH|ssh|--manual/);
  });

  it.each([
    ['CI is set', { CI: 'true' }, {}, true],
    ['CI is set over SSH', { CI: '1', SSH_TTY: 'x' }, {}, true],
    ['CI is set, with a terminal', { CI: 'true' }, { stderrIsTerminal: true }, false],
    ['CI is set, and somebody can enter', { CI: 'true' }, { stdinIsTerminal: true }, false],
    ['CI is switched off', { CI: 'false' }, {}, false],
    ['CI is not set', {}, {}, false],
  ])('says that nobody may be there: %s', async (_when, env, terminal, isSaid) => {
    const flow = await startFlow();
    const { exitCode, stderr } = await flow.login(['--no-browser'], {
      env,
      terminal,
      onError: visitByHand(flow),
    });
    expect(exitCode).toBe(0);
    expect(/^warning: CI is set .*"sgid check".*"sgid login --mock --persona/m.test(stderr)).toBe(isSaid);
    expect(stderr.includes('ssh -L')).toBe(!isSaid);
  });

  it('says nothing of it where a persona logs in', async () => {
    const run = await runSgid(['login', '--mock', '--persona', 'wei-ming'], {
      env: { CI: '1', SSH_TTY: 'x' },
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/warning|SSH/) });
  });

  it.each(['"firefox', '   ', ''])('is a usage error for --browser %j', async (command) => {
    expectRefused(await logIn(['--browser', command]), 2, 'ERR_USAGE');
  });
});

describe('a browser that does not open', () => {
  it.each([
    ['is missing', 'no-such-browser-of-the-test', 'no-such-browser-of-the-test was not found'],
    ['fails', `${process.execPath} -e process.exitCode=3 --`, 'exited with status 3'],
  ])('because its command %s is a warning, and the login goes on', async (_name, command, reason) => {
    const flow = await startFlow();
    const { open } = createBrowser(() => {
      throw new Error('the system browser was opened');
    });
    const onError = (text: string): void => {
      // The person does by hand what the warning says.
      if (text.startsWith('warning: ')) void redirectOf(url).then(({ href }) => flow.browser.visit(href));
      url = /^http:\S+/m.exec(text)?.[0] ?? url;
    };
    let url = '';
    const { exitCode, stdout, stderr } = await flow.login(['--browser', command], { browser: open, onError });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data['myinfo.name']).toBe('TAN WEI MING');
    expect(stderr).toMatch(/^warning: the browser did not open \(.*\)\. Visit the URL above yourself\.$/m);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(`\n\n${url}\n\n`);
  });

  it('is no news when the callback has come', async () => {
    const [exchanging, closed] = [createGate(), createGate()];
    const run = await logIn([], {
      provider: {
        token: async (_request, honest) => {
          exchanging.open();
          await closed.passed;
          return honest();
        },
      },
      visit: async (browser, url) => {
        void browser.visit(url);
        await exchanging.passed;
        setImmediate(closed.open);
        return 'exited with status 1';
      },
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('warning') });
  });
});
