import { Argument, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { listFaults } from '../mock/faults.ts';
import { PERSONAS } from '../mock/personas.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { createProfileStore } from '../settings/profile-store.ts';
import { SCOPES } from '../sgid/scopes.ts';
import type { Platform } from '../system/platform.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import bash from './completion/sgid.bash';
import fish from './completion/sgid.fish';
import powershell from './completion/sgid.ps1';
import zsh from './completion/sgid.zsh';
import type { DeclareCommand } from './context.ts';

const INSTALL = `
Install it, and start a new shell:
  bash        $ echo 'source <(sgid completion bash)' >> ~/.bashrc
  zsh         $ echo 'source <(sgid completion zsh)' >> ~/.zshrc
              after the line that runs compinit
  fish        $ mkdir -p ~/.config/fish/completions
              $ sgid completion fish > ~/.config/fish/completions/sgid.fish
  powershell  > 'sgid completion powershell | Out-String | Invoke-Expression' |
                  Add-Content $PROFILE

Where shells load completions from files, the start of the shell costs nothing:
  bash        $ mkdir -p ~/.local/share/bash-completion/completions
              $ sgid completion bash \\
                  > ~/.local/share/bash-completion/completions/sgid
              with the package bash-completion
  zsh         $ mkdir -p ~/.zfunc
              $ sgid completion zsh > ~/.zfunc/_sgid
              with fpath=(~/.zfunc $fpath) before the line that runs compinit

The script asks sgid itself at each TAB, so it stays right when sgid is updated. It completes commands, options,
their choices, and the names of profiles, personas, faults, scopes, checks and error codes.`;

/**
 * For bash from 3.2, zsh, fish from 3.4 and PowerShell from 5.1. Each asks sgid at every TAB; what sgid answers is
 * data, and nothing of it is evaluated.
 */
const SCRIPTS = { bash, zsh, fish, powershell };

export const declare: DeclareCommand = (command, openContext, describeProgram) => {
  command
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish', 'powershell'] as const))
    .addOption(
      new Option('--candidates', 'complete the words on standard input, each ended by a NUL').hideHelp(),
    )
    .addHelpText('after', INSTALL)
    .action(async (shell, { candidates }) => {
      const { platform } = await openContext();
      const { terminal, signal } = platform;
      if (!candidates) return writeStandardOutput(SCRIPTS[shell], terminal);
      const { before, current } = parseTypedWords(decodeText(await terminal.readInput(signal)));
      const completion = await complete(await describeProgram(before), before, current, platform);
      await writeStandardOutput(renderCompletion(completion), terminal);
    });
};

type Candidate = readonly [value: string, description?: string | undefined];

/** What the word that is being typed may become; with `open` it may go on after that. */
interface Completion {
  readonly kind: 'files' | 'words' | 'open';
  readonly candidates: readonly Candidate[];
}

const FILES: Completion = { kind: 'files', candidates: [] };

/**
 * Parses the words that a shell hands over on standard input, each ended by a NUL; what follows the last NUL, such as
 * a newline of PowerShell, does not count. As arguments they would be read by Node as well.
 */
export function parseTypedWords(text: string) {
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

/** Removes the quote at the start of a word, or the backslashes of an unquoted one: shells send what was typed. */
function unquote(word: string): string {
  const quote = /^["']/.exec(word)?.[0];
  if (quote === undefined) return word.replace(/\\(.)/g, '$1');
  return word.slice(1).replace(new RegExp(`${quote}$`), '');
}

async function complete(
  program: CommandUnknownOpts,
  before: readonly string[],
  current: string,
  platform: Platform,
): Promise<Completion> {
  const { command, pending, argumentCount } = findPosition(program, before);
  const isOption = current.startsWith('-') && !before.includes('--');
  if (pending?.required || (pending && !isOption)) return completeValue(pending, current, platform);
  if (!isOption) return completeArgument(command, argumentCount, current, platform);
  const options = command.createHelp().visibleOptions(command);
  const [, flag, value] = /^(.*?)=(.*)$/s.exec(current) ?? [];
  if (value !== undefined) {
    const option = options.find(({ long }) => long === flag);
    if (!option?.required && !option?.optional) return match([], current);
    return prefix(await completeValue(option, value, platform), `${flag}=`);
  }
  const left = options.filter(
    (option) => option.parseArg || command.getOptionValueSource(option.attributeName()) !== 'cli',
  );
  return match(
    left.map(({ long, short = '', description }) => [long ?? short, description]),
    current,
  );
}

/**
 * Lets commander parse the words before the cursor, command by command.
 *
 * @returns The command, the option whose value comes next, and how many arguments are there.
 */
function findPosition(
  command: CommandUnknownOpts,
  words: readonly string[],
): { command: CommandUnknownOpts; pending?: Option | undefined; argumentCount: number } {
  const last = words.at(-1) ?? '';
  const pending = command.options.find(
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
    return { command, argumentCount: operands.length, ...(pending?.optional && { pending }) };
  } catch {
    // The value of the last option is missing.
    return { command, pending, argumentCount: 0 };
  }
}

/** The candidates for a placeholder of the help, such as `<persona>`. Each list is made when it is needed. */
const VALUES: Readonly<Record<string, (platform: Platform) => Promise<readonly Candidate[]>>> = {
  checks: async () => (await import('../check/run-checks.ts')).CHECK_IDS.map((id) => [id]),
  claim: async () => [
    ['sub', 'the pairwise user identifier'],
    ...listScopes().filter(([name]) => name.includes('.')),
  ],
  code: async () => (await import('./explain.ts')).EXPLANATIONS.map(({ code, summary }) => [code, summary]),
  fault: async () => listFaults().map(({ name, effect }) => [name, effect]),
  filter: async () => listScopes(),
  persona: async () => PERSONAS.map(({ id, name }) => [id, name]),
  name: async ({ configFolder }) =>
    (await createProfileStore(configFolder).list()).map((profile) => [profile]),
  scopes: async () => listScopes(),
};

function listScopes(): readonly Candidate[] {
  return SCOPES.map(({ name, description }) => [name, description]);
}

/** What separates the values of an option that takes several in one word. */
const SEPARATORS: Readonly<Record<string, string>> = { '--only': ',', '--scope': ' ' };

async function completeValue(
  { argChoices, flags, long = '' }: Option,
  typed: string,
  platform: Platform,
): Promise<Completion> {
  const [, placeholder = ''] = /[<[]([\w-]+)/.exec(flags) ?? [];
  if (isFile(placeholder)) return FILES;
  const candidates = await listValues(argChoices, placeholder, platform);
  const separator = SEPARATORS[long];
  if (separator === undefined) return match(candidates, typed, long === '--expect');
  const head = typed.slice(0, typed.lastIndexOf(separator) + 1);
  const listed = head.split(separator);
  const left = candidates.filter(([value]) => !listed.includes(value));
  // After a blank the word goes on between quotes only, and those the shells close by themselves.
  return prefix(match(left, typed.slice(head.length), separator !== ' '), head);
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
  if (isFile(name) && subcommands.length === 0) return FILES;
  const values = await listValues(argument?.argChoices, name, platform);
  return match([...subcommands.map((one) => [one.name(), one.description()] as const), ...values], typed);
}

async function listValues(
  choices: readonly string[] | undefined,
  placeholder: string,
  platform: Platform,
): Promise<readonly Candidate[]> {
  return choices?.map((choice) => [choice]) ?? (await VALUES[placeholder]?.(platform)) ?? [];
}

function isFile(placeholder: string): boolean {
  return ['file', 'path', 'folder'].includes(placeholder);
}

function match(candidates: readonly Candidate[], typed: string, isOpen = false): Completion {
  const wanted = typed.toLowerCase();
  const found = candidates.filter(([value]) => value.toLowerCase().startsWith(wanted));
  return { kind: isOpen ? 'open' : 'words', candidates: found };
}

function prefix({ kind, candidates }: Completion, head: string): Completion {
  return { kind, candidates: candidates.map(([value, description]) => [`${head}${value}`, description]) };
}

/** In bytes. */
const LONGEST_DESCRIPTION = 120;

/**
 * What the scripts of all shells read: a line `files`, `words` or `open` (do not add a space), and then a line for
 * each candidate, value and description separated by a tab. A value with a character that some shell would act on
 * is omitted, whatever shell it is.
 */
export function renderCompletion({ kind, candidates }: Completion): string {
  const lines = candidates
    .filter(([value]) => /^[\w.,:= -]+$/.test(value))
    .map(([value, description = '']) => `${value}\t${toPrintable(description, LONGEST_DESCRIPTION)}\n`);
  return [`${kind}\n`, ...lines].join('');
}
