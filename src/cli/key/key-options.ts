import { isBinaryTarget, isEncryptedTarget } from '../../keys/key-target.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { usageError } from '../../protocol/errors.ts';
import type { KeyOutputOptions } from '../commands/key.ts';

/** An input as the command line names it: the option or argument, and the path or `-` that it was given. */
export type NamedInput = readonly [name: string, path: string | undefined];

/** What the key argument is called. */
export const KEY_ARGUMENT = 'the key';

/**
 * Judges where a command is to read from: no empty path, and standard input, which ends only once, for one of them
 * at most.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function checkInputs(...inputs: readonly NamedInput[]): void {
  for (const [name, path] of inputs) requireValue(name, path);
  const [first, second] = inputs.filter(([, path]) => path === '-').map(([name]) => name);
  if (first === undefined || second === undefined) return;
  throw usageError(
    `${first} and ${second} cannot both read standard input`,
    `Give ${first === KEY_ARGUMENT ? first : second} the path of a file.`,
  );
}

/**
 * Judges how a key is to be written.
 *
 * @throws SgidError `ERR_USAGE`: bytes for a terminal, or a passphrase for a format that takes none.
 */
export function checkOutput(
  { to, out, outPassphraseFile }: KeyOutputOptions,
  { stdoutIsTerminal }: Terminal,
): void {
  requireValue('--out', out);
  if (outPassphraseFile !== undefined && !isEncryptedTarget(to)) {
    throw usageError(
      `--out-passphrase-file and --to ${to} contradict each other: that format is not encrypted`,
      'Use --to pkcs8-encrypted or --to pkcs12, or leave --out-passphrase-file out.',
    );
  }
  if (isBinaryTarget(to) && out === undefined && stdoutIsTerminal) {
    throw usageError(
      `--to ${to} writes bytes, which a terminal cannot show`,
      `Write them to a file, for example: --out private.${to === 'der' ? 'der' : 'p12'}`,
    );
  }
}

function requireValue(name: string, value: string | undefined): void {
  if (value?.trim() === '') throw usageError(`${name} is empty`, 'Give it a value, or leave it out.');
}
