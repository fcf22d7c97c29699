import { type CommandUnknownOpts, Help } from '@commander-js/extra-typings';
import { breakText } from '../output/table.ts';

/** Commander's help, with the global options last, in full only for the program. */
export function formatCommandHelp(command: CommandUnknownOpts, helper: Help): string {
  const text = Help.prototype.formatHelp.call(helper, command, helper);
  const [block, options = ''] = /^Global options:\n((?: .+\n)+)\n?/m.exec(text) ?? [''];
  const names = [...options.matchAll(/^ +(-\S+?)(?:,| )/gm)].map(([, name]) => name).join(', ');
  const last = command.parent === null ? block : `Global options: ${names} (see sgid --help)\n`;
  return `${text.replace(block, '').trimEnd()}\n\n${last.trimEnd()}\n`;
}

/** An example in a help text: a command line, and after two spaces or more its purpose. */
const EXAMPLE = /^( +\$ .*\S) {2,}(\S.*)$/;

/** Indents a purpose that is printed below its command. */
const BELOW = '      ';

/**
 * Lays out a help text for a terminal: prose is broken between words, and what examples are for goes below them where
 * it does not fit beside them. Command lines and other text that is indented stay whole, to be copied.
 */
export function fitHelp(text: string, columns: number): string {
  return text
    .split('\n\n')
    .map((block) => fitBlock(block, columns))
    .join('\n\n');
}

function fitBlock(block: string, columns: number): string {
  const lines = block.split('\n');
  if (lines.some((line) => EXAMPLE.test(line))) return fitExamples(lines, columns);
  if (lines.every((line) => line.length <= columns)) return block;
  if (lines.some((line) => /^ /.test(line))) {
    const fit = lines.flatMap((line) => (line.startsWith(' ') ? [line] : breakText(line, columns)));
    return fit.join('\n');
  }
  // Commander's last line.
  const [, words = '', end = ''] = /^([\s\S]*?)(\n*)$/.exec(block) ?? [];
  return breakText(words.replaceAll('\n', ' '), columns).join('\n') + end;
}

function fitExamples(lines: readonly string[], columns: number): string {
  const examples = lines.flatMap((line) => {
    const [, command = '', purpose = ''] = EXAMPLE.exec(line) ?? [];
    return purpose === '' ? [] : [{ command, purpose }];
  });
  const width = Math.max(...examples.map(({ command }) => command.length)) + 2;
  const fit = examples.every(({ purpose }) => width + purpose.length <= columns);
  const place = (_line: string, command: string, purpose: string): string =>
    fit
      ? command.padEnd(width) + purpose
      : [command, ...breakText(purpose, columns - BELOW.length).map((line) => BELOW + line)].join('\n');
  return lines.map((line) => line.replace(EXAMPLE, place)).join('\n');
}
