import type { Environment } from '../system/environment.ts';
import type { Files } from '../system/files.ts';
import type { Keyring } from '../system/keyring.ts';
import type { RunCommand } from '../system/run-command.ts';
import type { ProfileStore } from './profile-store.ts';

export interface Inputs {
  readonly env: Environment;
  readonly files: Pick<Files, 'readSecretFile'>;
  readonly profiles: ProfileStore;
  readonly keyring: Keyring;
  readonly runCommand: RunCommand;
  readonly signal: AbortSignal;
  readonly showCommandError?: ((text: string) => void) | undefined;
  /** Refuses a second value that is to be read from standard input, which has one end. */
  claimStdin(origin: string): void;
  readStandardInput(): Promise<Uint8Array>;
  /** Present on a terminal only. */
  askPassphrase?(): Promise<string | undefined>;
  /** What the person should know. */
  readonly notices: Set<string>;
  /** For --verbose. */
  readonly details: Set<string>;
  /** Every secret that was seen, used or not: no output may hold one. */
  readonly secrets: Set<string>;
  /** The variables that a profile names for its secrets: no program that is started gets them. */
  readonly withheld: Set<string>;
}
