import type { styleText } from 'node:util';
import type { RecordKind } from './trace.ts';

/** A colour or weight of a piece of text. */
export type Emphasis = Parameters<typeof styleText>[0];

/** How a timeline fits its reader. */
export interface TimelineLayout {
  readonly style: (emphasis: Emphasis, text: string) => string;
  /** Breaks a text between words into lines of so many columns. */
  readonly wrap: (text: string, columns: number) => readonly string[];
  /** How many columns a text takes. */
  readonly widthOf: (text: string) => number;
  readonly columns: number;
  /** Whether the terminal draws more than ASCII. */
  readonly unicode: boolean;
}

/** What bars are made of; `cut` marks a pause that is drawn shorter than it was. */
export type Marks = Readonly<Record<RecordKind | 'cut' | 'rule' | 'ellipsis', string>>;

/** The colour of each kind of bar. */
export const COLOURS = { http: 'cyan', local: 'magenta', wait: 'dim' } as const satisfies Record<
  RecordKind,
  Emphasis
>;

/** The marks that the terminal can draw. */
export function marksOf({ unicode }: TimelineLayout): Marks {
  return unicode
    ? { http: '█', local: '▓', wait: '░', cut: '╱', rule: '─', ellipsis: '…' }
    : { http: '#', local: '=', wait: '.', cut: '/', rule: '-', ellipsis: '..' };
}

/** Fills a text up with blanks, on its right or on its left. */
export function pad(
  text: string,
  width: number,
  { widthOf }: TimelineLayout,
  side: 'left' | 'right' = 'right',
): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'right' ? text + blanks : blanks + text;
}

/** Makes a text fit. What goes is the beginning, behind the method of a request: the end of a path says more. */
export function shorten(text: string, width: number, layout: TimelineLayout): string {
  const { widthOf } = layout;
  if (widthOf(text) <= width) return text;
  const { ellipsis } = marksOf(layout);
  const [, method = ''] = /^([A-Z]{3,7} )/.exec(text) ?? [];
  const room = width - method.length - ellipsis.length;
  let kept = '';
  for (const character of Array.from(text.slice(method.length)).reverse()) {
    if (widthOf(character + kept) > room) break;
    kept = character + kept;
  }
  return method + ellipsis + kept;
}
