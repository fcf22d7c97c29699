import type { CommandContext } from '../command-context.ts';
import { type FileOptions, requireSeparateFiles } from '../input/separate-files.ts';

/** What `--trace` says in the help of every command. */
export const TRACE_DESCRIPTION = 'write what each step did to this file (mode 0600), without secrets';

/** The options of a command that concern its trace. */
export interface TraceFlags extends FileOptions {
  readonly trace?: string;
}

/**
 * Runs a command whose files are judged first, and with `--trace` writes what it did, however it ends. Only then is the
 * recorder loaded.
 *
 * @param command Its name, for example `login`.
 * @throws SgidError `ERR_USAGE` or `ERR_OUTPUT` for its files; else whatever `run` rejects with.
 */
export async function withTrace(
  command: string,
  flags: TraceFlags,
  context: CommandContext,
  run: (context: CommandContext) => Promise<void>,
): Promise<void> {
  requireSeparateFiles(flags);
  if (flags.trace === undefined) return run(context);
  const { runTraced } = await import('./run-traced.ts');
  await runTraced({ command, path: flags.trace }, context, run);
}
