import type { SgidError, SgidErrorCode } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import type { CheckFinding } from './check.ts';
import { visibleText } from './visible-text.ts';

/** What is as it should be. */
export function pass(evidence: string): CheckFinding {
  return { verdict: 'pass', evidence };
}

/**
 * What could not be tried, and why.
 *
 * @param blockedBy What is wrong with something else, where that is why.
 */
export function skip(evidence: string, blockedBy?: SgidError): CheckFinding {
  return { verdict: 'skip', evidence, blockedBy };
}

/** What may be right as well as wrong. */
export function warn(evidence: string, hint: string): CheckFinding {
  return { verdict: 'warn', evidence, hint };
}

/** What is wrong. */
export function fail(code: SgidErrorCode, evidence: string, hint: string): CheckFinding {
  return { verdict: 'fail', code, evidence, hint };
}

/** The provider had no time for what was asked. */
export function unavailable(evidence: string): CheckFinding {
  return fail('ERR_PROVIDER_UNAVAILABLE', evidence, 'Try again in a moment; if it stays, ask the provider.');
}

/** An error as a finding: the words of the provider, or of the command that gives a secret, are part of the evidence. */
export function failBy({ code, message, hint, causes, reply }: SgidError): CheckFinding {
  const quoted = causes.find((cause) => cause.startsWith(QUOTE))?.slice(QUOTE.length);
  const said = toPrintable(visibleText(reply?.body ?? '') || (quoted ?? ''), LONGEST_QUOTE);
  const advice = hint ?? causes[0] ?? `Run: sgid explain ${code}`;
  return fail(code, said === '' ? message : `${message}; it said: ${said}`, advice);
}

/** So begins the cause that says what a command had to say. */
const QUOTE = 'it said: ';

/** In bytes. */
const LONGEST_QUOTE = 200;
