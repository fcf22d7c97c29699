import type { CommandContext } from '../command-context.ts';
import type { Emphasis } from './diagnostics.ts';
import { breakText } from './wrap-line.ts';

/** How text for people is laid out. */
export interface TextLayout {
  style(emphasis: Emphasis, text: string): string;
  /** Breaks a text between words, see {@link breakText}. */
  readonly wrap: typeof breakText;
  readonly columns: number;
}

/** Where there is no terminal that says how wide it is. */
const DEFAULT_COLUMNS = 80;

/** For a file. */
export const PLAIN_LAYOUT: TextLayout = {
  style: (_emphasis, text) => text,
  wrap: breakText,
  columns: DEFAULT_COLUMNS,
};

/** For standard output, as its terminal is, whatever standard error is connected to. */
export function layoutForStdout({ platform, diagnostics }: CommandContext): TextLayout {
  const columns = platform.terminal.stdoutColumns ?? DEFAULT_COLUMNS;
  return { style: diagnostics.styleOutput, wrap: breakText, columns };
}
