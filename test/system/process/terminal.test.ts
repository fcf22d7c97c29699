import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { openTerminal, RESUMED, urlOn } from '../../helpers/terminal-session.ts';

const CTRL_C = '\u0003';
const CTRL_Z = '\u001a';
const PROMPT = /Waiting for the callback, \d:\d\d left, or paste the redirected URL here:/;

describe('sgid login on a terminal', () => {
  it('counts down on one row', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser --timeout 1m', { env });
    await terminal.shows(PROMPT);
    // A busy machine may pass over seconds.
    const screen = await terminal.shows(/0:[0-5][0-8] left/);
    expect(screen.match(/Waiting for/g)).toHaveLength(1);
    terminal.type(CTRL_C);
    await terminal.ended;
  });

  it.each([60, 100])('breaks an error between words at %i columns', async (columns) => {
    const terminal = await openTerminal('login --mock --persona nobody', { columns });
    await terminal.ended;
    const lines = terminal.bytes().split('\r\n');
    expect(Math.max(...lines.map((line) => stripVTControlCharacters(line).length))).toSatisfy(
      (longest: number) => longest <= columns && longest > columns - 20,
    );
  });

  it('takes away what a narrower window has wrapped, the code included', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser', { env });
    await terminal.shows(PROMPT);
    terminal.type('http://localhost/callback?code=half-a-code');
    await terminal.shows(/half-a-code$/m);
    terminal.resize(30);
    // Up to the first of the three rows that 79 columns now take, and everything from there wiped.
    await expect.poll(terminal.bytes).toContain('\u001b[2A\r\u001b[J');
    await terminal.shows(/^….{28}$/m);
  });

  it('takes the countdown away when the callback is here', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser', { env });
    await terminal.shows(PROMPT);
    const url = urlOn(terminal);
    await visit(url);
    const screen = await terminal.ended;
    expect(screen.replace(/https?:\S+\n\S+\n\S+\n\S+\n\S+(?=\n\n)/, 'URL')).toMatch(
      /^Visit this URL to log in:\n\nURL\n\nIf your browser .*:\n {2}ssh .*\nIf the page .* here\.\n\n\{\n {2}"sub": "u=.*",\n {2}"data": \{\n.*TAN WEI MING.*\n {2}\}\n\}\nstatus 0, echo\n?$/,
    );
  });

  it.each([80, 40, 20])(
    'takes a pasted URL after a wrong one and shows none of it for long: %i columns',
    async (columns) => {
      const { env } = await setUpProcessLogin();
      const terminal = await openTerminal('login --no-browser', { env, columns });
      await terminal.shows(/Waiting for/);
      const callback = await redirectOf(urlOn(terminal));
      const code = callback.searchParams.get('code') ?? '';
      terminal.type(withParameters(callback, { state: 'another', and: 'so-on' }));
      await terminal.shows(/so-on$/m);
      terminal.type('\r');
      const afterWrong = await terminal.shows(/warning: ignored.*\nWaiting for/s);
      expect(unwrap(afterWrong)).not.toContain(code);
      terminal.type(`${callback.href}\r`);
      const screen = await terminal.ended;
      expect(screen).toContain('status 0, echo');
      expect(unwrap(screen)).not.toContain(code);
      expect(screen).not.toContain('Waiting for');
    },
  );

  it('ends with 130 on Ctrl-C and gives the terminal back', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser', { env });
    await terminal.shows(PROMPT);
    terminal.type(`half a line${CTRL_C}`);
    const screen = await terminal.ended;
    expect(screen).toContain('\n\nInterrupted.\nstatus 130, echo');
    expect(screen).not.toContain('half a line');
  });

  it('goes on after Ctrl-Z and fg', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser', { env, program: RESUMED });
    await terminal.shows(PROMPT);
    terminal.type(CTRL_Z);
    await terminal.shows(PROMPT);
    terminal.type(`${(await redirectOf(urlOn(terminal))).href}\r`);
    expect(await terminal.ended).toContain('status 0, echo');
  });

  it('says that the time is over on a row of its own', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser --timeout 0.3s', { env });
    const screen = await terminal.ended;
    expect(screen).toMatch(/\n\nerror: callback: no callback came within/);
    expect(screen).toContain('status 6, echo');
  });

  it.each([
    ['--no-color', { args: '--no-color', env: {} }],
    ['NO_COLOR', { args: '', env: { NO_COLOR: '1' } }],
    ['TERM=dumb', { args: '', env: { TERM: 'dumb' } }],
    ['CI', { args: '', env: { CI: 'true' } }],
  ])('has no colour and no countdown with %s', async (_name, { args, env }) => {
    const login = await setUpProcessLogin();
    const terminal = await openTerminal(`${args} login --no-browser --timeout 5m`, {
      env: { ...login.env, ...env },
    });
    await terminal.shows(/^Waiting for the callback \(up to 5:00\)\.$/m);
    // An unexpected callback is warned of, which has colour otherwise.
    await visit(`${login.redirectUri}?state=another&code=x`);
    await terminal.shows(/^warning: ignored/m);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toMatch(/Interrupted.\nstatus 130, echo/);
    expect(terminal.bytes()).not.toContain('\u001b');
  });

  it('keeps the countdown to itself when the input is no terminal', async () => {
    const { env } = await setUpProcessLogin();
    const terminal = await openTerminal('login --no-browser </dev/null', { env });
    await terminal.shows(/Waiting for the callback, \d:\d\d left$/m);
    await visit(urlOn(terminal));
    const screen = await terminal.ended;
    expect(screen).toContain('status 0, echo');
    expect(screen).not.toContain('Waiting for');
  });

  it('asks for the URL with --manual, with colour and without', async () => {
    for (const flag of ['', '--no-color']) {
      const { env } = await setUpProcessLogin();
      const terminal = await openTerminal(`${flag} login --manual --no-browser`, { env });
      await terminal.shows(/the redirected URL/);
      const callback = await redirectOf(urlOn(terminal));
      terminal.type('something else\r');
      await terminal.shows(/Still waiting\./);
      terminal.type(`${callback.href}\r`);
      const screen = await terminal.ended;
      expect(screen).toContain('status 0, echo');
      expect(unwrap(screen)).not.toContain(callback.searchParams.get('code'));
    }
  });
});

/** What was wrapped, in one piece. */
function unwrap(screen: string): string {
  return screen.replaceAll('\n', '');
}
