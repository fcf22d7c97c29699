import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { EXIT_CODES } from '../../errors/codes.ts';
import { describeProgram } from '../program.ts';
import { ENVIRONMENT } from './environment.ts';
import { type Example, readHelpText } from './help-text.ts';
import { bold, escapeRoff, item, literal, paragraph, section, subsection } from './roff.ts';

/** The manual page of the program in roff, macros of man(7), made from what its commands declare. */
export async function renderManPage(version: string): Promise<string> {
  const program = await describeProgram();
  const commands = listCommands(program);
  const help = program.createHelp();
  const { notes } = readHelpText(program);
  return `${[
    `.TH SGID 1 "" "sgid ${escapeRoff(version)}" "User Commands"`,
    // Text is neither hyphenated nor stretched: most of it are names.
    '.nh\n.ad l',
    section('name', `sgid \\- ${escapeRoff(clause(program.description()))}`),
    section('synopsis', commands.map(usage).join('\n.br\n')),
    section('description', paragraph(DESCRIPTION), ...notes.map(note)),
    section('options', paragraph('Every command takes these.'), ...options(program)),
    section('commands', ...commands.map((command) => describeCommand(command))),
    section('exit status', ...Object.entries(EXIT_CODES).map(([code, meaning]) => item(code, meaning))),
    section('environment', ...ENVIRONMENT.map(([names, meaning]) => item(names, meaning))),
    section('files', ...FILES.map(([path, meaning]) => item(path, meaning))),
    section('examples', ...examplesOf([program, ...commands]).map(example)),
    section('see also', SEE_ALSO),
  ].join('\n')}\n`;

  function describeCommand(command: CommandUnknownOpts): string {
    return subsection(
      help.commandUsage(command),
      paragraph(sentence(command.description())),
      ...help
        .visibleArguments(command)
        .map((argument) => item(help.argumentTerm(argument), help.argumentDescription(argument))),
      ...options(command),
      ...readHelpText(command).notes.map(note),
    );
  }

  function options(command: CommandUnknownOpts): readonly string[] {
    return help
      .visibleOptions(command)
      .filter((option) => command === program || option.long !== '--help')
      .map((option) => item(help.optionTerm(option), help.optionDescription(option)));
  }

  function usage(command: CommandUnknownOpts): string {
    const path = pathOf(command);
    return `${bold(path)}${escapeRoff(help.commandUsage(command)).slice(escapeRoff(path).length)}`;
  }
}

const DESCRIPTION =
  'A command starts a temporary callback listener on localhost, opens the browser, runs the OpenID Connect code flow with PKCE at sgID, the identity service of Singapore, and prints the decrypted claims as JSON. Other commands do its single steps, test credentials without a person, handle keys and profiles, or serve an embedded provider to develop against. Standard output carries the result and nothing else; questions, warnings and errors go to standard error. Every error ends with a code, which "sgid explain" explains.';

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  ['./.env', 'variables for the commands that need credentials, unless -e names another file'],
  [
    '~/.config/sgid/profiles/<name>.json',
    'a profile, mode 0600; below ~/Library/Application Support on macOS, below %APPDATA% on Windows',
  ],
  ['~/.config/sgid/current-profile', 'the name of the profile that "sgid profile use" chose'],
  [
    '~/.cache/sgid/*.bin',
    'what Node has compiled of this program, kept for its next run and safe to remove; below ~/Library/Caches on macOS, below %LOCALAPPDATA% on Windows',
  ],
];

const SEE_ALSO = `.BR openssl (1),\n.BR jq (1)\n${paragraph('The developer portal of sgID: https://developer.id.gov.sg')}\n${paragraph('The documentation of sgID: https://docs.id.gov.sg')}`;

/** Commands before their own commands, in the order of the help. */
function listCommands(program: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  const commands = program.createHelp().visibleCommands(program);
  return commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => [command, ...listCommands(command)]);
}

function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Each once: a command repeats some of those of its own commands. */
function examplesOf(commands: readonly CommandUnknownOpts[]): readonly Example[] {
  const examples = commands.flatMap((command) => readHelpText(command).examples);
  return examples.filter(({ line }, index) => examples.findIndex((first) => first.line === line) === index);
}

function example({ line, comment }: Example): string {
  return comment === undefined ? `.PP\n${bold(line)}` : item(line, sentence(comment));
}

function note(text: string): string {
  return /^ /m.test(text) ? literal(text) : paragraph(text);
}

function clause(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
}
