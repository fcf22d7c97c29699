import { ERRORS, type ErrorEntry, type SgidErrorCode } from '../errors/codes.ts';
import type { SgidError } from '../errors/sgid-error.ts';

interface Finding {
  /** What was looked at; stable and kebab-case, for example `expiry`. */
  readonly check: string;
  readonly detail?: string | undefined;
  /** What a trace keeps: no value, and no word of the provider. */
  readonly summary?: string;
}

/** `warn` ends nothing; `skip` is for what could not be checked. */
export type Verdict =
  | (Finding & { readonly verdict: 'pass' | 'warn' | 'skip'; readonly error?: undefined })
  | (Finding & { readonly verdict: 'fail'; readonly error: SgidError });

export function pass(check: string, detail?: string): Verdict {
  return { check, verdict: 'pass', detail };
}

export function skip(check: string, detail: string): Verdict {
  return { check, verdict: 'skip', detail };
}

/** @param check Default: the check of the error's code. Some codes are shared by two checks. */
export function fail(error: SgidError, detail?: string, check: string = checkOf(error.code)): Verdict {
  return { check, verdict: 'fail', detail, error };
}

export function checkOf(code: SgidErrorCode): string {
  const { check = 'outcome' }: ErrorEntry = ERRORS[code];
  return check;
}

/** Hints of more than one check. */
export const BROKEN = 'The reply breaks the protocol; report it to the provider.';
export const DO_NOT_TRUST = 'Do not trust this login; report it to the provider.';

/** What a login ends with: the error of the first check that failed. */
export function findFailure(verdicts: readonly Verdict[]): SgidError | undefined {
  return verdicts.find(({ verdict }) => verdict === 'fail')?.error;
}
