import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { Platform } from '../system/platform.ts';
import { exposedFileNotice, fileError, secretPathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';

const STANDARD_INPUT = 'standard input';

export interface TextInput {
  readonly text: string;
  /** Safe to print. */
  readonly name: string;
}

/**
 * Loads the text that a step works on, whatever its encoding is.
 *
 * @param source `path` may be `-` for standard input; `what` it is to the person, for example `the transaction`;
 *   `option` is where the path comes from, `elsewhere` what to give in place of standard input. A `secret` one should be
 *   readable by nobody else.
 * @throws SgidError `ERR_USAGE` for a terminal; `ERR_NO_INPUT` when standard input is empty; `ERR_FILE` for an empty
 *   file, no text, or more than 1 MiB.
 */
export async function loadText(
  source: {
    readonly path: string;
    readonly what: string;
    readonly option?: string;
    readonly secret?: true;
    readonly elsewhere?: string;
  },
  { platform, diagnostics }: CommandContext,
): Promise<TextInput> {
  const { path, what, option, secret, elsewhere = 'the path of a file' } = source;
  const isStdin = path === '-';
  const name = nameInput(path);
  let bytes: Uint8Array;
  if (isStdin) {
    const hint = `Pipe it in, or give ${elsewhere}${option ? ` with ${option}` : ''}.`;
    bytes = await readStandardInput({ what, hint }, platform);
  } else {
    const file = await platform.files.readSecretFile(path).catch((error: unknown) => {
      // A token may stand where its path belongs; a short word is no token.
      if (!secret && /^[a-z._-]{1,24}\d{0,2}$/.test(path)) throw fileError(error, what, path);
      throw secretPathError(error, option ?? what, path, STANDARD_INPUT);
    });
    if (file.readableByOthers && secret) diagnostics.warn(exposedFileNotice(path));
    bytes = file.bytes;
  }
  const text = decodeText(bytes);
  // U+FFFD replaces bytes that are invalid in the encoding.
  if (/[\0\uFFFD]/.test(text))
    throw inputError(`${what}: ${name} is not text`, 'Check that it is the right file.');
  if (text.trim() !== '') return { text, name };
  if (!isStdin) throw inputError(`${what}: ${name} is empty`, 'Check the command that wrote it.');
  throw new SgidError('ERR_NO_INPUT', 'standard input is empty, nothing was done', {
    hint: 'Run the command before it in the pipe by itself.',
  });
}

/** What people call an input. */
export function nameInput(path: string): string {
  return path === '-' ? STANDARD_INPUT : toPrintable(path);
}

/** For what an input holds, or does not hold. */
export function inputError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', message, { hint });
}

/**
 * Reads standard input to its end, but not from a terminal: nobody types a key, and a secret would be visible.
 *
 * @param input What it is to the person, for example `--passphrase-file`, and what to do where a terminal is.
 * @throws SgidError `ERR_USAGE` for a terminal, `ERR_FILE` when it cannot be read or is over 1 MiB; or the reason
 *   why the program was aborted.
 */
export async function readStandardInput(
  { what, hint }: { readonly what: string; readonly hint: string },
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
