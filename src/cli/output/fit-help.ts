import { breakText } from './wrap-line.ts';

/** An example in a help text: a command line, and after two spaces or more what it is for. */
const EXAMPLE = /^( +\$ .*\S) {2,}(\S.*)$/;

/**
 * Lays out a help text for a terminal: prose is broken between words, and what an example is for goes below it where
 * both do not fit. Command lines and other text that is indented stay whole, to be copied.
 */
export function fitHelp(text: string, columns: number): string {
  return text
    .split('\n\n')
    .map((block) => fitBlock(block, columns))
    .join('\n\n');
}

function fitBlock(block: string, columns: number): string {
  const lines = block.split('\n');
  if (lines.every((line) => line.length <= columns)) return block;
  if (lines.some((line) => /^ /.test(line)))
    return lines.map((line) => line.replace(EXAMPLE, '$1\n      $2')).join('\n');
  // What commander puts at the end.
  const [, words = '', end = ''] = /^([\s\S]*?)(\n*)$/.exec(block) ?? [];
  return breakText(words.replaceAll('\n', ' '), columns).join('\n') + end;
}
