import type { SgidError, SgidErrorCode } from '../errors/sgid-error.ts';

export interface Verdict {
  /** What was looked at; stable and kebab-case, for example `expiry`. */
  readonly check: string;
  /** `warn` ends nothing; `skip` is for what could not be looked at. */
  readonly verdict: 'pass' | 'fail' | 'warn' | 'skip';
  /** For the person alone: may quote the provider. */
  readonly detail?: string;
  /** The error that it comes to. */
  readonly code?: SgidErrorCode;
  /** What a login ends with when this failed. */
  readonly error?: SgidError;
}

export function pass(check: string, detail?: string): Verdict {
  return { check, verdict: 'pass', ...(detail === undefined ? {} : { detail }) };
}

export function skip(check: string, detail: string): Verdict {
  return { check, verdict: 'skip', detail };
}

export function fail(check: string, error: SgidError, detail?: string): Verdict {
  return { check, verdict: 'fail', ...(detail === undefined ? {} : { detail }), code: error.code, error };
}

/** What a login ends with: the error of the first check that failed. */
export function findFailure(verdicts: readonly Verdict[]): SgidError | undefined {
  return verdicts.find(({ verdict }) => verdict === 'fail')?.error;
}

/** @throws SgidError of the first check that failed. */
export function requirePass(verdicts: readonly Verdict[]): void {
  const failure = findFailure(verdicts);
  if (failure !== undefined) throw failure;
}
