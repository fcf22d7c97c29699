import type { Platform } from '../platform/platform.ts';
import type { Diagnostics } from './diagnostics.ts';

/** What every command runs with. */
export interface CommandContext {
  readonly platform: Platform;
  readonly diagnostics: Diagnostics;
}
