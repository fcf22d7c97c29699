import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { SecretFile } from '../system/files.ts';
import type { Platform } from '../system/platform.ts';
import { exposedFileNotice, fileError, secretPathError } from '../text/file-errors.ts';
import { type JsonNode, parseJsonAt, readFilledText, readMembers } from '../text/json-file.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';

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

/** The members of a JSON object, which is refused once all that a command asks for were looked at. */
export interface JsonMembers {
  /** A member, with `undefined` for its value when it is missing. */
  node(name: string): JsonNode;
  /** The text of a member; empty when there is none, which is a problem. */
  text(name: string): string;
  /** The text of a member that may be missing. */
  optionalText(name: string): string | undefined;
}

/** More problems than this are counted, not listed. */
const MOST_PROBLEMS = 10;

/**
 * Reads a JSON object that another step wrote. Members that nobody asks for are let be.
 *
 * @param hint What to do about one that is broken.
 * @throws SgidError `ERR_FILE` with line and column, or with the place of each problem; never with a value.
 */
export function readJsonObject<T extends object>(
  { text, name }: TextInput,
  hint: string,
  read: (members: JsonMembers) => T,
): T {
  const parsed = parseJsonAt(text);
  if (!parsed.ok) throw jsonError(`${name} is not valid JSON${parsed.position}`, hint);
  const problems: string[] = [];
  const members = readMembers({ value: parsed.value, place: '$', problems });
  const result = members && read(openMembers(members, problems));
  if (result !== undefined && problems.length === 0) return result;
  const more = problems.length - MOST_PROBLEMS;
  const listed = [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
  throw jsonError(`${name}: ${listed.join('; ')}`, hint);
}

function openMembers(members: ReadonlyMap<string, JsonNode>, problems: string[]): JsonMembers {
  const node = (name: string): JsonNode =>
    members.get(name) ?? { value: undefined, place: `$.${name}`, problems };
  const text = (name: string): string => readFilledText(node(name)) ?? '';
  return { node, text, optionalText: (name) => (members.has(name) ? text(name) : undefined) };
}

function jsonError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', message, { step: 'config', hint });
}
