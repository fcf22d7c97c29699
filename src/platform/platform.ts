import type { Browser } from './browser.ts';
import type { systemClock } from './clock.ts';
import type { Files } from './files.ts';
import type { createHttpClient } from './http-client.ts';
import type { Keyring } from './keyring.ts';
import type { PrivateFolder } from './private-folder.ts';
import type { RunCommand } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Everything outside of this program that a command may touch; tests hand in their own. */
export interface Platform {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly files: Files;
  /** Where profiles are kept; `undefined` where no variable tells (no HOME). */
  readonly configFolder: PrivateFolder | undefined;
  readonly keyring: Keyring;
  readonly runCommand: RunCommand;
  readonly browser: Browser;
  readonly clock: typeof systemClock;
  readonly createHttpClient: typeof createHttpClient;
  /** Aborts when the program is interrupted. */
  readonly signal: AbortSignal;
}
