import { fileError } from '../../config/file-errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { usageError } from '../../protocol/errors.ts';

/** What people call it. */
export const STANDARD_INPUT = 'standard input';

/** What an input is to the reader. */
export interface AwaitedInput {
  /** For example `the transaction` or `--passphrase-file`. */
  readonly what: string;
  /** What to do where a terminal is, for example `Pipe it in, or give the path of a file.` */
  readonly hint: string;
}

/**
 * Reads standard input to its end. Nothing is waited for that a person would have to type: a key nobody types, and
 * a secret would be seen.
 *
 * @throws SgidError `ERR_USAGE` for a terminal, `ERR_FILE` when it cannot be read or is over 1 MiB; or the reason
 *   why the program was aborted.
 */
export async function readStandardInput(
  { what, hint }: AwaitedInput,
  { terminal, signal }: Pick<Platform, 'terminal' | 'signal'>,
): Promise<Uint8Array> {
  if (terminal.stdinIsTerminal)
    throw usageError(`${what} is to be read from standard input, which is a terminal`, hint);
  try {
    return await terminal.readInput(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(error, `${what}:`, STANDARD_INPUT);
  }
}
