import { resolve } from 'node:path';
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { usageError } from '../errors/sgid-error.ts';

/** An empty one is no mistake: the value comes from the next source. */
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

/** The options that name a file which is written; all others with a file are read. */
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
    return typeof value === 'string' ? [{ option, flag: option.long ?? option.flags, value }] : [];
  });
  for (const { option, flag, value } of given) {
    requireChoice(command, option, value);
    // `--state "$STATE"` with a variable that is not set.
    if (!MAY_BE_EMPTY.includes(flag)) requireText(flag, value);
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value = command.args[index];
    const { required } = argument;
    if (value !== undefined) requireText(required ? `<${argument.name()}>` : `[${argument.name()}]`, value);
  }
  requireSeparateFiles(command, given);
}

function requireChoice(command: CommandUnknownOpts, { argChoices, flags }: Option, value: string): void {
  if (argChoices === undefined || argChoices.some((choice) => choice === value)) return;
  command.error(
    `error: option '${flags}' argument '${value}' is invalid. Allowed choices are ${argChoices.join(', ')}.`,
    { code: 'commander.invalidArgument' },
  );
}

function requireText(name: string, value: string): void {
  if (value.trim() === '') throw usageError(`${name} is empty`, 'Give it a value, or omit it.');
}

/**
 * Refuses an output into the file of another output or of an input: it would replace what is there, which may be the
 * only copy of a key. Devices and pipes take both.
 */
function requireSeparateFiles(
  command: CommandUnknownOpts,
  given: readonly { readonly option: Option; readonly flag: string; readonly value: string }[],
): void {
  const taken = new Map<string, string>();
  const file = command.registeredArguments.findIndex((argument) => argument.name() === 'file');
  const input = command.args[file];
  if (input !== undefined && input !== '-') taken.set(resolve(input), 'the input');
  const files = given.filter(({ option }) => /<(?:file|path)>/.test(option.flags));
  const outputs = OUTPUTS.flatMap((flag) => files.filter((file) => file.flag === flag));
  for (const { flag, value } of files) {
    if (!OUTPUTS.includes(flag) && value !== '-') taken.set(resolve(value), flag);
  }
  for (const { flag, value } of outputs) {
    if (value.startsWith('/dev/')) continue;
    if (value === '-') {
      if (flag === '--out') continue;
      throw usageError(
        `${flag} - names no file`,
        'Standard output carries the result: give the path of a file.',
      );
    }
    const other = taken.get(resolve(value));
    if (other !== undefined)
      throw usageError(`${other} and ${flag} name the same file`, 'Give each its own.');
    taken.set(resolve(value), flag);
  }
}

/**
 * Refuses options beside one that they make no sense with.
 *
 * @param reason Why they make none.
 * @throws SgidError `ERR_USAGE`.
 */
export function refuseBeside(flag: string, given: Readonly<Record<string, unknown>>, reason: string): void {
  const [other] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return;
  throw usageError(`${flag} and ${other} contradict each other: ${reason}`, 'Give one of them.');
}

const UNIT_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest wait that a timer of Node can hold, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Parses a duration such as `90s`, `5m`, `1h` or plain seconds.
 *
 * @param option The option it was given for, for the message.
 * @returns Milliseconds, more than 0.
 * @throws SgidError `ERR_USAGE`.
 */
export function parseDuration(text: string, option: string): number {
  const [, amount, unit = ''] = text.match(/^(\d+(?:\.\d+)?)([smh]?)$/) ?? [];
  const milliseconds = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
  throw usageError(
    `${option} takes a duration of up to 24 days such as 90s, 5m or 1h`,
    `For example: ${option} 90s`,
  );
}

/** An option as it is typed: `saveCanary` is `--save-canary`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
