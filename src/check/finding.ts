import type { SgidError, SgidErrorCode } from '../protocol/errors.ts';
import type { CheckFinding } from './check.ts';

/** What is as it should be. */
export function pass(evidence: string): CheckFinding {
  return { verdict: 'pass', evidence };
}

/** What could not be tried, and why. */
export function skip(evidence: string): CheckFinding {
  return { verdict: 'skip', evidence };
}

/** What may be right as well as wrong. */
export function warn(evidence: string, hint: string): CheckFinding {
  return { verdict: 'warn', evidence, hint };
}

/** What is wrong. */
export function fail(code: SgidErrorCode, evidence: string, hint: string): CheckFinding {
  return { verdict: 'fail', code, evidence, hint };
}

/** An error as a finding: the provider's own words are part of the evidence. */
export function failBy({ code, message, hint, causes, reply }: SgidError): CheckFinding {
  const words = reply?.body ? `; it said: ${reply.body}` : '';
  const advice = hint ?? causes[0] ?? `Run: sgid explain ${code}`;
  return fail(code, `${message}${words}`, advice);
}
