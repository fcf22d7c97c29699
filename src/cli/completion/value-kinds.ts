import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';

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
