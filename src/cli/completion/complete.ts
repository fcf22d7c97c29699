import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { findPosition, optionsOf, type Position, readOption } from './position.ts';
import type { TypedWords } from './typed-words.ts';
import { argumentValueKind, optionValueKind, type ValueKind } from './value-kinds.ts';

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
