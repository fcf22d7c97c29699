import { styleText } from 'node:util';
import type { HttpExchange, Journal } from '../oidc/journal.ts';
import type { Environment } from '../system/environment.ts';
import type { Platform } from '../system/platform.ts';
import { breakCommands } from '../text/printable.ts';
import { createRedactor } from '../text/redact.ts';

export interface OutputContext {
  readonly platform: Platform;
  readonly diagnostics: Diagnostics;
  readonly journal: Journal;
}

export type Verbosity = 'quiet' | 'normal' | 'verbose';

export type Emphasis = Parameters<typeof styleText>[0];

export type Diagnostics = ReturnType<typeof createDiagnostics>;

/** Whether colour is wanted on a stream (no-color.org). */
export function wantsColour(isTerminal: boolean, env: Environment, option: boolean): boolean {
  return isTerminal && option && !env['NO_COLOR'] && env['TERM'] !== 'dumb' && !env['CI'];
}

/**
 * Everything that is printed on stderr goes through here, so that no secret does.
 *
 * @param options `colour` is for stderr, `outputColour` for stdout; `wrap` breaks a line where the terminal ends.
 */
export function createDiagnostics(options: {
  readonly write: (text: string) => void;
  readonly verbosity: Verbosity;
  readonly colour: boolean;
  readonly outputColour?: boolean;
  readonly wrap?: (line: string) => string;
}) {
  const { write, verbosity, colour, outputColour = false, wrap = (line) => line } = options;
  const { hide, redact } = createRedactor();
  const clean = (text: string): string => breakCommands(redact(text));
  let sink: ((line: string) => void) | undefined;
  const put = (line: string): void => (sink ? sink(line) : write(`${line}\n`));
  const print = (text: string): void => put(clean(text).split('\n').map(wrap).join('\n'));
  const styleIf =
    (wanted: boolean) =>
    (emphasis: Emphasis, text: string): string =>
      wanted ? styleText(emphasis, text, { validateStream: false }) : text;
  const style = styleIf(colour);
  return {
    verbosity,
    lively: colour,
    style,
    styleOutput: styleIf(outputColour),
    info: (line: string): void => {
      if (verbosity !== 'quiet') print(line);
    },
    warn: (line: string): void => {
      if (verbosity !== 'quiet') print(`${style('yellow', 'warning:')} ${line}`);
    },
    detail: (line: string): void => {
      if (verbosity === 'verbose') put(clean(style('dim', line)));
    },
    error: print,
    /** Its texts are redacted one by one, so that it stays JSON. */
    errorJson: (document: object): void =>
      put(JSON.stringify(document, (_name, value) => (typeof value === 'string' ? clean(value) : value))),
    /** Takes values out of everything that is printed from now on. */
    hide,
    redact,
    /** Sends lines elsewhere while a prompt owns the bottom of the terminal; `undefined` gives stderr back. */
    redirect: (write: ((line: string) => void) | undefined): void => {
      sink = write;
    },
  };
}

/** Prints a line for each HTTP exchange, with --verbose: method, URL without its query, outcome and duration. */
export function logExchanges(diagnostics: Diagnostics): (exchange: HttpExchange) => void {
  return ({ method, url, status, failure, milliseconds }) => {
    const [address] = url.split('?');
    diagnostics.detail(`${method} ${address} ${status ?? failure} ${milliseconds.toFixed(0)} ms`);
  };
}
