import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ERRORS } from '../errors/codes.ts';
import { type SgidError, usageError } from '../errors/sgid-error.ts';
import { createDiagnostics, type Diagnostics, wantsColour } from '../output/diagnostics.ts';
import { renderError, renderStack, toJsonError, toSgidError } from '../output/render-error.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { breakText, wrapLine } from '../output/table.ts';
import type { Platform } from '../system/platform.ts';
import type { OutputStreams } from '../system/streams.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import { COMMANDS } from './table.ts';

/** The options that every command takes. */
interface GlobalOptions {
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: boolean;
  readonly jsonErrors?: true;
}

const EXAMPLES = `
Examples:
  $ sgid login --mock --persona wei-ming               try it: no credentials, no browser, no network
  $ sgid login --scope "openid myinfo.name" | jq .     log in with the credentials of ./.env
  $ sgid mock -e .env.mock                             serve an sgID for your application's tests
  $ sgid login --help                                  every option of a command

Documentation: README.md of the package "sgid-cli"`;

/** How wide the help is, on a terminal that is not narrower: longer lines are no easier to read. */
const HELP_COLUMNS = 80;

/** What the program itself runs with. The rest of the platform is opened by the command that needs it. */
export interface ProgramHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: OutputStreams;
  openPlatform(): Promise<Platform>;
}

/**
 * Runs one command line.
 *
 * @param words The arguments after the program's name.
 * @returns The exit code; results and errors are written by then.
 */
export async function runProgram(words: readonly string[], host: ProgramHost): Promise<number> {
  const { env, streams } = host;
  const args = putHelpLast(words);
  let program: CommandUnknownOpts | undefined;
  let diagnostics = openDiagnostics({ color: false }, host);
  const jsonErrors = isSwitchedOn(env['SGID_JSON_ERRORS']) || args.includes('--json-errors');
  // What commander prints, help and version, is written in one go, so that a failure can be told.
  let printed = '';
  const columns = Math.min(streams.stdoutColumns ?? HELP_COLUMNS, HELP_COLUMNS);
  const print = (text: string): void => {
    printed += text;
  };
  try {
    program = await createProgram(args, listCommands(args), { print, columns }, async (options) => {
      diagnostics = openDiagnostics(options, host);
      return { platform: await host.openPlatform(), diagnostics };
    });
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' }).catch(letHelpPass);
    if (printed !== '') {
      await writeStandardOutput(fitHelp(printed, columns), streams);
    }
    return 0;
  } catch (thrown) {
    return reportError(
      thrown instanceof CommanderError ? toUsageError(thrown, nameIn(args, program)) : toSgidError(thrown),
      diagnostics,
      jsonErrors,
    );
  }
}

/** commander throws when it has printed help or version, too. */
function letHelpPass(thrown: unknown): void {
  if (!(thrown instanceof CommanderError && thrown.exitCode === 0)) throw thrown;
}

function isSwitchedOn(variable: string | undefined): boolean {
  return !['', '0', 'false', undefined].includes(variable);
}

/**
 * The program with its commands declared, to be read and not run.
 *
 * @param names The commands to declare in full, all when left out; other words are ignored.
 */
export function describeProgram(
  names: readonly string[] = COMMANDS.map(({ name }) => name),
): Promise<CommandUnknownOpts> {
  return createProgram(names, COMMANDS, { print: () => {}, columns: HELP_COLUMNS }, () =>
    Promise.reject(new Error('this program is not to be run')),
  );
}

type OpenContext = (options: GlobalOptions) => Promise<CommandContext>;

async function createProgram(
  args: readonly string[],
  listed: typeof COMMANDS,
  help: { readonly print: (text: string) => void; readonly columns: number },
  openContext: OpenContext,
): Promise<CommandUnknownOpts> {
  const program = new Command('sgid')
    .description('Log in with sgID, test its clients, and develop without it.')
    .version(SGID_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    // Before the commands are made: they take these settings over when they are.
    .exitOverride()
    .configureOutput({
      writeOut: help.print,
      getOutHelpWidth: () => help.columns,
      // Usage errors are thrown and reported like all others.
      writeErr: () => {},
    })
    .configureHelp({ showGlobalOptions: true })
    .option('-q, --quiet', 'say nothing but errors')
    .option('-v, --verbose', 'say a line for every HTTP exchange')
    .option('--no-color', 'no colour and no animation')
    .option('--json-errors', "make stderr's last line one JSON object when the command fails")
    .addHelpText('after', EXAMPLES);
  const open = (): Promise<CommandContext> => openContext(program.opts());
  for (const { name, description, load } of listed) {
    const command = program.command(name).description(description);
    // Of the others, their names and descriptions are enough for the help and for suggestions.
    if (args.includes(name)) (await load())(command, open);
  }
  return program;
}

/**
 * `help mock personas` and `--help mock personas` mean `mock personas --help`. What follows the names is left out: after an
 * option that takes a value, `--help` would be that value, and the command would run.
 */
function putHelpLast(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !GLOBAL_FLAGS.includes(word));
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word) => word.startsWith('-'));
  const names = end === -1 ? rest : rest.slice(0, end);
  const isCommand = COMMANDS.some(({ name }) => name === names[0]);
  const asksForHelp = ['help', '--help', '-h'].includes(words[at] ?? '');
  return asksForHelp && isCommand ? [...words.slice(0, at), ...names, '--help'] : words;
}

/** The options that every command takes, as they are written. */
const GLOBAL_FLAGS = ['-q', '--quiet', '-v', '--verbose', '--no-color', '--json-errors'];

/** The command that a command line names, with its subcommand, for example `mock personas`. */
function nameIn(args: readonly string[], program: CommandUnknownOpts | undefined): string | undefined {
  const names: string[] = [];
  let command = program;
  for (const arg of args) {
    const next = command?.commands.find((one) => one.name() === arg);
    if (next) names.push(arg);
    command = next ?? command;
  }
  return names.length > 0 ? names.join(' ') : undefined;
}

/** The command that runs, where it is plain; making the others takes as long as reading the command line. */
function listCommands(args: readonly string[]): typeof COMMANDS {
  const word = args.find((arg) => !arg.startsWith('-'));
  const named = COMMANDS.filter(({ name }) => name === word);
  return named.length > 0 ? named : COMMANDS;
}

function openDiagnostics(options: GlobalOptions, { env, streams }: ProgramHost): Diagnostics {
  if (options.quiet && options.verbose) {
    throw usageError('--quiet and --verbose contradict each other', 'Give one of them.');
  }
  return createDiagnostics({
    write: streams.writeError,
    verbosity: options.quiet ? 'quiet' : options.verbose ? 'verbose' : 'normal',
    colour: wantsColour(streams.stderrIsTerminal, env, options.color),
    outputColour: wantsColour(streams.stdoutIsTerminal, env, options.color),
    wrap: (line) => wrapLine(line, streams.stderrColumns),
  });
}

function reportError(error: SgidError, diagnostics: Diagnostics, jsonErrors: boolean): number {
  for (const line of renderStack(error)) diagnostics.detail(line);
  for (const line of renderError(error, diagnostics.style)) diagnostics.error(line);
  if (jsonErrors) diagnostics.errorJson(toJsonError(error));
  return ERRORS[error.code].exit;
}

/** Options that are often guessed and do not exist on purpose, and where the value goes instead. */
const SECRET_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^--(client-)?secret$/, 'use SGID_CLIENT_SECRET, or --client-secret-file with the path of a file'],
  [/^--(private-)?key(-path)?$/, 'use SGID_PRIVATE_KEY, or --private-key-file with the path of a file'],
  [/passphrase|password/, 'use SGID_PRIVATE_KEY_PASSPHRASE, or with sgid key --passphrase-file'],
];

/**
 * Turns commander's refusal of a command line into an error of ours. Its words suggest the nearest option or
 * command; a value that was written to an unknown option is left out of them, because it may be a secret.
 *
 * @param command The name of the command that was given, and of its subcommand, where there is one of that name.
 */
export function toUsageError({ code, message }: CommanderError, command?: string): SgidError {
  if (code === 'commander.help') {
    return usageError(
      'the command to run is missing or unknown',
      command === undefined
        ? 'Run "sgid --help" for the commands.'
        : `Run "sgid ${command} --help" for the commands that it has.`,
    );
  }
  const [, bare] = /^error: unknown option '(--[\w-]+)=.*'(?:\n\(Did you mean \1\?\))?$/s.exec(message) ?? [];
  const isKnown = bare !== undefined && (message.includes(`Did you mean ${bare}?`) || bare === '--help');
  if (isKnown) return usageError(`the option ${bare} takes no value`, `Give ${bare} alone.`);
  const words = message
    .replace(/^error: /, '')
    .replace(/^(unknown option '-[^=]*)=[\s\S]*'/, "$1'")
    .replaceAll('\n', ' ');
  const option = /^unknown option '([^']*)'/.exec(words)?.[1] ?? '';
  const instead = SECRET_OPTIONS.find(([pattern]) => pattern.test(option))?.[1];
  if (instead !== undefined)
    return usageError(
      toPrintable(words),
      `Other users of this machine could read a secret there: ${instead}.`,
    );
  const advice =
    code === 'commander.excessArguments'
      ? 'A value goes with its option, and one of several words into quotes, as in --scope "openid myinfo.name". '
      : '';
  const help = command === undefined ? 'sgid --help' : `sgid ${command} --help`;
  return usageError(toPrintable(words), `${advice}Run "${help}".`);
}

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
