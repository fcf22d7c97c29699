import type { Command, CommandUnknownOpts } from '@commander-js/extra-typings';
import type { OutputContext } from '../output/diagnostics.ts';
import type { Journal } from '../trace/journal.ts';

export interface CommandContext extends OutputContext {
  readonly journal: Journal;
  /** What stands after `--`, for a command that runs another. */
  readonly commandLine: readonly string[] | undefined;
  /** Ends the program with the exit code of a command that it ran. */
  endWith(exitCode: number): void;
}

export type DeclareCommand = (
  command: Command,
  openContext: () => Promise<CommandContext>,
  describeProgram: DescribeProgram,
) => void;

/** The program, to be read and not run; commands other than those named have name and description only. */
export type DescribeProgram = (names?: readonly string[]) => Promise<CommandUnknownOpts>;

export const GROUPS = {
  credentials: 'Credentials (first match: option, --credentials, environment, ./.env, profile):',
  browser: 'Browser and callback:',
  output: 'Output:',
  testing: 'Testing:',
  rare: 'For rare cases:',
} as const;
