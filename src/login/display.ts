import type { SgidError } from '../errors/sgid-error.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import { readStopwatch } from '../system/clock.ts';
import type { LinePrompt } from '../system/line-prompt.ts';
import type { Terminal } from '../system/terminal.ts';
import type { JournalReader } from '../trace/journal.ts';
import { type BrowserAbsence, forwardingCommand } from './browser-plan.ts';
import { WITHOUT_A_PERSON } from './login-errors.ts';

export interface DisplayOptions {
  readonly terminal: Terminal;
  readonly diagnostics: Diagnostics;
  /** Why no browser is opened; `undefined` where one is. */
  readonly absence: BrowserAbsence | undefined;
  /** Whether perhaps nobody is there to log in. */
  readonly isDeserted: boolean;
  /** Nothing listens: the redirected URL must be pasted. */
  readonly manual: boolean;
  /** The persona that logs in by itself: the display asks for nothing. */
  readonly persona: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface LoginDisplay {
  readonly reader: JournalReader;
  readonly pasted: AsyncIterable<string> | undefined;
  close(): void;
}

/** Any web page can send unexpected callbacks; they must not scroll the URL away. */
const MOST_SHOWN = 5;

const ABSENCES: Readonly<Record<BrowserAbsence, string>> = {
  ssh: 'No browser is opened over SSH. ',
  'no-display': 'There is no display to open a browser on. ',
  unwanted: '',
};

const NOBODY = `CI is set and there is no terminal, so perhaps nobody is there to log in. ${WITHOUT_A_PERSON}`;

const PASTE = 'If the page after the login fails to load, paste its address here.';
const PASTE_LATER =
  'If the page after the login fails to load, run this again with --manual, log in once more, and paste the new address.';

const pasteAddressOf = (redirectUri: string, isPrompted: boolean): string =>
  `After the login the browser goes to ${redirectUri}, a page that may fail to load. Copy the whole address of that ` +
  (isPrompted ? 'page, paste it here and press Return.' : 'page; it is read from standard input.');

const CLEAR_LINE = '\r\u001b[K';

/** Shows a login: a countdown with a prompt where a person can paste, plain lines elsewhere. */
export async function createLoginDisplay(options: DisplayOptions): Promise<LoginDisplay> {
  const { terminal, diagnostics, absence, isDeserted, manual, persona, timeoutMs, signal } = options;
  const isQuiet = diagnostics.verbosity === 'quiet';
  const closing = new AbortController();
  const prompt = canPrompt(options) ? await terminal.openPrompt() : undefined;
  if (prompt) diagnostics.redirect((line) => prompt.printAbove(line));
  let countdown: NodeJS.Timeout | undefined;
  let unexpected = 0;
  let visited = '';

  function showUrl(url: string): void {
    visited = url;
    if (persona !== undefined) {
      diagnostics.info(`Logging ${persona} in at the embedded provider.`);
      return;
    }
    const words = absence
      ? `${ABSENCES[absence]}Visit this URL to log in:`
      : 'Opening the browser. If it does not open, visit:';
    if (!isQuiet) diagnostics.info(`${words}\n\n${url}\n`);
    else if (absence) diagnostics.error(url);
  }

  /** Helps a person on another machine, and warns where there may be no person. */
  function showHelp(redirectUri: string): void {
    if (persona !== undefined) return;
    if (isDeserted) {
      diagnostics.warn(NOBODY);
      return;
    }
    const forward = absence && forwardingCommand(manual ? [visited] : [visited, redirectUri]);
    if (forward)
      diagnostics.info(`If your browser is on another machine, run this there first:\n  ${forward}`);
    if (manual) diagnostics.info(pasteAddressOf(redirectUri, prompt !== undefined));
    else if (absence) diagnostics.info(`${prompt ? PASTE : PASTE_LATER}\n`);
  }

  function showWait(): void {
    if (persona !== undefined || (isQuiet && !manual)) return;
    const what = manual ? 'the redirected URL' : 'the callback';
    if (!diagnostics.lively) {
      diagnostics.info(`Waiting for ${what} (up to ${formatSeconds(timeoutMs)}).`);
      return;
    }
    if (!prompt) diagnostics.redirect((line) => terminal.writeError(`${CLEAR_LINE}${line}\n`));
    const end = readStopwatch() + timeoutMs;
    const tick = (): void => {
      const left = formatSeconds(Math.max(0, end - readStopwatch()));
      drawWait(options, prompt, `Waiting for ${what}, ${left} left`);
    };
    countdown = setInterval(tick, 1000);
    tick();
  }

  function showUnexpected({ message, hint }: SgidError): void {
    unexpected += 1;
    if (unexpected > MOST_SHOWN) return;
    if (unexpected === MOST_SHOWN) {
      diagnostics.warn(
        'ignored more callbacks that do not belong to this login; further ones are not shown.',
      );
      return;
    }
    // A hint that ends in a value ends without a full stop, as a message does.
    const sentences = [message, hint, 'Still waiting'].map((words) => words?.replace(/[^.]$/, '$&.'));
    diagnostics.warn(`ignored: ${sentences.filter(Boolean).join(' ')}`);
  }

  function close(): void {
    if (closing.signal.aborted) return;
    closing.abort();
    clearInterval(countdown);
    diagnostics.redirect(undefined);
    if (prompt) prompt.close();
    else if (countdown) terminal.writeError(CLEAR_LINE);
  }

  return {
    // Stops with the display: an open pipe would keep the program alive.
    pasted:
      prompt?.lines ?? (manual ? terminal.inputLines(AbortSignal.any([signal, closing.signal])) : undefined),
    close,
    reader: {
      url: showUrl,
      waits(redirectUri) {
        showHelp(redirectUri);
        showWait();
      },
      warned(about, reason) {
        if (about === 'provider') diagnostics.warn(`the login is likely to fail: ${reason}. Still waiting.`);
        else if (about === 'request') diagnostics.warn(`ignored: ${reason}. Still waiting.`);
        else if (isQuiet) diagnostics.error(visited);
        else diagnostics.warn(`the browser did not open (${reason}). Visit the URL above yourself.`);
      },
      unexpected: showUnexpected,
      ended({ name, error }) {
        if (name !== 'callback' || error !== undefined) return;
        close();
        diagnostics.detail('callback received');
      },
    },
  };
}

function canPrompt({ terminal, diagnostics, manual, persona }: DisplayOptions): boolean {
  if (persona !== undefined) return false;
  return terminal.stdinIsTerminal && terminal.stderrIsTerminal && (diagnostics.lively || manual);
}

function drawWait({ terminal, manual }: DisplayOptions, prompt: LinePrompt | undefined, text: string): void {
  if (prompt)
    prompt.redraw(`${text}${manual ? '. Paste it here: ' : ', or paste the redirected URL here: '}`);
  else terminal.writeError(`${CLEAR_LINE}${text}`);
}

function formatSeconds(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
