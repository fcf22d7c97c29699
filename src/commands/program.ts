import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ERRORS } from '../errors/codes.ts';
import { type SgidError, usageError } from '../errors/sgid-error.ts';
import { createDiagnostics, type Diagnostics, logExchanges, wantsColour } from '../output/diagnostics.ts';
import { renderError, renderStack, toJsonError, toSgidError } from '../output/render-error.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { wrapLine } from '../output/table.ts';
import type { Environment } from '../system/environment.ts';
import type { Platform } from '../system/platform.ts';
import type { OutputStreams } from '../system/terminal.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { Journal } from '../trace/journal.ts';
import type { CommandContext } from './context.ts';
import { fitHelp, formatCommandHelp } from './help-layout.ts';
import { guardInputs } from './input-guard.ts';
import { checkOptions } from './option-values.ts';
import { COMMANDS, OTHERS } from './table.ts';

const EXAMPLES = `
Examples:
  $ sgid login --mock --persona wei-ming            try it without credentials
  $ sgid login --scope "openid myinfo.name" | jq .  with your ./.env
  $ sgid mock -e .env.mock                          serve an sgID for your tests

More: "sgid help <command>", and "sgid explain <code>" for an error.`;

const HELP_COLUMNS = 80;

/** What the program itself runs with. The rest of the platform is opened by the command that needs it. */
export interface ProgramHost {
  readonly env: Environment;
  readonly streams: OutputStreams;
  /** Rejects when the program is about to be killed, because an operation holds it up. */
  readonly stopped?: Promise<never>;
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
  let diagnostics = openDiagnostics({ quiet: false, verbose: false, color: false }, host);
  // What commander prints, help and version, is written in one go, so that a failure can be reported.
  let printed = '';
  const columns = Math.min(streams.stdoutColumns ?? HELP_COLUMNS, HELP_COLUMNS);
  const print = (text: string): void => {
    printed += text;
  };
  const { args, commandLine } = splitCommandLine(words);
  let exitCode = 0;
  const endWith = (code: number): void => {
    exitCode = code;
  };
  const { program, load } = createProgram({ print, columns, words: args }, async () => {
    const platform = guardInputs(await host.openPlatform());
    const journal = new Journal(platform.clock.now());
    journal.follow({ exchanged: logExchanges(diagnostics) });
    return { platform, diagnostics, journal, commandLine, endWith };
  });
  program
    .hook('preSubcommand', async (_program, command) => {
      if (program.opts()['help']) await printHelp(program, program.args, load);
      await load(command);
    })
    .hook('preAction', (_program, command) => {
      checkOptions(command);
      diagnostics = openDiagnostics(globalOptions(command), host);
    });
  try {
    try {
      const run = program.parseAsync(args, { from: 'user' });
      await (host.stopped === undefined ? run : Promise.race([run, host.stopped]));
    } catch (thrown) {
      if (!(thrown instanceof CommanderError)) throw thrown;
      const reached = reachedCommand(program);
      // commander throws when it has printed help or version, too; and for a command that needs one below it.
      if (thrown.code === 'commander.help' && thrown.exitCode !== 0) reached.outputHelp();
      else if (thrown.exitCode !== 0) throw toUsageError(thrown, reached);
    }
    if (printed !== '') await writeStandardOutput(fitHelp(printed, columns), streams);
    return exitCode;
  } catch (thrown) {
    const error = toSgidError(thrown);
    for (const line of renderStack(error)) diagnostics.detail(line);
    const reached = reachedCommand(program);
    const topic = reached.name() === 'help' ? helpTopic(program, reached.args) : reached;
    for (const line of renderError(error, pathOf(topic), diagnostics.style)) diagnostics.error(line);
    const isSwitchedOn = !['', '0', 'false', undefined].includes(env['SGID_JSON_ERRORS']);
    if (isSwitchedOn || globalOptions(reached).jsonErrors) diagnostics.errorJson(toJsonError(error));
    return ERRORS[error.code].exit;
  }
}

/** Splits off what stands after `--`, for a command that runs another. */
function splitCommandLine(words: readonly string[]) {
  const end = words.indexOf('--');
  if (end === -1 || !namedCommand(words)?.runsAnother) return { args: words, commandLine: undefined };
  return { args: words.slice(0, end), commandLine: words.slice(end + 1) };
}

function namedCommand(words: readonly string[]) {
  const first = words.find((word) => !word.startsWith('-'));
  return COMMANDS.find(({ name }) => name === first);
}

/**
 * The program with its commands declared, to be read and not run.
 *
 * @param names The commands to declare in full, all when omitted; other words are ignored.
 */
export async function describeProgram(names?: readonly string[]): Promise<CommandUnknownOpts> {
  const { program, load } = createProgram({ print: () => {}, columns: HELP_COLUMNS, words: [] }, () =>
    Promise.reject(new Error('this program is not to be run')),
  );
  for (const command of program.commands) {
    if (names === undefined || names.includes(command.name())) await load(command);
  }
  return program;
}

/** Declares a command in full; does nothing to one that is. */
type LoadCommand = (command: CommandUnknownOpts) => Promise<void>;

function createProgram(
  {
    print,
    columns,
    words,
  }: {
    readonly print: (text: string) => void;
    readonly columns: number;
    /** If they name a command, only that one is made; otherwise all are. */
    readonly words: readonly string[];
  },
  openContext: () => Promise<CommandContext>,
): { readonly program: CommandUnknownOpts; readonly load: LoadCommand } {
  const program = new Command('sgid')
    .description('Log in with sgID, test client credentials, and run a mock provider.')
    // Before the commands are made, because they inherit these settings.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: print,
      getOutHelpWidth: () => columns,
      // Usage errors are thrown and reported like all others.
      writeErr: () => {},
    })
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      formatHelp: formatCommandHelp,
      // With the default of commander, the lists of a narrow terminal are not wrapped.
      minWidthToWrap: 16,
    })
    .addHelpText('after', EXAMPLES);
  const waiting = new Map<CommandUnknownOpts, () => Promise<void>>();
  const load: LoadCommand = async (command) => {
    const declareIt = waiting.get(command);
    waiting.delete(command);
    await declareIt?.();
  };
  const named = namedCommand(words);
  for (const { name, group, description, load: loadFile } of named ? [named] : COMMANDS) {
    // Name and description are enough for the help of the program and for suggestions.
    const command = program.command(name).description(description).helpGroup(group);
    waiting.set(command, async () => {
      const { declare } = await loadFile();
      declare(command, openContext, describeProgram);
      if (command.commands.length > 0) command.helpCommand('help [command]', 'print the help of a command');
      for (const one of [command, ...command.commands]) addGlobalOptions(one);
    });
  }
  const helpCommand = program
    .command('help')
    .helpGroup(OTHERS)
    .description('print the help of a command')
    .argument('[command...]')
    .allowUnknownOption()
    .action((names) => printHelp(program, names, load));
  const own: readonly CommandUnknownOpts[] = [program, helpCommand];
  for (const command of own) {
    addGlobalOptions(command);
    // Its own option in place of commander's: "sgid --help mock" is about mock.
    command.helpOption(false).option('-h, --help', 'print this help');
  }
  return { program, load };
}

/** Options that every command and subcommand has, so that they can stand anywhere but in the place of a value. */
function addGlobalOptions(command: CommandUnknownOpts): void {
  command
    .optionsGroup('Global options:')
    .option('-q, --quiet', 'print only errors')
    .option('-v, --verbose', 'print a line for each HTTP exchange')
    .option('--no-color', 'no colour and no animation')
    .option('--json-errors', 'on failure, print a JSON object as the last line of stderr')
    .version(SGID_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help');
  for (const option of command.options) {
    // Checked when all is parsed, so that --json-errors counts wherever it stands.
    if (option.argChoices !== undefined) delete option.parseArg;
  }
}

/** The global options given to a command or to one above it. */
function globalOptions(command: CommandUnknownOpts) {
  const isGiven = (name: string): boolean => {
    for (let one: CommandUnknownOpts | null = command; one !== null; one = one.parent) {
      if (one.getOptionValueSource(name) === 'cli') return true;
    }
    return false;
  };
  return {
    quiet: isGiven('quiet'),
    verbose: isGiven('verbose'),
    color: !isGiven('color'),
    jsonErrors: isGiven('jsonErrors'),
  };
}

async function printHelp(
  program: CommandUnknownOpts,
  words: readonly string[],
  load: LoadCommand,
): Promise<void> {
  let command = program;
  for (const word of words) {
    const found = subcommand(command, word);
    // "sgid --help explain ERR_USAGE" is a whole command line, with its arguments.
    const isArgument = command.commands.length === 0 && program.opts()['help'];
    if (word.startsWith('-') || (found === undefined && isArgument)) break;
    if (found === undefined) {
      const names = command.commands.map((one) => one.name());
      throw usageError(`unknown command '${toPrintable(word, 200)}'`, didYouMean(word, names));
    }
    await load(found);
    command = found;
  }
  command.help();
}

/** The command that commander reached: the first argument that a command does not take names the next. */
function reachedCommand(command: CommandUnknownOpts): CommandUnknownOpts {
  const next = subcommand(command, command.args[0]);
  return next === undefined ? command : reachedCommand(next);
}

/** The command that `sgid help` was asked about, as far as there is one. */
function helpTopic(program: CommandUnknownOpts, words: readonly string[]): CommandUnknownOpts {
  return words.reduce((command, word) => subcommand(command, word) ?? command, program);
}

function subcommand(command: CommandUnknownOpts, name: string | undefined): CommandUnknownOpts | undefined {
  return command.commands.find((one) => one.name() === name);
}

function openDiagnostics(
  { quiet, verbose, color }: Readonly<Record<'quiet' | 'verbose' | 'color', boolean>>,
  { env, streams }: ProgramHost,
): Diagnostics {
  if (quiet && verbose) throw usageError('--quiet and --verbose contradict each other', 'Give one of them.');
  return createDiagnostics({
    write: streams.writeError,
    verbosity: quiet ? 'quiet' : verbose ? 'verbose' : 'normal',
    colour: wantsColour(streams.stderrIsTerminal, env, color),
    outputColour: wantsColour(streams.stdoutIsTerminal, env, color),
    wrap: (line) => wrapLine(line, streams.stderrColumns),
  });
}

/** Options that people guess and that are left out on purpose, with where the value goes instead. */
const SECRET_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^--(client-)?secret$/, 'use SGID_CLIENT_SECRET, or --client-secret-file with the path of a file'],
  [/^--(private-)?key(-path)?$/, 'use SGID_PRIVATE_KEY, or --private-key-file with the path of a file'],
  [/passphrase|password/, 'use SGID_PRIVATE_KEY_PASSPHRASE, or with sgid key --passphrase-file'],
];

/**
 * The error for a command line that `command` refused. Its words suggest the nearest option or command; a value that was
 * written to an unknown option is omitted, because it may be a secret.
 */
function toUsageError({ code, message }: CommanderError, command: CommandUnknownOpts): SgidError {
  const [, bare] = /^error: unknown option '(--[\w-]+)=.*'(?:\n\(Did you mean \1\?\))?$/s.exec(message) ?? [];
  const isKnown = bare !== undefined && (message.includes(`Did you mean ${bare}?`) || bare === '--help');
  if (isKnown) return usageError(`the option ${bare} takes no value`, `Give ${bare} alone.`);
  const [, meant] = /\n\((Did you mean [^\n]*\?)\)$/.exec(message) ?? [];
  const words = message
    .replace(/^error: /, '')
    .replace(`\n(${meant})`, '')
    .replace(/('-[^='\s]*)=[\s\S]*'/, "$1'")
    .replaceAll('\n', ' ');
  const [, option = ''] = /^unknown option '([^']*)'/.exec(words) ?? [];
  const instead = SECRET_OPTIONS.find(([pattern]) => pattern.test(option))?.[1];
  const advice =
    instead === undefined
      ? (placeAdvice(code, option, command) ?? meant)
      : `Other users of this machine could read a secret there: ${instead}.`;
  return usageError(toPrintable(words), advice);
}

function placeAdvice(code: string, option: string, command: CommandUnknownOpts): string | undefined {
  const holdsWords = ['scope', 'expect'].some((name) => command.getOptionValueSource(name) === 'cli');
  if (code === 'commander.excessArguments' && holdsWords)
    return 'Quote a value that contains spaces, as in --scope "openid myinfo.name".';
  if (code !== 'commander.unknownOption') return undefined;
  if (option === '--persona' && pathOf(command) === 'sgid mock')
    return 'To log a persona in without a page: --approve <persona>';
  for (let above = command.parent; above !== null; above = above.parent) {
    if (above.options.some((one) => one.short === option || one.long === option))
      return `It is an option of "${pathOf(above)}". Put it before the subcommand.`;
  }
  // The arguments that commander did not parse, the option included.
  const below = command.commands.find((one) => command.args.includes(one.name()));
  return below && `Put options after the command name: ${pathOf(below)} ${toPrintable(option)} ...`;
}

/** A command as it is typed, for example `sgid mock personas`. */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
