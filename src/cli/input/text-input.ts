import { exposedFileNotice, fileError } from '../../config/file-errors.ts';
import { secretPathError } from '../../config/path-error.ts';
import type { Platform } from '../../platform/platform.ts';
import type { SecretFile } from '../../platform/read-file.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import { readStandardInput, STANDARD_INPUT } from './standard-input.ts';

/** Where a command reads from. */
export interface InputSource {
  /** The path of a file, or `-` for standard input. */
  readonly path: string;
  /** The option or argument that the path comes from; `what` when left out. */
  readonly origin?: string;
  /** What it is to the reader, for example `the transaction`. */
  readonly what: string;
  /** It holds secrets, so that nobody else should be able to read its file. */
  readonly secret?: true;
}

/** A text that was read. */
export interface TextInput {
  readonly text: string;
  /** What people call the place that it came from: `standard input` or the path. */
  readonly name: string;
}

/**
 * Reads a text: UTF-8, or UTF-16 where a mark says so, without the mark. Nothing is waited for that a person would
 * have to type.
 *
 * @throws SgidError `ERR_USAGE` for a terminal; `ERR_FILE` when there is nothing, no text, or more than 1 MiB.
 */
export async function readTextInput(source: InputSource, context: CommandContext): Promise<TextInput> {
  const { path, what } = source;
  const { bytes, readableByOthers } = await readBytes(source, context.platform);
  if (readableByOthers && source.secret) context.diagnostics.warn(exposedFileNotice(path));
  const name = path === '-' ? STANDARD_INPUT : toPrintable(path);
  const text = decode(bytes);
  if (text === undefined || text.includes('\0')) {
    throw inputError(`${what}: ${name} holds bytes that are no text`, 'Check that it is the right file.');
  }
  if (text.trim() !== '') return { text, name };
  throw path === '-'
    ? inputError(
        `${what}: standard input is empty; did the step before fail?`,
        'Look at what it said, and run it by itself.',
      )
    : inputError(`${what}: ${name} is empty`, 'Check the command that wrote it.');
}

async function readBytes(
  { path, what, origin = what, secret }: InputSource,
  platform: Platform,
): Promise<SecretFile> {
  if (path !== '-') {
    return platform.files.readSecretFile(path).catch((error: unknown) => {
      // A token may stand where its path belongs; a short word is none.
      if (!secret && /^[a-z._-]{1,24}\d{0,2}$/.test(path)) throw fileError(error, what, path);
      throw secretPathError(error, origin, path, STANDARD_INPUT);
    });
  }
  const hint = `Pipe it in, or give the path of a file${origin.startsWith('--') ? ` with ${origin}` : ''}.`;
  return { bytes: await readStandardInput({ what, hint }, platform), readableByOthers: false };
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
