import { styleText } from 'node:util';
import { createRedactor } from '../text/redact.ts';

/** How much goes to stderr. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** A colour or weight of a piece of text. */
export type Emphasis = Parameters<typeof styleText>[0];

/** Everything that is said on stderr goes through here, so that no secret does. */
export interface Diagnostics {
  readonly verbosity: Verbosity;
  /** Colour and animation are wanted on stderr. */
  readonly lively: boolean;
  /** A line of information; not with --quiet. */
  info(line: string): void;
  /** A warning; not with --quiet. */
  warn(line: string): void;
  /** A detail; only with --verbose. */
  detail(line: string): void;
  /** A line that is always said. */
  error(line: string): void;
  /** One line of JSON that is always said. Its texts are redacted one by one, so that it stays JSON. */
  errorJson(document: object): void;
  /** Styles a piece of text where colour is wanted on stderr. */
  style(emphasis: Emphasis, text: string): string;
  /** Styles a piece of text where colour is wanted on stdout. */
  styleOutput(emphasis: Emphasis, text: string): string;
  /** Takes values out of everything said from now on. */
  hide(secrets: Iterable<string>): void;
  /** A text without them, for what is written elsewhere. */
  redact(text: string): string;
  /** Sends lines elsewhere while a prompt owns the bottom of the terminal; `undefined` gives stderr back. */
  redirect(write: ((line: string) => void) | undefined): void;
}

/** What diagnostics need. */
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

/** Diagnostics that write to stderr. */
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
  const say = (line: string): void => put(redactor.redact(line));
  const sayWrapped = (text: string): void => put(redactor.redact(text).split('\n').map(wrap).join('\n'));
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
      if (verbosity !== 'quiet') sayWrapped(line);
    },
    warn: (line) => {
      if (verbosity !== 'quiet') sayWrapped(`${style('yellow', 'warning:')} ${line}`);
    },
    detail: (line) => {
      if (verbosity === 'verbose') say(style('dim', line));
    },
    error: sayWrapped,
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
