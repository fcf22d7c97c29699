import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** Where on a command line somebody is typing. */
export interface Position {
  readonly command: CommandUnknownOpts;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** How many arguments of the command came before. */
  readonly argumentCount: number;
  /** Whether `--` ended the options. */
  readonly onlyArguments: boolean;
  /** The options that came before. */
  readonly given: ReadonlySet<Option>;
}

/** Reads the words before the cursor as commander will. */
export function findPosition(program: CommandUnknownOpts, words: readonly string[]): Position {
  let command = program;
  let pending: Option | undefined;
  let argumentCount = 0;
  let onlyArguments = false;
  const given = new Set<Option>();
  for (const word of words) {
    const isOption = !onlyArguments && /^-./.test(word);
    if (pending !== undefined && (pending.required || !isOption)) {
      // bash splits --format=json into three words.
      if (word !== '=') pending = undefined;
      continue;
    }
    pending = undefined;
    if (word === '--' && !onlyArguments) onlyArguments = true;
    else if (isOption) {
      const { option, value } = readOption(command, word);
      if (option !== undefined) given.add(option);
      if (value === undefined && (option?.required || option?.optional)) pending = option;
    } else {
      const subcommand = findSubcommand(command, word);
      if (subcommand === undefined) argumentCount += 1;
      // The help command, which belongs to no other, is followed by commands as if it were not there.
      else if (subcommand.parent !== null) {
        command = subcommand;
        argumentCount = 0;
      }
    }
  }
  return { command, pending, argumentCount, onlyArguments, given };
}

/** The options that a command takes, those of the commands above it included, as its help shows them. */
export function optionsOf(command: CommandUnknownOpts): readonly Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

/** The option that a word names, with the value in the word: of `--format=json`, `-sopenid` and `-qe.env`. */
export function readOption(
  command: CommandUnknownOpts,
  word: string,
): { readonly option: Option | undefined; readonly value: string | undefined } {
  const options = optionsOf(command);
  if (word.startsWith('--')) {
    const [name, ...value] = word.split('=');
    return {
      option: options.find(({ long }) => long === name),
      value: value.length > 0 ? value.join('=') : undefined,
    };
  }
  const option = options.find(({ short }) => short === word.slice(0, 2));
  const rest = word.slice(2);
  if (rest === '') return { option, value: undefined };
  return option === undefined || option.required || option.optional
    ? { option, value: rest }
    : readOption(command, `-${rest}`);
}

function findSubcommand(command: CommandUnknownOpts, word: string): CommandUnknownOpts | undefined {
  return command
    .createHelp()
    .visibleCommands(command)
    .find((subcommand) => subcommand.name() === word || subcommand.aliases().includes(word));
}
