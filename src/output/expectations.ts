import { SgidError, usageError } from '../errors/sgid-error.ts';
import { fail, pass, type Verdict } from '../oidc/verdict.ts';
import { OPENID_SCOPE, SCOPE_NAMES } from '../sgid/scopes.ts';
import { matchInTime } from '../system/pattern.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';

export interface Expectation {
  /** Without the value or pattern that was given. */
  readonly name: string;
  /** A scope name, or `sub`. */
  readonly claim: string;
  /** What its value must be; absent when being there is enough. */
  readonly words?: string;
  passes(value: string): boolean;
}

/**
 * Parses `<claim>`, `<claim>=<value>` or `<claim>~<regex>`.
 *
 * @throws SgidError `ERR_USAGE` when it names no claim, or the regular expression is none or too long.
 */
export function parseExpectation(text: string): Expectation {
  const [, claim, operator, operand = ''] = text.match(/^([^=~]+)(?:([=~])([\s\S]*))?$/) ?? [];
  if (claim === undefined)
    throw expectationError('--expect takes <claim>, <claim>=<value> or <claim>~<regex>');
  if (operator === undefined) return { name: claim, claim, passes: () => true };
  if (operator === '=') {
    const passes = (value: string): boolean => value === operand;
    return { claim, name: `${claim} = (value)`, words: 'to be the value given', passes };
  }
  const pattern = parsePattern(operand, claim);
  const passes = (value: string): boolean => matches(pattern, value, claim);
  return { claim, name: `${claim} ~ (pattern)`, words: 'to match the pattern given', passes };
}

/** A verdict says why an expectation failed, without the claim's value. */
export function checkExpectations(
  expectations: readonly Expectation[],
  claims: ReadonlyMap<string, string>,
): readonly Verdict[] {
  return expectations.map(({ name, claim, words, passes }, index) => {
    const value = claims.get(claim);
    if (value !== undefined && passes(value)) return pass(name);
    const isOne = expectations.filter((other) => other.claim === claim).length === 1;
    const which = isOne ? '' : ` (--expect no. ${index + 1})`;
    const detail =
      value === undefined
        ? `expected the claim ${toPrintable(claim)}, which is absent`
        : `expected ${toPrintable(claim)} ${words}${which}`;
    return fail(new SgidError('ERR_EXPECTATION', detail), detail, name);
  });
}

/** @throws SgidError `ERR_EXPECTATION` that names every claim that failed, without its value. */
export function requireMet(
  expectations: readonly Expectation[],
  verdicts: readonly Verdict[],
  claims: ReadonlyMap<string, string>,
): void {
  const failures = verdicts.flatMap(({ detail }) => detail ?? []);
  if (failures.length === 0) return;
  const wanted = expectations.map(({ claim }) => claim);
  throw new SgidError('ERR_EXPECTATION', failures.join('; '), { hint: adviseOnAbsent(wanted, claims) });
}

const MOST_NAMES = 100;

/** A hint with the names of the claims, which come from the provider, and what may have been meant. */
export function adviseOnAbsent(wanted: readonly string[], claims: ReadonlyMap<string, string>): string {
  // A provider may give any number of them.
  const names = [...claims.keys()].slice(0, MOST_NAMES);
  const known = [...names, ...SCOPE_NAMES.filter((name) => name !== OPENID_SCOPE)];
  const absent = wanted.filter((name) => !claims.has(name));
  const likely = [...new Set(absent.flatMap((name) => nearestName(name, known) ?? []))];
  const meant = likely.filter((name) => claims.has(name));
  const unasked = likely.filter((name) => !claims.has(name));
  const advice = [
    ...(unasked.length > 0 ? [`Log in with the scope ${unasked.join(', ')}, if it was left out.`] : []),
    ...(meant.length > 0 ? [`Did you mean ${meant.join(', ')}?`] : []),
  ];
  return toPrintable([...advice, `Claims received: ${names.join(', ')}.`].join(' '));
}

/** In UTF-16 units. V8 aborts when it compiles one that nests some thousand deep. */
const LONGEST_PATTERN = 1_000;

function parsePattern(source: string, claim: string): RegExp {
  if (source.length > LONGEST_PATTERN)
    throw expectationError(`--expect ${claim}~... is longer than 1,000 characters`);
  try {
    return new RegExp(source, 'u');
  } catch {
    throw expectationError(`--expect ${claim}~... is not a regular expression`);
  }
}

function matches(pattern: RegExp, value: string, claim: string): boolean {
  const isMatch = matchInTime(pattern, value, 1_000);
  if (isMatch !== undefined) return isMatch;
  const message = `expected ${claim} to match the pattern given, which took too long`;
  const hint = 'Write the pattern without nested repetition, such as (a+)+.';
  throw new SgidError('ERR_EXPECTATION', message, { hint });
}

function expectationError(message: string): SgidError {
  return usageError(message, "For example: --expect 'myinfo.name~^TAN '");
}
