import type { SgidError } from '../errors/sgid-error.ts';
import type { Files } from '../system/files.ts';
import type { Keyring } from '../system/keyring.ts';
import type { RunCommand } from '../system/run-command.ts';
import { exposedFileNotice } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import type { Variables } from './dotenv.ts';
import type { ProfileStore } from './profile-store.ts';

export interface Inputs {
  readonly env: Variables;
  readonly files: Pick<Files, 'readSecretFile'>;
  readonly profiles: ProfileStore;
  readonly keyring: Keyring;
  readonly runCommand: RunCommand;
  readonly signal: AbortSignal;
  readonly showCommandError?: ((text: string) => void) | undefined;
  /** Refuses a second value that is to be read from standard input, which has one end. */
  claimStdin(origin: string): void;
  readStdin(): Promise<Uint8Array>;
  /** Present on a terminal only. */
  askPassphrase?(): Promise<string | undefined>;
  readonly notices: Set<string>;
  /** What only somebody who asks for details wants to know. */
  readonly details: Set<string>;
  /** Every secret that was seen, used or not: no output may hold one. */
  readonly secrets: Set<string>;
}

export async function loadSecretFile(
  path: string,
  { files, notices }: Pick<Inputs, 'files' | 'notices'>,
  toError: (error: unknown) => SgidError,
): Promise<Uint8Array> {
  const { bytes, readableByOthers } = await files.readSecretFile(path).catch((error: unknown) => {
    throw toError(error);
  });
  if (readableByOthers) notices.add(exposedFileNotice(path));
  return bytes;
}

/** The text of a secret that has a file, a command or a keyring entry for itself: less one line break, as it is. */
export function parseSecretText(bytes: Uint8Array): string {
  return decodeText(bytes).replace(/\r?\n$/, '');
}
