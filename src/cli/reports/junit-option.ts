import type { CommandContext } from '../command-context.ts';
import type { ExpectationOutcome } from '../output/expectations.ts';

/** What `--junit` says in the help. */
export const JUNIT_DESCRIPTION =
  'also write how the login and each --expect came out to this file, as JUnit XML';

/** The options of a command that concern its JUnit report. */
export interface JunitFlags {
  readonly junit?: string;
  readonly expect?: readonly string[];
}

/** Runs a command, which tells what came of its expectations. */
export type RunWithExpectations = (
  context: CommandContext,
  onJudged?: (outcomes: readonly ExpectationOutcome[]) => void,
) => Promise<void>;

/**
 * Runs a command, and with `--junit` writes how it came out, however it ends. Only then is the report's code loaded.
 *
 * @throws SgidError `ERR_USAGE` or `ERR_OUTPUT` for the report's file; else whatever `run` rejects with.
 */
export async function withJunit(
  flags: JunitFlags,
  context: CommandContext,
  run: RunWithExpectations,
): Promise<void> {
  if (flags.junit === undefined) return run(context);
  const { runWithJunit } = await import('./run-with-junit.ts');
  await runWithJunit(flags, context, run);
}
