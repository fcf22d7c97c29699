import type { SgidErrorCode } from '../errors/sgid-error.ts';

/** What one look at a token or its encryption found. */
export interface TokenVerdict {
  /** What was looked at; stable and kebab-case, for example `expiry`. */
  readonly check: string;
  /** `skip` when there was nothing to compare with. */
  readonly verdict: 'pass' | 'fail' | 'skip';
  readonly evidence: string;
  /** The error that a login would end with; for `fail` alone. */
  readonly code?: SgidErrorCode;
}

/** A check that is passed. */
export function pass(check: string, evidence: string): TokenVerdict {
  return { check, verdict: 'pass', evidence };
}

/** A check that could not be made. */
export function skip(check: string, evidence: string): TokenVerdict {
  return { check, verdict: 'skip', evidence };
}

/** A check that is failed. */
export function fail(check: string, evidence: string, code: SgidErrorCode): TokenVerdict {
  return { check, verdict: 'fail', evidence, code };
}
