import type { SgidError } from '../errors/sgid-error.ts';
import type { Expectation } from '../output/expectations.ts';
import { type JunitCase, renderJunit } from '../output/junit.ts';
import { renderError, toSgidError } from '../output/render-error.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput } from '../output/result-output.ts';
import { toPrintable } from '../text/printable.ts';
import { toTrace } from '../trace/writing.ts';
import type { CommandContext } from './context.ts';

export const TRACE_DESCRIPTION = 'write a trace to this file, without secrets';

/**
 * Runs a command, and writes the reports of its journal however it ends. Their files are opened first, so that nothing
 * is spent for a folder that is not there.
 *
 * @param command Its name, for example `login`.
 * @throws SgidError `ERR_OUTPUT` for the files; else whatever `run` rejects with.
 */
export async function runReported(
  command: string,
  {
    trace,
    junit,
    expectations = [],
  }: { trace?: string; junit?: string; expectations?: readonly Expectation[] },
  context: CommandContext,
  run: () => Promise<void>,
): Promise<void> {
  const { platform, diagnostics, journal } = context;
  const { redact } = diagnostics;
  await using traceOutput = trace === undefined ? undefined : await openResultOutput(trace, platform);
  await using junitOutput = junit === undefined ? undefined : await openResultOutput(junit, platform);
  let failure: SgidError | undefined;
  // A failure after that of the command is a warning: the first error ends the program.
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((thrown: unknown) => {
      const error = toSgidError(thrown);
      if (failure === undefined) failure = error;
      else if (error !== failure) diagnostics.warn(error.message);
    });
  };
  await attempt(run);
  await attempt(async () => junitOutput?.commit(renderLogin(expectations, context, failure)));
  await attempt(async () => {
    if (trace === undefined) return;
    const document = toTrace(journal, { command, version: SGID_VERSION, failure }, redact);
    await traceOutput?.commit(renderJson(document));
    const file = toPrintable(trace);
    diagnostics.info(`The trace is in ${file}; look at it with: sgid trace view ${file}`);
  });
  if (failure !== undefined) throw failure;
}

/** The JUnit report: a case for the login, and one for each expectation. */
function renderLogin(
  wanted: readonly Expectation[],
  { journal, diagnostics: { redact } }: CommandContext,
  failure: SgidError | undefined,
): string {
  const tried = journal.entries.find(({ name }) => name === 'expect');
  const expectations = tried
    ? tried.verdicts.map(({ check, detail }) => ({
        name: `expect ${check}`,
        seconds: 0,
        ...(detail && { failure: { type: 'ERR_EXPECTATION', message: detail, text: detail } }),
      }))
    : wanted.map(({ name }) => ({ name: `expect ${name}`, seconds: 0, skipped: 'the login failed' }));
  const seconds = journal.elapsed() / 1000;
  const login: JunitCase = { name: 'login', seconds, failure: describeFailure(failure, redact) };
  return renderJunit('sgid login', withDistinctNames([login, ...expectations]));
}

/** An expectation that failed has a case of its own. */
function describeFailure(failure: SgidError | undefined, redact: (text: string) => string) {
  if (failure === undefined || failure.code === 'ERR_EXPECTATION') return undefined;
  const text = redact(renderError(failure, 'sgid login', (_emphasis, words) => words).join('\n'));
  return { type: failure.code, message: redact(failure.message), text };
}

/** JUnit readers merge cases of one name. */
function withDistinctNames(cases: readonly JunitCase[]): readonly JunitCase[] {
  const seen = new Map<string, number>();
  return cases.map((testCase) => {
    const times = (seen.get(testCase.name) ?? 0) + 1;
    seen.set(testCase.name, times);
    return times === 1 ? testCase : { ...testCase, name: `${testCase.name} (${times})` };
  });
}
