import type { Platform } from '../system/platform.ts';
import type { Diagnostics } from './diagnostics.ts';

/** Where results and diagnostics go. */
export interface OutputContext {
  readonly platform: Platform;
  readonly diagnostics: Diagnostics;
}
