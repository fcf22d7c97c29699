import type { SgidError } from '../errors/sgid-error.ts';
import { toSgidError } from '../output/render-error.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput, type ResultOutput } from '../output/result-output.ts';
import { toPrintable } from '../text/printable.ts';
import { createTraceRecorder, type TraceRecorder } from '../trace/recorder.ts';
import { oauthErrorOf, type TraceFailure } from '../trace/verdicts.ts';
import type { CommandContext } from './context.ts';

/** What `--trace` says in the help of every command. */
export const TRACE_DESCRIPTION = 'write what each step did to this file (mode 0600), without secrets';

/** The options of a command that concern its trace. */
export interface TraceFlags {
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
  if (flags.trace === undefined) return run(context);
  await runTraced({ command, path: flags.trace }, context, run);
}

/** What is traced, and into which file. */
export interface TraceTarget {
  readonly command: string;
  readonly path: string;
}

/**
 * Runs a command and writes its trace, whole, when it has ended: well, with an error or by an interruption. The
 * file is opened first, so that nothing is spent for a folder that is not there.
 *
 * @throws SgidError `ERR_USAGE`, `ERR_OUTPUT`; else whatever `run` rejects with.
 */
export async function runTraced(
  { command, path }: TraceTarget,
  context: CommandContext,
  run: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const { platform, diagnostics } = context;
  const output = await openResultOutput(path, platform);
  const trace = createTraceRecorder({ command, version: SGID_VERSION, startedAt: platform.clock.now() });
  try {
    try {
      await run({ ...context, trace, diagnostics: { ...diagnostics, hide: hideFromBoth(context, trace) } });
    } catch (error) {
      await writeTrace(failureOf(toSgidError(error))).catch((unwritten: unknown) =>
        diagnostics.warn(toSgidError(unwritten).message),
      );
      throw error;
    }
    await writeTrace();
  } finally {
    await output.discard();
  }

  async function writeTrace(failure?: TraceFailure): Promise<void> {
    await commit(output, trace, failure);
    const file = toPrintable(path);
    diagnostics.info(`The trace is in ${file}; look at it with: sgid trace view ${file}`);
  }
}

async function commit(output: ResultOutput, trace: TraceRecorder, failure?: TraceFailure): Promise<void> {
  await output.commit(renderJson(trace.finish(failure)));
}

/** Every secret that a command learns of is told to its diagnostics; the trace is to know it as well. */
function hideFromBoth({ diagnostics }: CommandContext, trace: TraceRecorder): TraceRecorder['hide'] {
  return (secrets) => {
    const values = [...secrets];
    diagnostics.hide(values);
    trace.hide(values);
  };
}

/** Of an error no words: they may quote the provider, the person's files or what they typed. */
function failureOf({ code, step, reply }: SgidError): TraceFailure {
  return { code, step, oauthError: oauthErrorOf(reply?.error) };
}
