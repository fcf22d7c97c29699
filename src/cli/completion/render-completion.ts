import { toPrintable } from '../../protocol/printable.ts';
import type { Completion } from './complete.ts';

/** The longest description that is told, in bytes. */
const LONGEST_DESCRIPTION = 120;

/**
 * What the scripts of all shells read: a line `files`, `words` or `open` (do not add a space), and then a line for
 * each candidate, value and description separated by a tab. A value with a character that some shell would act on
 * is left out, whatever shell it is.
 */
export function renderCompletion(completion: Completion): string {
  if (completion.kind === 'files') return 'files\n';
  const lines = completion.candidates
    .filter(({ value }) => /^[\w.,:= -]+$/.test(value))
    .map(({ value, description }) => `${value}\t${toPrintable(description, LONGEST_DESCRIPTION)}\n`);
  return [completion.open ? 'open\n' : 'words\n', ...lines].join('');
}
