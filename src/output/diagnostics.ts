import { styleText } from 'node:util';
import type { Journal } from '../oidc/journal.ts';
import type { HttpExchange } from '../system/http-client.ts';
import type { Platform } from '../system/platform.ts';
import { createRedactor } from '../text/redact.ts';

/** Where results and diagnostics go. */
export interface OutputContext {
  readonly platform: Platform;
  readonly diagnostics: Diagnostics;
  readonly journal: Journal;
}

export type Verbosity = 'quiet' | 'normal' | 'verbose';

export type Emphasis = Parameters<typeof styleText>[0];

/** Everything that is printed on stderr goes through here, so that no secret does. */
export interface Diagnostics {
  readonly verbosity: Verbosity;
  /** Colour and animation are wanted on stderr. */
  readonly lively: boolean;
  /** Not with --quiet. */
  info(line: string): void;
  /** Not with --quiet. */
  warn(line: string): void;
  /** Only with --verbose. */
  detail(line: string): void;
  /** Whatever the verbosity. */
  error(line: string): void;
  /** One line of JSON. Its texts are redacted one by one, so that it stays JSON. */
  errorJson(document: object): void;
  /** Styles a piece of text where colour is wanted on stderr. */
  style(emphasis: Emphasis, text: string): string;
  /** Styles a piece of text where colour is wanted on stdout. */
  styleOutput(emphasis: Emphasis, text: string): string;
  /** Takes values out of everything that is printed from now on. */
  hide(secrets: Iterable<string>): void;
  /** A text without them, for what is written elsewhere. */
  redact(text: string): string;
  /** Sends lines elsewhere while a prompt owns the bottom of the terminal; `undefined` gives stderr back. */
  redirect(write: ((line: string) => void) | undefined): void;
}

export interface DiagnosticsOptions {
  readonly write: (text: string) => void;
  readonly verbosity: Verbosity;
  readonly colour: boolean;
  /** The same for stdout; `false` when left out. */
  readonly outputColour?: boolean;
  /** Breaks a line between words where the terminal ends; as it is when left out. */
  readonly wrap?: (line: string) => string;
}

/** Whether colour is wanted on a stream (no-color.org; README, "Log in"). */
export function wantsColour(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
  option: boolean,
): boolean {
  return isTerminal && option && !env['NO_COLOR'] && env['TERM'] !== 'dumb' && !env['CI'];
}

export function createDiagnostics({
  write,
  verbosity,
  colour,
  outputColour = false,
  wrap = (line) => line,
}: DiagnosticsOptions): Diagnostics {
  const redactor = createRedactor();
  let sink: ((line: string) => void) | undefined;
  const put = (line: string): void => {
    if (sink) sink(line);
    else write(`${line}\n`);
  };
  const print = (text: string): void => put(redactor.redact(text).split('\n').map(wrap).join('\n'));
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
    info: (line) => {
      if (verbosity !== 'quiet') print(line);
    },
    warn: (line) => {
      if (verbosity !== 'quiet') print(`${style('yellow', 'warning:')} ${line}`);
    },
    detail: (line) => {
      if (verbosity === 'verbose') put(redactor.redact(style('dim', line)));
    },
    error: print,
    errorJson: (document) =>
      put(
        JSON.stringify(document, (_name, value: unknown) =>
          typeof value === 'string' ? redactor.redact(value) : value,
        ),
      ),
    hide: redactor.hide,
    redact: redactor.redact,
    redirect: (write) => {
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
