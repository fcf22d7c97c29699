import type { KeyObject } from 'node:crypto';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { isBinaryTarget, isEncryptedTarget } from '../keys/key-format.ts';
import { decodeText } from '../keys/key-text.ts';
import { writeEncryptedKey, writePlainKey } from '../keys/write-key.ts';
import { openResultOutput } from '../output/result-output.ts';
import { errorCode } from '../system/node-error.ts';
import type { Platform } from '../system/platform.ts';
import type { Terminal } from '../system/terminal.ts';
import { exposedFileNotice, pathForShell } from '../text/file-errors.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import type { KeyOutputOptions } from './key.ts';
import { readKeyFile } from './key-input.ts';

/**
 * Obtains a private key and writes it as the options say. The output is opened first, so that nothing is asked or
 * computed for a folder that is not there. Returns the key.
 *
 * @throws SgidError `ERR_OUTPUT`, `ERR_FILE`, `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever `obtainKey` rejects with.
 */
export async function outputKey(
  { to, out, outPassphraseFile }: KeyOutputOptions,
  context: CommandContext,
  obtainKey: () => Promise<KeyObject>,
): Promise<KeyObject> {
  if (out !== undefined && out !== '-') await requireNewFile(out, context.platform);
  const output = await openResultOutput(out, context.platform);
  try {
    const key = await obtainKey();
    const content = isEncryptedTarget(to)
      ? writeEncryptedKey(key, to, await obtainNewPassphrase(outPassphraseFile, context))
      : writePlainKey(key, to);
    context.platform.signal.throwIfAborted();
    await output.commit(content);
    return key;
  } finally {
    await output.discard();
  }
}

/** Another key that is written over is lost for good, and so is the rest of a `.env`. */
async function requireNewFile(path: string, { files }: Platform): Promise<void> {
  const size = await files.readSecretFile(path, 'regular').then(
    ({ bytes }) => bytes.length,
    (error: unknown) => (['EFBIG', 'EACCES'].includes(errorCode(error) ?? '') ? 1 : 0),
  );
  if (size === 0) return;
  const word = pathForShell(path);
  throw new SgidError('ERR_OUTPUT', `the output file ${toPrintable(path)} exists already`, {
    step: 'output',
    hint: `Name another file, or move that one away: mv ${word} ${word}.old`,
  });
}

/** OpenSSL opens nothing with a longer one, in bytes of UTF-8. */
const LONGEST_PASSPHRASE = 1024;

/**
 * The passphrase in a file, without the newline at its end.
 *
 * @param option The option that names the file.
 * @throws SgidError `ERR_FILE`, `ERR_PRIVATE_KEY_PASSPHRASE` for one that nothing can be opened with.
 */
export async function readPassphraseFile(
  option: string,
  path: string,
  { platform, diagnostics }: CommandContext,
): Promise<string> {
  const { bytes, readableByOthers } = await readKeyFile(option, path, platform);
  if (readableByOthers) diagnostics.warn(exposedFileNotice(path));
  const passphrase = decodeText(bytes).replace(/\r?\n$/, '');
  diagnostics.hide([passphrase]);
  requireUsable(passphrase, option);
  return passphrase;
}

/**
 * Asks for the passphrase of an encrypted key.
 *
 * @throws SgidError `ERR_PRIVATE_KEY_PASSPHRASE` where nobody can be asked.
 */
export async function askPassphrase(context: CommandContext): Promise<string | undefined> {
  requireTerminal(
    context,
    'the private key is encrypted, and no passphrase was given',
    "Add --passphrase-file <path>, set SGID_PRIVATE_KEY_PASSPHRASE, or name the key's file on a terminal to be asked.",
  );
  return ask('Passphrase of the private key', context);
}

/**
 * The passphrase for an encrypted output: that of a file, else asked for twice.
 *
 * @throws SgidError `ERR_FILE`, `ERR_PRIVATE_KEY_PASSPHRASE`.
 */
export async function obtainNewPassphrase(
  path: string | undefined,
  context: CommandContext,
): Promise<string> {
  if (path !== undefined) return readPassphraseFile(OUT_PASSPHRASE_FILE, path, context);
  requireTerminal(context, 'no passphrase was given for the encrypted output', ADD_OPTION);
  const passphrase = (await ask('New passphrase', context)) ?? '';
  requireUsable(passphrase, 'New passphrase');
  if ((await ask('The same again', context)) === passphrase) return passphrase;
  throw passphraseError('the two new passphrases differ', 'Run the command again, and type the same twice.');
}

const OUT_PASSPHRASE_FILE = '--out-passphrase-file';
const ADD_OPTION = `Add ${OUT_PASSPHRASE_FILE} <path>, or run the command on a terminal to be asked.`;

async function ask(question: string, { platform, diagnostics }: CommandContext): Promise<string | undefined> {
  const answer = await platform.terminal.askSecret(question, platform.signal);
  if (answer !== undefined) diagnostics.hide([answer]);
  return answer;
}

function requireTerminal({ platform }: CommandContext, message: string, hint: string): void {
  const { stdinIsTerminal, stderrIsTerminal } = platform.terminal;
  if (!stdinIsTerminal || !stderrIsTerminal) throw passphraseError(message, hint);
}

function requireUsable(passphrase: string, origin: string): void {
  if (passphrase === '') {
    throw passphraseError(
      `${origin}: the passphrase is empty`,
      'Give one that is not, for example from: openssl rand -base64 24',
    );
  }
  // Also what a wrong file looks like.
  if (/\p{Cc}/u.test(passphrase)) {
    throw passphraseError(
      `${origin}: the passphrase holds line breaks or other control characters`,
      'Put it alone on one line of the file.',
    );
  }
  if (Buffer.byteLength(passphrase) > LONGEST_PASSPHRASE) {
    throw passphraseError(
      `${origin}: the passphrase is longer than ${LONGEST_PASSPHRASE} bytes`,
      'Give a shorter one.',
    );
  }
}

function passphraseError(message: string, hint: string): SgidError {
  return new SgidError('ERR_PRIVATE_KEY_PASSPHRASE', message, { step: 'config', hint });
}

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
