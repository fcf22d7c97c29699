import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SgidError } from '../../../../src/errors/sgid-error.ts';
import { createLoginDisplay, type LoginDisplay } from '../../../../src/login/display.ts';
import { createDiagnostics, type Verbosity } from '../../../../src/output/diagnostics.ts';
import type { LinePrompt } from '../../../../src/system/line-prompt.ts';
import type { Terminal } from '../../../../src/system/terminal.ts';
import { createFakePlatform } from '../../../helpers/fake-platform.ts';

const URL_TO_VISIT = 'https://provider.test/v2/oauth/authorize?state=x';

interface Setting {
  readonly stdinIsTerminal?: boolean;
  readonly stderrIsTerminal?: boolean;
  /** Colour and animation are wanted. */
  readonly lively?: boolean;
  readonly verbosity?: Verbosity;
  readonly manual?: boolean;
  readonly persona?: string;
}

/** A display, and everything that it does to the terminal, in order. */
function open(setting: Setting): { display: LoginDisplay; done: string[]; inputSignals: AbortSignal[] } {
  const { stdinIsTerminal = true, stderrIsTerminal = true, lively = true, manual = false } = setting;
  const done: string[] = [];
  const inputSignals: AbortSignal[] = [];
  const noLines = (async function* () {})();
  const prompt: LinePrompt = {
    redraw: (text) => done.push(`prompt: ${text}`),
    printAbove: (line) => done.push(`above: ${line}`),
    close: () => done.push('prompt closed'),
    lines: noLines,
  };
  const terminal: Terminal = {
    ...createFakePlatform().platform.terminal,
    stdinIsTerminal,
    stderrIsTerminal,
    writeError: (text) => done.push(text),
    openPrompt: () => prompt,
    inputLines: (signal) => {
      inputSignals.push(signal);
      return noLines;
    },
  };
  const display = createLoginDisplay({
    terminal,
    manual,
    persona: setting.persona,
    signal: new AbortController().signal,
    diagnostics: {
      ...createDiagnostics({
        write: terminal.writeError,
        verbosity: setting.verbosity ?? 'normal',
        colour: false,
      }),
      lively,
    },
  });
  return { display, done, inputSignals };
}

/** Waits for a minute and a half, as far as the display knows. */
const showWait = ({ display }: ReturnType<typeof open>): void => {
  display.progress.authorizationUrl(URL_TO_VISIT, true);
  display.progress.waiting(90_000);
};

const ANNOUNCEMENT = `Opening the browser. If it does not open, visit:\n\n${URL_TO_VISIT}\n`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('createLoginDisplay on a terminal', () => {
  it('counts down in a prompt and says everything above it', () => {
    const opened = open({});
    showWait(opened);
    vi.advanceTimersByTime(31_000);
    const { display, done } = opened;
    display.progress.browserFailed('it was not found');
    display.progress.callbackReceived();
    expect(done.slice(0, 3)).toEqual([
      `above: ${ANNOUNCEMENT}`,
      'prompt: Waiting for the callback, 1:30 left, or paste the redirected URL here: ',
      'prompt: Waiting for the callback, 1:29 left, or paste the redirected URL here: ',
    ]);
    expect(done).toContain('prompt: Waiting for the callback, 0:59 left, or paste the redirected URL here: ');
    expect(done.slice(-2)).toEqual([
      'above: warning: the browser did not open (it was not found). Visit the URL above yourself.',
      'prompt closed',
    ]);
    display.close();
    expect(done.filter((what) => what === 'prompt closed')).toHaveLength(1);
  });

  it('asks for the URL itself when nothing listens, even with --quiet', () => {
    for (const verbosity of ['normal', 'quiet'] as const) {
      const opened = open({ manual: true, verbosity });
      showWait(opened);
      expect(opened.done).toContain('prompt: Waiting for the redirected URL, 1:30 left. Paste it here: ');
      opened.display.close();
    }
  });

  it('counts down on a line of its own where nobody can paste, and wipes it at the end', () => {
    const opened = open({ stdinIsTerminal: false });
    showWait(opened);
    const stray = new SgidError('ERR_STATE_MISMATCH', 'a stray', { step: 'callback', hint: 'Go on.' });
    opened.display.progress.stray(stray);
    opened.display.close();
    expect(opened.display.pasted).toBeUndefined();
    expect(opened.done).toEqual([
      `${ANNOUNCEMENT}\n`,
      '\r\u001b[KWaiting for the callback, 1:30 left',
      '\r\u001b[Kwarning: ignored: a stray. Go on. Still waiting.\n',
      '\r\u001b[K',
    ]);
  });
});

describe('createLoginDisplay elsewhere', () => {
  it('shows a few strays, says that there are more, and then is silent', () => {
    const opened = open({ lively: false });
    showWait(opened);
    const before = opened.done.length;
    const stray = new SgidError('ERR_STATE_MISMATCH', 'a stray', { step: 'callback' });
    for (let sent = 0; sent < 100; sent += 1) opened.display.progress.stray(stray);
    const shown = opened.done.slice(before);
    expect(shown).toHaveLength(5);
    expect(shown.at(-1)).toContain('further ones are not shown');
  });

  it.each<[string, Setting]>([
    ['without a terminal', { stdinIsTerminal: false, stderrIsTerminal: false, lively: false }],
    ['without animation', { lively: false }],
  ])('says plain lines: %s', (_name, setting) => {
    const opened = open(setting);
    showWait(opened);
    opened.display.close();
    expect(opened.done).toEqual([`${ANNOUNCEMENT}\n`, 'Waiting for the callback (up to 1:30).\n']);
  });

  it('reads lines for a manual login, and no longer once it is closed', () => {
    const { display, inputSignals } = open({ manual: true, stdinIsTerminal: false, lively: false });
    expect(display.pasted).toBeDefined();
    expect(inputSignals.map(({ aborted }) => aborted)).toEqual([false]);
    display.close();
    expect(inputSignals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('says that a persona logs in, and asks nothing', () => {
    const opened = open({ persona: 'siti' });
    showWait(opened);
    opened.display.close();
    expect(opened.done).toEqual(['Logging siti in at the embedded provider.\n']);
  });

  it.each([
    [true, []],
    [false, [`${URL_TO_VISIT}\n`]],
  ])('with --quiet says the URL only when no browser opens: %s', (opening, said) => {
    const { display, done } = open({ verbosity: 'quiet', lively: false });
    display.progress.authorizationUrl(URL_TO_VISIT, opening);
    display.progress.waiting(90_000);
    expect(done).toEqual(said);
    display.progress.browserFailed('it was not found');
    expect(done).toEqual([...said, `${URL_TO_VISIT}\n`]);
    display.close();
  });
});
