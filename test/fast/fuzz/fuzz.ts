import { basename } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { type Canaries, findCanaries } from '../../helpers/canaries.ts';
import { wordsOf } from '../../helpers/error-of.ts';
import { UNPRINTABLE } from '../trace/sample-trace.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What `npm run fuzz` prints of a property. */
    fuzz?: { readonly cases: number; readonly seed: number; readonly outcomes: string };
  }
}

/** The seed of the suite, which looks at the same cases each time. */
const KEPT_SEED = 20_261_201;

/** Of `npm run fuzz`, see scripts/fuzz.mjs. */
interface FuzzRun {
  readonly only?: string;
  readonly seed: number;
  readonly path?: string;
  readonly runs?: number;
}

function readRun(): FuzzRun | undefined {
  const { SGID_FUZZ: text } = process.env;
  return text === undefined ? undefined : JSON.parse(text);
}

let outcomes = new Map<string, number>();

/** Counts how the case at hand ended, so that `npm run fuzz` can print how many come how far. */
export function note(outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

/** For example `ok 61 %, ERR_RESPONSE_INVALID 24 %`. */
function describeOutcomes(): string {
  const counts = [...outcomes].sort(([, one], [, other]) => other - one);
  const sum = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.map(([outcome, count]) => `${outcome} ${Math.round((100 * count) / sum)} %`).join(', ');
}

/** What a reader gives, or the error that it refuses with: one of these codes, safe to print, without a secret. */
export function orRefusal<Found>(
  read: () => Found,
  codes: RegExp,
  secrets: Canaries = new Map(),
): Found | SgidError {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    expect(error.code).toMatch(codes);
    expect(error.message.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(findCanaries(wordsOf(error), secrets)).toEqual([]);
    return error;
  }
}

/**
 * A test of a property: of `short` cases in the suite, of `long` ones from a new seed in `npm run fuzz`.
 *
 * @param property Of `fc.property` or `fc.asyncProperty`.
 */
export function fuzz<Values>(
  title: string,
  cases: { readonly short: number; readonly long: number },
  property: fc.IRawProperty<Values>,
): void {
  const run = readRun();
  const { only = '', seed, path, runs = cases.long } = run ?? { seed: KEPT_SEED, runs: cases.short };
  const isChosen = title.includes(only) || basename(expect.getState().testPath ?? '').includes(only);
  test(title, run && { timeout: 0, skip: !isChosen }, async ({ task }) => {
    outcomes = new Map();
    const details = await fc.check(breathing(property), { seed, numRuns: runs, ...(path && { path }) });
    task.meta.fuzz = { cases: details.numRuns, seed, outcomes: describeOutcomes() };
    if (!details.failed) return;
    const report = await fc.asyncDefaultReportMessage(details);
    const place = `--seed ${seed} --path ${details.counterexamplePath} --only ${JSON.stringify(title)}`;
    throw new Error(`${report}\n\nRepeat it: npm run fuzz -- ${place}`, { cause: details.errorInstance });
  });
}

/** Lets the process do something else now and then: vitest gives up a worker that does not answer for a minute. */
function breathing<Values>(property: fc.IRawProperty<Values>): fc.IRawProperty<Values, true> {
  let cases = 0;
  return {
    isAsync: () => true,
    generate: (random, runId) => property.generate(random, runId),
    shrink: (value) => property.shrink(value),
    runBeforeEach: async () => property.runBeforeEach(),
    runAfterEach: async () => property.runAfterEach(),
    async run(value) {
      if (++cases % 100 === 0) await new Promise(setImmediate);
      return property.run(value);
    },
  };
}
