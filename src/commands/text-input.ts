import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { Platform } from '../system/platform.ts';
import { exposedFileNotice, fileError, secretPathError } from '../text/file-errors.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';

/** Where a command reads from. */
export interface InputSource {
  /** The path of a file, or `-` for standard input. */
  readonly path: string;
  /** What it is to the person, for example `the transaction`. */
  readonly what: string;
  /** The option or argument that the path comes from; `what` when left out. */
  readonly origin?: string;
  /** It holds secrets, so that nobody else should be able to read its file. */
  readonly secret?: true;
}

/** A text that was loaded. */
export interface TextInput {
  readonly text: string;
  /** `standard input` or the path, safe to print. */
  readonly name: string;
}

/**
 * Loads a text: UTF-8, or UTF-16 where a mark says so, without the mark.
 *
 * @throws SgidError `ERR_USAGE` for a terminal; `ERR_FILE` when there is nothing, no text, or more than 1 MiB.
 */
export async function loadText(source: InputSource, context: CommandContext): Promise<TextInput> {
  const { path, what, origin = what, secret } = source;
  const { platform, diagnostics } = context;
  const name = path === '-' ? STANDARD_INPUT : toPrintable(path);
  const { bytes, readableByOthers } =
    path === '-'
      ? {
          bytes: await readStandardInput({ what, hint: pipeHint(origin) }, platform),
          readableByOthers: false,
        }
      : await platform.files.readSecretFile(path).catch((error: unknown) => {
          // A token may stand where its path belongs; a short word is none.
          if (!secret && /^[a-z._-]{1,24}\d{0,2}$/.test(path)) throw fileError(error, what, path);
          throw secretPathError(error, origin, path, STANDARD_INPUT);
        });
  if (readableByOthers && secret) diagnostics.warn(exposedFileNotice(path));
  const text = decode(bytes);
  if (text === undefined || text.includes('\0'))
    throw inputError(`${what}: ${name} holds bytes that are no text`, 'Check that it is the right file.');
  if (text.trim() !== '') return { text, name };
  throw path === '-'
    ? inputError(
        `${what}: standard input is empty; did the step before fail?`,
        'Look at what it said, and run it by itself.',
      )
    : inputError(`${what}: ${name} is empty`, 'Check the command that wrote it.');
}

function pipeHint(origin: string): string {
  return `Pipe it in, or give the path of a file${origin.startsWith('--') ? ` with ${origin}` : ''}.`;
}

/** `undefined` when the bytes are no text in the encoding that they claim. */
function decode(bytes: Uint8Array): string | undefined {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function inputError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', message, { step: 'config', hint });
}

/** What people call it. */
export const STANDARD_INPUT = 'standard input';

/**
 * Reads standard input to its end. Nothing is waited for that a person would have to type: a key nobody types, and
 * a secret would be seen.
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
