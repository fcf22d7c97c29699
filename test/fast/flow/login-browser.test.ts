import { describe, expect, it } from 'vitest';
import { createBrowser } from '../../../src/system/browser.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { createGate } from '../../helpers/gate.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';

const noSystemBrowser = (): never => {
  throw new Error('the system browser was opened');
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
    const flow = await startFlow();
    expect(await flow.login(args, { env })).toMatchObject({ exitCode: 0 });
    expect(flow.browser.commands).toEqual([command]);
  });

  it.each([[{}], [{ BROWSER: 'other' }]])(
    'none with --no-browser, whatever $BROWSER says: %j',
    async (env) => {
      const flow = await startFlow();
      const onError = (text: string): void => {
        const url = /^http:\S+/m.exec(text)?.[0];
        if (url) void flow.browser.visit(url);
      };
      const { exitCode, stderr } = await flow.login(['--no-browser'], { env, onError });
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Visit this URL to log in:');
      expect(flow.browser.opened).toEqual([]);
    },
  );

  it.each(['"firefox', '   ', ''])('is a usage error for --browser %j', async (command) => {
    const flow = await startFlow();
    const run = await flow.login(['--browser', command]);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_USAGE');
    expect(flow.browser.opened).toEqual([]);
  });
});

describe('a browser that does not open', () => {
  it.each([
    ['is missing', 'no-such-browser-of-the-test', 'no-such-browser-of-the-test was not found'],
    ['fails', `${process.execPath} -e process.exitCode=3 --`, 'exited with status 3'],
  ])('because its command %s is a warning, and the login goes on', async (_name, command, reason) => {
    const flow = await startFlow();
    const { open } = createBrowser(noSystemBrowser);
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
    const exchanging = createGate();
    const closed = createGate();
    const flow = await startFlow({
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
    const { exitCode, stderr } = await flow.login();
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('warning');
  });
});
