import type { Command, CommandUnknownOpts } from '@commander-js/extra-typings';
import type { OutputContext } from '../output/diagnostics.ts';
import type { Journal } from '../trace/journal.ts';

/** What every command runs with. */
export interface CommandContext extends OutputContext {
  readonly journal: Journal;
}

/** Gives a command its options, arguments, help and action, see table.ts. */
export type DeclareCommand = (
  command: Command,
  openContext: () => Promise<CommandContext>,
  describeProgram: DescribeProgram,
) => void;

/** The program, to be read and not run; commands other than those named have name and description only. */
export type DescribeProgram = (names?: readonly string[]) => Promise<CommandUnknownOpts>;

/** How the options of a command stand in its help, in this order. */
export const GROUPS = {
  credentials: 'Credentials:',
  browser: 'Browser and callback:',
  output: 'Output:',
  testing: 'Testing:',
  rare: 'For rare cases:',
} as const;
