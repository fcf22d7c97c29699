import { systemBrowser } from './browser.ts';
import { systemClock } from './clock.ts';
import { openConfigFolder } from './config-folder.ts';
import { systemFiles } from './files.ts';
import { createHttpClient } from './http-client.ts';
import { systemKeyring } from './keyring.ts';
import type { Platform } from './platform.ts';
import { runSystemCommand } from './run-command.ts';
import { systemTerminal } from './terminal.ts';

/** This machine, as a command sees it. */
export function createSystemPlatform(signal: AbortSignal): Platform {
  return {
    env: process.env,
    terminal: systemTerminal,
    files: systemFiles,
    configFolder: openConfigFolder(process.env),
    keyring: systemKeyring,
    runCommand: runSystemCommand,
    browser: systemBrowser,
    clock: systemClock,
    createHttpClient,
    signal,
  };
}
