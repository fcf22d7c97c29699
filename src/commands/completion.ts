import { Argument, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { listFaults } from '../mock/faults.ts';
import { PERSONAS } from '../mock/personas.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { createProfileStore } from '../settings/profile-store.ts';
import { SCOPES } from '../sgid/scopes.ts';
import type { Platform } from '../system/platform.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import { SCRIPTS } from './completion-scripts.ts';
import type { DeclareCommand } from './context.ts';

const INSTALL = `
Install it, and start a new shell:
  bash        $ echo 'source <(sgid completion bash)' >> ~/.bashrc
  zsh         $ echo 'source <(sgid completion zsh)' >> ~/.zshrc
              after the line that runs compinit
  fish        $ sgid completion fish > ~/.config/fish/completions/sgid.fish
  powershell  > 'sgid completion powershell | Out-String | Invoke-Expression' |
                  Add-Content $PROFILE

Where shells load completions from files, the start of the shell costs nothing:
  bash        $ mkdir -p ~/.local/share/bash-completion/completions
              $ sgid completion bash \\
                  > ~/.local/share/bash-completion/completions/sgid
              with the package bash-completion
  zsh         $ sgid completion zsh > ~/.zfunc/_sgid
              with fpath=(~/.zfunc $fpath) before the line that runs compinit

The script asks sgid itself at each TAB, so it stays right when sgid is updated. It completes commands, options,
their choices, and the names of profiles, personas, faults, scopes, checks and error codes.`;

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const declare: DeclareCommand = (command, openContext, describeProgram) => {
  command
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addOption(
      new Option('--candidates', 'complete the words on standard input, each ended by a NUL').hideHelp(),
    )
    .addHelpText('after', INSTALL)
    .action(async (shell, { candidates }) => {
      const { platform } = await openContext();
      const { terminal, signal } = platform;
      if (!candidates) return writeStandardOutput(SCRIPTS[shell], terminal);
      const typed = parseTypedWords(decodeText(await terminal.readInput(signal)));
      const program = await describeProgram(typed.before);
      await writeStandardOutput(renderCompletion(await complete(program, typed, platform)), terminal);
    });
};

interface Candidate {
  readonly value: string;
  /** What it is, for people. */
  readonly description: string;
}

/** What the word that is being typed may become; with `open` it may go on after that. */
type Completion =
  | { readonly kind: 'files' }
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[]; readonly open: boolean };

/** A command line up to the cursor, without the program's name. */
interface TypedWords {
  readonly before: readonly string[];
  /** What is there of the word that is being typed; may be empty. */
  readonly current: string;
}

/**
 * Parses the words that a shell hands over on standard input, each ended by a NUL; what follows the last NUL, such as
 * a newline of PowerShell, does not count. As arguments they would be read by Node as well.
 */
export function parseTypedWords(text: string): TypedWords {
  const words = text.split('\0').slice(0, -1);
  const current = unquote(words.at(-1) ?? '');
  const before = words.slice(0, -1);
  // bash splits --format=json into three words.
  const isAssignment = (index: number): boolean => before[index - 1]?.startsWith('--') === true;
  return {
    before: before.filter((word, index) => word !== '=' || !isAssignment(index)),
    current: current === '=' && isAssignment(before.length) ? '' : current,
  };
}

/** Takes off the quote that a word begins with, or the backslashes of one without: the shells send what was typed. */
function unquote(word: string): string {
  const quote = /^["']/.exec(word)?.[0];
  if (quote === undefined) return word.replace(/\\(.)/g, '$1');
  return word.slice(1).replace(new RegExp(`${quote}$`), '');
}

async function complete(
  program: CommandUnknownOpts,
  { before, current }: TypedWords,
  platform: Platform,
): Promise<Completion> {
  const { command, pending, argumentCount, onlyArguments } = findPosition(program, before);
  const isOption = !onlyArguments && current.startsWith('-');
  if (pending !== undefined && (pending.required || !isOption))
    return completeValue(pending, current, platform);
  if (!isOption) return completeArgument(command, argumentCount, current, platform);
  const options = command.createHelp().visibleOptions(command);
  const [flag = '', ...value] = current.split('=');
  if (value.length > 0) {
    const option = options.find(({ long }) => long === flag);
    if (!option?.required && !option?.optional) return matching([], current);
    const completion = await completeValue(option, value.join('='), platform);
    return completion.kind === 'files' ? completion : prefix(completion, `${flag}=`);
  }
  const isLeft = (option: Option): boolean =>
    command.getOptionValueSource(option.attributeName()) !== 'cli' || option.parseArg !== undefined;
  return matching(
    options
      .filter(isLeft)
      .map(({ long, short = '', description }) => ({ value: long ?? short, description })),
    current,
  );
}

interface Position {
  readonly command: CommandUnknownOpts;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  readonly argumentCount: number;
  readonly onlyArguments: boolean;
}

/** Lets commander parse the words before the cursor, command by command. */
function findPosition(command: CommandUnknownOpts, words: readonly string[]): Position {
  const onlyArguments = words.includes('--');
  const last = words.at(-1) ?? '';
  const lastOption = command.options.find(
    ({ long, short }) => long === last || (/^-\w/.test(last) && short === `-${last.slice(-1)}`),
  );
  try {
    const { operands, unknown } = command.parseOptions([...words]);
    const [name, ...others] = operands;
    const rest = [...others, ...unknown];
    // The help command is followed by commands as if it were not there.
    if (name === 'help' && command.commands.length > 0) return findPosition(command, rest);
    const next = command.commands.find((one) => one.name() === name);
    if (next !== undefined) return findPosition(next, rest);
    const pending = lastOption?.optional ? lastOption : undefined;
    return { command, pending, argumentCount: operands.length, onlyArguments };
  } catch {
    // The value of the last option is missing.
    return { command, pending: lastOption, argumentCount: 0, onlyArguments };
  }
}

/** What can stand for a placeholder of the help, such as `<persona>`. Each is looked up when it is asked for. */
const VALUES: Readonly<Record<string, (platform: Platform) => Promise<readonly Candidate[]>>> = {
  checks: async () => (await import('../check/run-checks.ts')).CHECK_IDS.map(toCandidate),
  claim: async () => [
    { value: 'sub', description: 'the pairwise user identifier' },
    ...listScopes().filter(({ value }) => value.includes('.')),
  ],
  code: async () => {
    const { EXPLANATIONS } = await import('./explain.ts');
    return EXPLANATIONS.map(({ code, summary }) => ({ value: code, description: summary }));
  },
  fault: async () => listFaults().map(({ name, effect }) => ({ value: name, description: effect })),
  filter: async () => listScopes(),
  persona: async () => PERSONAS.map(({ id, name }) => ({ value: id, description: name })),
  name: async ({ configFolder }) => (await createProfileStore(configFolder).list()).map(toCandidate),
  scopes: async () => listScopes(),
};

function listScopes(): readonly Candidate[] {
  return SCOPES.map(({ name, description }) => ({ value: name, description }));
}

function toCandidate(value: string): Candidate {
  return { value, description: '' };
}

/** What separates the values of an option that takes several in one word. */
const SEPARATORS: Readonly<Record<string, string>> = { '--only': ',', '--scope': ' ' };

async function completeValue(option: Option, typed: string, platform: Platform): Promise<Completion> {
  const { argChoices, flags, long = '' } = option;
  const [, placeholder = ''] = /[<[]([\w-]+)/.exec(flags) ?? [];
  if (isFile(placeholder)) return { kind: 'files' };
  const candidates = argChoices?.map(toCandidate) ?? (await VALUES[placeholder]?.(platform)) ?? [];
  const separator = SEPARATORS[long];
  if (separator === undefined) return matching(candidates, typed, long === '--expect');
  const head = typed.slice(0, typed.lastIndexOf(separator) + 1);
  const listed = head.split(separator);
  const left = candidates.filter(({ value }) => !listed.includes(value));
  // After a blank the word goes on between quotes only, and those the shells close by themselves.
  return prefix(matching(left, typed.slice(head.length), separator !== ' '), head);
}

async function completeArgument(
  command: CommandUnknownOpts,
  index: number,
  typed: string,
  platform: Platform,
): Promise<Completion> {
  const subcommands = index === 0 ? command.createHelp().visibleCommands(command) : [];
  const argument = command.registeredArguments[index];
  const name = argument?.name() ?? '';
  // Names of files beside those of commands would hide them.
  if (isFile(name) && subcommands.length === 0) return { kind: 'files' };
  return matching(
    [
      ...subcommands.map((one) => ({ value: one.name(), description: one.description() })),
      ...(argument?.argChoices?.map(toCandidate) ?? (await VALUES[name]?.(platform)) ?? []),
    ],
    typed,
  );
}

function isFile(placeholder: string): boolean {
  return ['file', 'path', 'folder'].includes(placeholder);
}

type Words = Extract<Completion, { kind: 'words' }>;

function matching(candidates: readonly Candidate[], typed: string, open = false): Words {
  const wanted = typed.toLowerCase();
  const found = candidates.filter(({ value }) => value.toLowerCase().startsWith(wanted));
  return { kind: 'words', candidates: found, open };
}

function prefix({ candidates, open }: Words, head: string): Words {
  const whole = candidates.map(({ value, description }) => ({ value: `${head}${value}`, description }));
  return { kind: 'words', candidates: whole, open };
}

/** In bytes. */
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
