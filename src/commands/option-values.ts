import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { usageError } from '../errors/sgid-error.ts';
import { identifyFile, identifyReplaced } from '../system/file-identity.ts';

/** An empty one is not a mistake: the value comes from the next source. */
const MAY_BE_EMPTY = [
  '--client-id',
  '--client-secret-file',
  '--credentials',
  '--dotenv',
  '--hostname',
  '--private-key-file',
  '--profile',
  '--redirect-uri',
];

/** The options that replace a file whatever it holds: not those that change one, or keep what is not theirs. */
const OUTPUTS = ['--out', '--trace', '--junit', '--save-canary', '--html'];

/**
 * Checks what every option of a command and of those above it promises, before the command runs: a choice is one of its
 * choices, no value is empty, and no file is both written and used otherwise.
 *
 * @throws SgidError `ERR_USAGE`; CommanderError for a choice.
 */
export function checkOptions(command: CommandUnknownOpts): void {
  if (command.parent !== null) checkOptions(command.parent);
  const given = command.options.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    // --no-browser has the value of --browser.
    const isText = typeof value === 'string' && !option.negate;
    return isText ? [{ option, flag: option.long ?? option.flags, value }] : [];
  });
  for (const { option, flag, value } of given) {
    const { argChoices, flags } = option;
    if (argChoices?.includes(value) === false) {
      command.error(
        `error: option '${flags}' argument '${value}' is invalid. Allowed choices are ${argChoices.join(', ')}.`,
        { code: 'commander.invalidArgument' },
      );
    }
    // `--state "$STATE"` with a variable that is not set.
    if (!MAY_BE_EMPTY.includes(flag)) requireText(flag, value);
  }
  let input = '-';
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value = command.args[index];
    const name = argument.name();
    if (value !== undefined) requireText(argument.required ? `<${name}>` : `[${name}]`, value);
    if (name === 'file') input = value ?? '-';
  }
  const files = given.filter(({ option }) => /<(?:file|path)>/.test(option.flags));
  // Even if this run does not read it: it holds the credentials of the application in this folder.
  const inputs = [
    { flag: './.env', value: '.env' },
    { flag: 'the input', value: input },
    ...files.filter(({ flag }) => !OUTPUTS.includes(flag)),
  ];
  const outputs = OUTPUTS.flatMap((output) => files.filter(({ flag }) => flag === output));
  requireSeparateFiles(inputs, outputs);
}

function requireText(name: string, value: string): void {
  if (value.trim() === '') throw usageError(`${name} is empty`, 'Give it a value, or omit it.');
}

interface NamedFile {
  readonly flag: string;
  readonly value: string;
}

/**
 * Refuses an output into the file of another output or of an input: it would replace what is there, which may be the
 * only copy of a key. Devices and pipes take both.
 */
export function requireSeparateFiles(inputs: readonly NamedFile[], outputs: readonly NamedFile[]): void {
  const named = inputs.filter(({ value }) => value !== '-');
  const taken = new Map(named.map(({ flag, value }) => [identifyFile(value), flag]));
  for (const { flag, value } of outputs) {
    if (value === '-' && flag === '--out') continue;
    if (value === '-') {
      throw usageError(
        `${flag} cannot write to standard output`,
        'Standard output carries the result; give the path of a file.',
      );
    }
    const file = identifyReplaced(value);
    if (file === undefined) continue;
    const other = taken.get(file);
    if (other !== undefined)
      throw usageError(`${other} and ${flag} name the same file`, `Give ${flag} another one.`);
    taken.set(file, flag);
  }
}

/** For an option that can be repeated. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Refuses options beside one that they make no sense with. */
export function refuseBeside(flag: string, given: Readonly<Record<string, unknown>>, reason: string): void {
  const [other] = Object.entries(given).find(([, value]) => value !== undefined && value !== '') ?? [];
  if (other === undefined) return;
  throw usageError(`${flag} and ${other} contradict each other: ${reason}`, 'Give one of them.');
}

const UNIT_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest wait that a timer of Node can hold, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Parses a duration such as `90s`, `5m`, `1h` or plain seconds into milliseconds, more than 0. */
export function parseDuration(text: string, option: string): number {
  const [, amount, unit = ''] = text.match(/^(\d+(?:\.\d+)?)([smh]?)$/) ?? [];
  const milliseconds = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
  throw usageError(
    `${option} takes a duration of up to 24 days such as 90s, 5m or 1h`,
    `For example: ${option} 90s`,
  );
}
