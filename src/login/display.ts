import type { SgidError } from '../errors/sgid-error.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import type { LinePrompt } from '../system/line-prompt.ts';
import type { Terminal } from '../system/terminal.ts';
import type { LoginProgress } from './login.ts';

/** How the wait for the callback looks. */
export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly diagnostics: Diagnostics;
  /** Nothing listens: the redirected URL must be pasted. */
  readonly manual: boolean;
  /** The persona that logs in by itself; then nobody is asked to do anything. */
  readonly persona: string | undefined;
  readonly signal: AbortSignal;
}

/** The progress of a login on stderr, and the URLs pasted into it. */
export interface LoginDisplay {
  readonly progress: LoginProgress;
  readonly pasted: AsyncIterable<string> | undefined;
  /** Stops the countdown and gives the terminal back. */
  close(): void;
}

/** Shows a login: a countdown with a prompt where a person can paste, plain lines elsewhere. */
export function createLoginDisplay(options: ProgressOptions): LoginDisplay {
  const { terminal, diagnostics, manual, persona, signal } = options;
  const quiet = diagnostics.verbosity === 'quiet';
  const closing = new AbortController();
  const prompt = canPrompt(options) ? terminal.openPrompt() : undefined;
  if (prompt) diagnostics.redirect((line) => prompt.printAbove(line));
  let countdown: Countdown | undefined;
  let strays = 0;
  let visited = '';
  const close = (): void => {
    if (closing.signal.aborted) return;
    closing.abort();
    countdown?.stop();
    diagnostics.redirect(undefined);
    if (prompt) prompt.close();
    else if (countdown) terminal.writeError(CLEAR_LINE);
  };
  return {
    // Lines are not waited for any longer than the display is open: an open pipe would keep the program alive.
    pasted:
      prompt?.lines ?? (manual ? terminal.inputLines(AbortSignal.any([signal, closing.signal])) : undefined),
    close,
    progress: {
      authorizationUrl(url, opening) {
        visited = url;
        if (persona !== undefined) {
          diagnostics.info(`Logging ${persona} in at the embedded provider.`);
          return;
        }
        const words = opening
          ? 'Opening the browser. If it does not open, visit:'
          : 'Visit this URL to log in:';
        if (!quiet) diagnostics.info(`${words}\n\n${url}\n`);
        else if (!opening) diagnostics.error(url);
      },
      waiting(timeoutMs) {
        const what = manual ? 'the redirected URL' : 'the callback';
        if (persona !== undefined || (quiet && !manual)) return;
        if (diagnostics.lively) {
          if (!prompt) diagnostics.redirect((line) => terminal.writeError(`${CLEAR_LINE}${line}\n`));
          countdown = startCountdown(timeoutMs, (left) =>
            show(options, prompt, `Waiting for ${what}, ${left} left`),
          );
        } else diagnostics.info(`Waiting for ${what} (up to ${formatSeconds(timeoutMs)}).`);
      },
      browserFailed(reason) {
        if (quiet) diagnostics.error(visited);
        else diagnostics.warn(`the browser did not open (${reason}). Visit the URL above yourself.`);
      },
      providerFailed({ message }) {
        diagnostics.warn(`the login is likely to fail: ${message}. Still waiting.`);
      },
      stray({ message, hint = '' }: SgidError) {
        strays += 1;
        if (strays > SHOWN_STRAYS) return;
        if (strays === SHOWN_STRAYS) {
          diagnostics.warn('ignored: more callbacks that are not of this login; further ones are not shown.');
          return;
        }
        // A hint that ends in a value ends without a full stop.
        diagnostics.warn(`ignored: ${message}. ${hint.replace(/[^.]$/, '$&.')} Still waiting.`);
      },
      callbackReceived() {
        close();
        diagnostics.detail('callback received');
      },
    },
  };
}

/** Any web page can send strays; they must not scroll the URL away. */
const SHOWN_STRAYS = 5;

/** Back to the first column, and everything after it wiped. */
const CLEAR_LINE = '\r\u001b[K';

function canPrompt({ terminal, diagnostics, manual, persona }: ProgressOptions): boolean {
  if (persona !== undefined) return false;
  return terminal.stdinIsTerminal && terminal.stderrIsTerminal && (diagnostics.lively || manual);
}

function show({ terminal, manual }: ProgressOptions, prompt: LinePrompt | undefined, text: string): void {
  if (prompt)
    prompt.redraw(`${text}${manual ? '. Paste it here: ' : ', or paste the redirected URL here: '}`);
  else terminal.writeError(`${CLEAR_LINE}${text}`);
}

interface Countdown {
  stop(): void;
}

function startCountdown(timeoutMs: number, draw: (left: string) => void): Countdown {
  const end = performance.now() + timeoutMs;
  const tick = (): void => draw(formatSeconds(Math.max(0, end - performance.now())));
  const timer = setInterval(tick, 1000);
  tick();
  return { stop: () => clearInterval(timer) };
}

/** Minutes and seconds, for example `4:59`. */
function formatSeconds(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
