import { systemBrowser } from './browser.ts';
import { systemClock } from './clock.ts';
import { systemFiles } from './files.ts';
import { createHttpClient } from './http-client.ts';
import type { Platform } from './platform.ts';
import { systemTerminal } from './terminal.ts';

/** This machine, as a command sees it. */
export function createSystemPlatform(signal: AbortSignal): Platform {
  return {
    env: process.env,
    terminal: systemTerminal,
    files: systemFiles,
    browser: systemBrowser,
    clock: systemClock,
    createHttpClient,
    signal,
  };
}
