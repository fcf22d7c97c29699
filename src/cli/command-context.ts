import type { Command } from '@commander-js/extra-typings';
import type { Platform } from '../platform/platform.ts';
import type { TraceRecorder } from '../trace/recorder.ts';
import type { Diagnostics } from './output/diagnostics.ts';

/** What every command runs with. */
export interface CommandContext {
  readonly platform: Platform;
  readonly diagnostics: Diagnostics;
  /** Takes note of what the command does; with `--trace` alone. */
  readonly trace?: TraceRecorder;
}

/** Gives a command its options, arguments, help and action. What the action does is loaded when it runs. */
export type DeclareCommand = (command: Command, openContext: () => Promise<CommandContext>) => void;
