import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What stands below the options in the help of a command. */
export interface HelpText {
  readonly examples: readonly Example[];
  /** The rest, in paragraphs; one with indented lines is to be shown as it is. */
  readonly notes: readonly string[];
}

/** A command line, and what it is for where that is not plain. */
export interface Example {
  readonly line: string;
  readonly comment: string | undefined;
}

/** Reads what was added with `addHelpText('after', ...)`: a list of lines that begin with `$`, and paragraphs. */
export function readHelpText(command: CommandUnknownOpts): HelpText {
  const blocks = textAfterHelp(command)
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\s+$/g, '').replace(/^Examples:\n/, ''))
    .filter((block) => block !== '');
  return {
    examples: blocks.filter(isExamples).flatMap((block) => block.split('\n').map(readExample)),
    notes: blocks.filter((block) => !isExamples(block)),
  };
}

function isExamples(block: string): boolean {
  return block.split('\n').every((line) => line.startsWith('  $ '));
}

function readExample(line: string): Example {
  const [, command = '', comment] = /^ {2}\$ (.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
  return { line: command, comment };
}

/** commander gives these texts only when it prints the whole help. */
function textAfterHelp(command: CommandUnknownOpts): string {
  let printed = '';
  const writeOut = (text: string): void => {
    printed += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return printed.slice(command.helpInformation().length);
}
