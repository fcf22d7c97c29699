import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { BrowserAbsence } from '../../../src/login/browser-plan.ts';
import { createLoginDisplay, type LoginDisplay } from '../../../src/login/display.ts';
import { createDiagnostics, type Verbosity } from '../../../src/output/diagnostics.ts';
import type { Terminal } from '../../../src/system/terminal.ts';
import { Journal, type Step } from '../../../src/trace/journal.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';

const REDIRECT_URI = 'http://localhost:5001/callback';
const URL_TO_VISIT = 'https://provider.test/v2/oauth/authorize?state=x';

/** A display, the journal that it reads, and everything that it does to the terminal, in order. */
interface Opened {
  readonly display: LoginDisplay;
  readonly journal: Journal;
  readonly done: string[];
  readonly inputSignals: AbortSignal[];
}

/** On a terminal with colour and animation, unless told otherwise. */
async function open({
  manual = false,
  stdinIsTerminal = true,
  stderrIsTerminal = true,
  lively = true,
  verbosity = 'normal' as Verbosity,
  absence = undefined as BrowserAbsence | undefined,
  persona = undefined as string | undefined,
}): Promise<Opened> {
  const done: string[] = [];
  const inputSignals: AbortSignal[] = [];
  const noLines = (async function* () {})();
  const terminal: Terminal = {
    ...createFakePlatform().platform.terminal,
    stdinIsTerminal,
    stderrIsTerminal,
    writeError: (text) => done.push(text),
    openPrompt: async () => ({
      redraw: (text) => done.push(`prompt: ${text}`),
      printAbove: (line) => done.push(`above: ${line}`),
      close: () => done.push('prompt closed'),
      lines: noLines,
    }),
    inputLines: (signal) => {
      inputSignals.push(signal);
      return noLines;
    },
  };
  const display = await createLoginDisplay({
    terminal,
    absence,
    isDeserted: false,
    manual,
    timeoutMs: 90_000,
    persona,
    signal: new AbortController().signal,
    diagnostics: {
      ...createDiagnostics({ write: terminal.writeError, verbosity, colour: false }),
      lively,
    },
  });
  const journal = new Journal(0);
  journal.follow(display.reader);
  return { display, journal, done, inputSignals };
}

/** Waits until the test lets the callback come. */
async function startWait(
  { journal }: Opened,
  url = URL_TO_VISIT,
): Promise<{ step: Step; end(): Promise<void> }> {
  await journal.step('authorize', async (step) => step.url(url));
  const { passed, open: arrive } = createGate();
  return new Promise((started) => {
    const waiting = journal.step('callback', async (step) => {
      step.waits(REDIRECT_URI);
      started({
        step,
        end: () => {
          arrive();
          return waiting;
        },
      });
      await passed;
    });
  });
}

const ANNOUNCEMENT = `Opening the browser. If it does not open, visit:\n\n${URL_TO_VISIT}\n`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'hrtime'] });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('the display of a login', () => {
  it('counts down in a prompt and says everything above it', async () => {
    const opened = await open({});
    const { step, end } = await startWait(opened);
    vi.advanceTimersByTime(31_000);
    const { display, done } = opened;
    step.warn('browser', 'it was not found');
    await end();
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

  it('asks for the URL itself when nothing listens, even with --quiet', async () => {
    for (const verbosity of ['normal', 'quiet'] as const) {
      const opened = await open({ manual: true, verbosity });
      await startWait(opened);
      expect(opened.done).toContain('prompt: Waiting for the redirected URL, 1:30 left. Paste it here: ');
      opened.display.close();
    }
  });

  it('counts down on a line of its own where nobody can paste, and wipes it at the end', async () => {
    const opened = await open({ stdinIsTerminal: false });
    const { step } = await startWait(opened);
    for (const hint of ['Go on.', 'Use x', undefined])
      step.unexpected(new SgidError('ERR_STATE_MISMATCH', 'another one', { hint }));
    opened.display.close();
    expect(opened.display.pasted).toBeUndefined();
    expect(opened.done).toEqual([
      `${ANNOUNCEMENT}\n`,
      '\r\u001b[KWaiting for the callback, 1:30 left',
      '\r\u001b[Kwarning: ignored: another one. Go on. Still waiting.\n',
      '\r\u001b[Kwarning: ignored: another one. Use x. Still waiting.\n',
      '\r\u001b[Kwarning: ignored: another one. Still waiting.\n',
      '\r\u001b[K',
    ]);
  });

  const FORWARD =
    'above: If your browser is on another machine, run this there first:\n  ssh -L 5001:localhost:5001 user@host';
  const PASTE = 'above: If the page after the login fails to load, paste its address here.\n';
  const COPY = `above: After the login the browser goes to ${REDIRECT_URI}, a page that may fail to load. Copy the whole address of that page, paste it here and press Return.`;
  it.each([
    ['from another machine, where one can paste', { absence: 'ssh' }, [FORWARD, PASTE]],
    ['from another machine, where nothing listens', { absence: 'ssh', manual: true }, [COPY]],
    ['from this machine, where nothing listens', { manual: true }, [COPY]],
    ['not with --quiet', { absence: 'ssh', verbosity: 'quiet' }, []],
  ] as const)('says how the callback gets here: %s', async (_where, how, lines) => {
    const opened = await open(how);
    await startWait(opened);
    opened.display.close();
    expect(opened.done.filter((line) => /another machine|fails? to load/.test(line))).toEqual(lines);
  });

  it.each([
    ['stdin is no terminal', { stdinIsTerminal: false }, false],
    ['stderr is no terminal', { stderrIsTerminal: false, manual: true, lively: false }, false],
    ['nothing may be drawn again', { lively: false }, false],
    ['nothing may be drawn again, but one has to paste', { lively: false, manual: true }, true],
  ])('opens a prompt only where one can see it and paste: %s', async (_when, how, isOpen) => {
    const opened = await open(how);
    await startWait(opened);
    opened.display.close();
    expect(opened.done.includes('prompt closed')).toBe(isOpen);
  });

  it.each([
    ['provider', 'the login is likely to fail: the reason. Still waiting.'],
    ['request', 'ignored: the reason. Still waiting.'],
    ['browser', 'the browser did not open (the reason). Visit the URL above yourself.'],
  ] as const)('warns of the %s', async (about, line) => {
    const opened = await open({});
    const { step } = await startWait(opened);
    step.warn(about, 'the reason');
    opened.display.close();
    expect(opened.done.slice(-2)).toEqual([`above: warning: ${line}`, 'prompt closed']);
  });

  it.each([
    ['it came', () => undefined, ['prompt closed', 'callback received\n']],
    ['it failed', () => Promise.reject(new Error('no callback')), []],
  ])('says with --verbose that a callback came: %s', async (_what, pass, lines) => {
    const { journal, done, display } = await open({ verbosity: 'verbose' });
    await journal.step('callback', async () => pass()).catch(() => {});
    expect(done).toEqual(lines);
    display.close();
  });

  it('says how a provider on this machine is reached from another one, where nothing listens', async () => {
    const opened = await open({ absence: 'ssh', manual: true });
    await startWait(opened, 'http://localhost:5002/authorize');
    opened.display.close();
    expect(opened.done).toContain(FORWARD.replaceAll('5001', '5002'));
  });

  it.each([
    ['--quiet', { verbosity: 'quiet' }, ['prompt closed']],
    ['a persona', { persona: 'wei-ming' }, ['Logging wei-ming in at the embedded provider.\n']],
  ] as const)('draws no wait with %s', async (_what, how, lines) => {
    const opened = await open(how);
    await startWait(opened);
    opened.display.close();
    expect(opened.done).toEqual(lines);
  });

  it('shows a few unexpected callbacks, says that there are more, and then is silent', async () => {
    const opened = await open({ lively: false });
    const { step } = await startWait(opened);
    const before = opened.done.length;
    for (let sent = 0; sent < 100; sent += 1)
      step.unexpected(new SgidError('ERR_STATE_MISMATCH', 'another one'));
    const shown = opened.done.slice(before);
    expect(shown).toHaveLength(5);
    expect(shown.at(-1)).toContain('further ones are not shown');
  });

  it('reads lines for a manual login, and no longer once it is closed', async () => {
    const { display, inputSignals } = await open({ manual: true, stdinIsTerminal: false, lively: false });
    expect(display.pasted).toBeDefined();
    expect(inputSignals.map(({ aborted }) => aborted)).toEqual([false]);
    display.close();
    expect(inputSignals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
