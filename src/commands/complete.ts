import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** Something that the word being typed may become. */
export interface Candidate {
  readonly value: string;
  /** What it is, for people. */
  readonly description: string;
}

/** What the word being typed may become. */
export type Completion =
  /** The path of a file. */
  | { readonly kind: 'files' }
  /** One of these; with `open` it may go on after that. */
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[]; readonly open: boolean };

/** Gives the values of a kind. Only what the position asks for is looked up. */
export type LookUp = (kind: Exclude<ValueKind, 'files'>) => Promise<readonly Candidate[]>;

/** Completes the word that is being typed from what the program declares, and values that are looked up. */
export async function complete(
  program: CommandUnknownOpts,
  { before, current }: TypedWords,
  lookUp: LookUp,
): Promise<Completion> {
  const position = findPosition(program, before);
  const { pending, onlyArguments } = position;
  const isOption = !onlyArguments && current.startsWith('-');
  if (pending !== undefined && (pending.required || !isOption)) {
    return completeValue(pending, current === '=' ? '' : current, lookUp);
  }
  if (isOption && current.includes('=')) return completeAssignment(position.command, current, lookUp);
  if (isOption) return matching(optionCandidates(position), current);
  return completeArgument(position, current, lookUp);
}

/** Completes `--name=value` as one word. */
async function completeAssignment(
  command: CommandUnknownOpts,
  current: string,
  lookUp: LookUp,
): Promise<Completion> {
  const { option, value = '' } = readOption(command, current);
  if (option === undefined || !(option.required || option.optional)) return matching([], current);
  const completion = await completeValue(option, value, lookUp);
  if (completion.kind === 'files') return completion;
  const name = current.slice(0, current.indexOf('=') + 1);
  return {
    ...completion,
    candidates: completion.candidates.map((candidate) => ({
      ...candidate,
      value: `${name}${candidate.value}`,
    })),
  };
}

async function completeValue(option: Option, typed: string, lookUp: LookUp): Promise<Completion> {
  if (option.argChoices !== undefined) return matching(option.argChoices.map(toCandidate), typed);
  const kind = optionValueKind(option);
  if (kind === 'files') return { kind };
  if (kind === undefined) return matching([], typed);
  const candidates = await lookUp(kind);
  const separator = LISTS[option.long ?? ''];
  if (separator !== undefined) return completeList(candidates, typed, separator);
  return matching(candidates, typed, option.long === '--expect');
}

/** The options that take several values in one word, and what separates them. */
const LISTS: Readonly<Record<string, string>> = { '--only': ',', '--scope': ' ' };

function completeList(candidates: readonly Candidate[], typed: string, separator: string): Completion {
  const head = typed.slice(0, typed.lastIndexOf(separator) + 1);
  const listed = head.split(separator);
  const left = candidates.filter(({ value }) => !listed.includes(value));
  return matching(
    left.map(({ value, description }) => ({ value: `${head}${value}`, description })),
    typed,
    // After a blank the word goes on between quotes only, and those the shells close by themselves.
    separator !== ' ',
  );
}

async function completeArgument(
  { command, argumentCount }: Position,
  current: string,
  lookUp: LookUp,
): Promise<Completion> {
  const subcommands = argumentCount === 0 ? commandCandidates(command) : [];
  const argument = argumentAt(command, argumentCount);
  const kind = argument && argumentValueKind(command, argument);
  // Names of files beside those of commands would hide them.
  if (kind === 'files') return subcommands.length === 0 ? { kind } : matching(subcommands, current);
  const values = argument?.argChoices?.map(toCandidate) ?? (kind === undefined ? [] : await lookUp(kind));
  return matching([...subcommands, ...values], current);
}

function argumentAt(command: CommandUnknownOpts, index: number): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

function commandCandidates(command: CommandUnknownOpts): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((subcommand) => ({ value: subcommand.name(), description: subcommand.description() }));
}

/** Those that were not given yet, or may be given again. */
function optionCandidates({ command, given }: Position): readonly Candidate[] {
  return optionsOf(command)
    .filter((option) => !given.has(option) || option.parseArg !== undefined || option.variadic)
    .map(({ long, short = '', description }) => ({ value: long ?? short, description }));
}

function toCandidate(value: string): Candidate {
  return { value, description: '' };
}

function matching(candidates: readonly Candidate[], typed: string, open = false): Completion {
  const wanted = typed.toLowerCase();
  return {
    kind: 'words',
    candidates: candidates.filter(({ value }) => value.toLowerCase().startsWith(wanted)),
    open,
  };
}

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
      // The help command is followed by commands as if it were not there.
      else if (subcommand.name() !== 'help') {
        command = subcommand;
        argumentCount = 0;
      }
    }
  }
  return { command, pending, argumentCount, onlyArguments, given };
}

/** The options that a command takes, as its help shows them. */
export function optionsOf(command: CommandUnknownOpts): readonly Option[] {
  return command.createHelp().visibleOptions(command);
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

/** What a value can be, where the choices are not written into the command's declaration. */
export type ValueKind =
  | 'checks'
  | 'claims'
  | 'codes'
  | 'faults'
  | 'files'
  | 'personas'
  | 'profiles'
  | 'scopes';

/** By an option's name, whatever command has it. */
const OPTIONS: Readonly<Record<string, ValueKind>> = {
  '--approve': 'personas',
  '--expect': 'claims',
  '--fault': 'faults',
  '--field': 'claims',
  '--only': 'checks',
  '--persona': 'personas',
  '--profile': 'profiles',
  '--scope': 'scopes',
};

/** By the command's name, the name of the one above it where it has one, and the argument's name. */
const ARGUMENTS: Readonly<Record<string, ValueKind>> = {
  'explain code': 'codes',
  'profile remove name': 'profiles',
  'profile show name': 'profiles',
  'profile use name': 'profiles',
  'scopes filter': 'scopes',
};

/** What the value of an option is; `undefined` for one that only the person knows. */
export function optionValueKind({ long = '', flags }: Option): ValueKind | undefined {
  return OPTIONS[long] ?? (namesFile(flags) ? 'files' : undefined);
}

/** What an argument of a command is; `undefined` for one that only the person knows. */
export function argumentValueKind(command: CommandUnknownOpts, argument: Argument): ValueKind | undefined {
  const above = command.parent?.parent ? `${command.parent.name()} ` : '';
  const name = argument.name();
  return ARGUMENTS[`${above}${command.name()} ${name}`] ?? (namesFile(name) ? 'files' : undefined);
}

/** By the placeholder of the help: `<file>`, `<path>`, `[file or -]`. */
function namesFile(placeholder: string): boolean {
  return /\b(?:file|path|folder)\b/.test(placeholder.replace(/--[\w-]+/, ''));
}

/** A command line up to the cursor, without the program's name. */
export interface TypedWords {
  /** The words before the one that is being typed. */
  readonly before: readonly string[];
  /** What is there of the word that is being typed; may be empty. */
  readonly current: string;
}

/**
 * Reads the words that a shell hands over on standard input, each ended by a NUL; what follows the last NUL, such as
 * a newline of PowerShell, does not count. They do not come as arguments, because Node opens a file that
 * `--env-file` names wherever that stands.
 */
export function readTypedWords(text: string): TypedWords {
  const words = text.split('\0').slice(0, -1);
  return { before: words.slice(0, -1), current: unquote(words.at(-1) ?? '') };
}

/** Takes off the quote that a word begins with, or the backslashes of one without: the shells send what was typed. */
function unquote(word: string): string {
  const quote = /^["']/.exec(word)?.[0];
  if (quote === undefined) return word.replace(/\\(.)/g, '$1');
  return word.slice(1).replace(new RegExp(`${quote}$`), '');
}
