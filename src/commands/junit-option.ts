import type { SgidError } from '../errors/sgid-error.ts';
import { type ExpectationOutcome, readExpectation } from '../output/expectations.ts';
import { type JunitCase, renderJunit } from '../output/junit.ts';
import { renderError, toSgidError } from '../output/render-error.ts';
import { openResultOutput } from '../output/result-output.ts';
import { createRedactor } from '../text/redact.ts';
import type { CommandContext } from './context.ts';

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
  await runWithJunit(flags, context, run);
}

/**
 * Runs a login and writes how it and each `--expect` came out, however it ends. The file is opened first, so that
 * nothing is spent for a folder that is not there.
 *
 * @throws SgidError `ERR_USAGE`, `ERR_OUTPUT`; else whatever `run` rejects with.
 */
export async function runWithJunit(
  { junit, expect = [] }: JunitFlags,
  context: CommandContext,
  run: RunWithExpectations,
): Promise<void> {
  const { platform, diagnostics } = context;
  const names = expect.map((text) => readExpectation(text).name);
  const output = await openResultOutput(junit, platform);
  const redactor = createRedactor();
  const hide = (secrets: Iterable<string>): void => {
    const values = [...secrets];
    diagnostics.hide(values);
    redactor.hide(values);
  };
  const started = platform.clock.now();
  let outcomes: readonly ExpectationOutcome[] | undefined;
  const write = async (failure?: SgidError): Promise<void> => {
    const seconds = (platform.clock.now() - started) / 1000;
    const cases = [loginCase(seconds, failure), ...(outcomes?.map(judgedCase) ?? names.map(untriedCase))];
    await output.commit(renderJunit('sgid login', withDistinctNames(cases)));
  };

  function loginCase(seconds: number, failure: SgidError | undefined): JunitCase {
    const name = 'login';
    if (failure === undefined || failure.code === 'ERR_EXPECTATION') return { name, seconds };
    const text = redactor.redact(renderError(failure, (_emphasis, words) => words).join('\n'));
    return {
      name,
      seconds,
      failure: { type: failure.code, message: redactor.redact(failure.message), text },
    };
  }

  try {
    try {
      await run({ ...context, diagnostics: { ...diagnostics, hide } }, (judged) => {
        outcomes = judged;
      });
    } catch (error) {
      await write(toSgidError(error)).catch((unwritten: unknown) =>
        diagnostics.warn(toSgidError(unwritten).message),
      );
      throw error;
    }
    await write();
  } finally {
    await output.discard();
  }
}

function judgedCase({ name, failure }: ExpectationOutcome): JunitCase {
  const base = { name: `expect ${name}`, seconds: 0 };
  return failure === undefined
    ? base
    : { ...base, failure: { type: 'ERR_EXPECTATION', message: failure, text: failure } };
}

function untriedCase(name: string): JunitCase {
  return { name: `expect ${name}`, seconds: 0, skipped: 'the login failed' };
}

/** Readers of such reports take cases of one name for one case. */
function withDistinctNames(cases: readonly JunitCase[]): readonly JunitCase[] {
  const seen = new Map<string, number>();
  return cases.map((testCase) => {
    const times = (seen.get(testCase.name) ?? 0) + 1;
    seen.set(testCase.name, times);
    return times === 1 ? testCase : { ...testCase, name: `${testCase.name} (${times})` };
  });
}
