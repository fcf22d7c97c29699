import { exposedFileNotice } from '../../config/file-errors.ts';
import { decodeText } from '../../keys/decode-text.ts';
import { SgidError } from '../../protocol/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { readKeyFile } from './key-file.ts';

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
