import type { Browser } from './browser.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Environment } from './environment.ts';
import { type Files, systemFiles } from './files.ts';
import { createHttpClient } from './http-client.ts';
import { type Keyring, systemKeyring } from './keyring.ts';
import { openConfigFolder, type PrivateFolder } from './private-folder.ts';
import type { RunCommand } from './run-command.ts';
import type { runForeground } from './run-foreground.ts';
import { systemTerminal, type Terminal } from './terminal.ts';

/** Everything outside of this program that a command may touch; tests hand in their own. */
export interface Platform {
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly files: Files;
  /** Where profiles are kept; `undefined` where no variable names one (no HOME). */
  readonly configFolder: PrivateFolder | undefined;
  readonly keyring: Keyring;
  readonly runCommand: RunCommand;
  readonly runForeground: typeof runForeground;
  readonly browser: Browser;
  readonly clock: Clock;
  readonly createHttpClient: typeof createHttpClient;
  readonly signal: AbortSignal;
}

export function createSystemPlatform(signal: AbortSignal): Platform {
  return {
    env: process.env,
    terminal: systemTerminal,
    files: systemFiles,
    configFolder: openConfigFolder(process.env),
    keyring: systemKeyring,
    // Loaded when used: few runs start another program.
    runCommand: async (...command) => (await import('./run-command.ts')).runSystemCommand(...command),
    runForeground: async (...command) => (await import('./run-foreground.ts')).runForeground(...command),
    browser: { open: async (...words) => (await import('./browser.ts')).systemBrowser.open(...words) },
    clock: systemClock,
    createHttpClient,
    signal,
  };
}
