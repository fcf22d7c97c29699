import type { Command } from '@commander-js/extra-typings';
import type { OutputContext } from '../output/context.ts';
import type { TraceRecorder } from '../trace/recorder.ts';

/** What every command runs with. */
export interface CommandContext extends OutputContext {
  /** Takes note of what the command does; with `--trace` alone. */
  readonly trace?: TraceRecorder;
}

/** Gives a command its options, arguments, help and action. What the action does is loaded when it runs. */
export type DeclareCommand = (command: Command, openContext: () => Promise<CommandContext>) => void;
