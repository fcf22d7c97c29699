import { SgidError, usageError } from '../errors/sgid-error.ts';
import { errorCode } from '../system/node-error.ts';
import { toPrintable } from '../text/printable.ts';

/** One `--expect`: a claim that must be there, and what its value must be. */
export interface Expectation {
  /** What to call it, without the value or pattern that was given. */
  readonly name: string;
  /** A scope name, or `sub`. */
  readonly claim: string;
  /** Judges the value as text; absent when being there is enough. */
  readonly test?: { readonly words: string; passes(value: string): boolean };
}

/**
 * Reads `<claim>`, `<claim>=<value>` or `<claim>~<regex>`.
 *
 * @throws SgidError `ERR_USAGE` when it names no claim or the regular expression is none.
 */
export function readExpectation(text: string): Expectation {
  const [, claim, operator, operand = ''] = text.match(/^([^=~]+)(?:([=~])([\s\S]*))?$/) ?? [];
  if (claim === undefined)
    throw expectationError('--expect takes <claim>, <claim>=<value> or <claim>~<regex>');
  if (operator === undefined) return { name: claim, claim };
  if (operator === '=') {
    const test = { words: 'to be the value given', passes: (value: string) => value === operand };
    return { name: `${claim} = (value)`, claim, test };
  }
  const pattern = readPattern(operand, claim);
  const test = {
    words: 'to match the pattern given',
    passes: (value: string) => matchInTime(pattern, value, claim),
  };
  return { name: `${claim} ~ (pattern)`, claim, test };
}

/** What came of an expectation. */
export interface ExpectationOutcome {
  readonly name: string;
  /** Why it failed, without the claim's value; absent when it holds. */
  readonly failure?: string;
}

/**
 * Compares the claims with each expectation.
 *
 * @param claims Claim name and value as text.
 */
export function judgeExpectations(
  expectations: readonly Expectation[],
  claims: ReadonlyMap<string, string>,
): readonly ExpectationOutcome[] {
  return expectations.map(({ name, claim, test }) => {
    const value = claims.get(claim);
    if (value === undefined) return { name, failure: `expected the claim ${claim}, which is absent` };
    return test === undefined || test.passes(value)
      ? { name }
      : { name, failure: `expected ${claim} ${test.words}` };
  });
}

/**
 * Compares the claims with all expectations.
 *
 * @param claims Claim name and value as text.
 * @param onJudged Hears of every outcome first.
 * @throws SgidError `ERR_EXPECTATION` that names every claim that failed, without its value.
 */
export function checkExpectations(
  expectations: readonly Expectation[],
  claims: ReadonlyMap<string, string>,
  onJudged?: (outcomes: readonly ExpectationOutcome[]) => void,
): void {
  const outcomes = judgeExpectations(expectations, claims);
  onJudged?.(outcomes);
  const failures = outcomes.flatMap(({ failure }) => failure ?? []);
  if (failures.length === 0) return;
  throw new SgidError('ERR_EXPECTATION', failures.join('; '), {
    step: 'output',
    hint: listNames(claims),
  });
}

/** A hint with the names of the claims, which come from the provider. */
export function listNames(claims: ReadonlyMap<string, string>): string {
  return `The claims that came are: ${toPrintable([...claims.keys()].join(', '))}.`;
}

function readPattern(source: string, claim: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    throw expectationError(`--expect ${claim}~... is not a regular expression`);
  }
}

/**
 * Matches a value for so long and no longer: backtracking may take years, and hears no signal.
 *
 * @throws SgidError `ERR_EXPECTATION`
 */
function matchInTime(pattern: RegExp, value: string, claim: string): boolean {
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  try {
    return runInNewContext('pattern.test(value)', { pattern, value }, { timeout: LONGEST_MATCH_MS }) === true;
  } catch (error) {
    if (errorCode(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new SgidError(
      'ERR_EXPECTATION',
      `expected ${claim} to match the pattern given, which took too long`,
      {
        step: 'output',
        hint: 'Write the pattern without a repetition in a repetition, such as (a+)+.',
      },
    );
  }
}

/** In milliseconds. */
const LONGEST_MATCH_MS = 1_000;

function expectationError(message: string): SgidError {
  return usageError(message, "For example: --expect 'myinfo.name~^TAN '");
}
