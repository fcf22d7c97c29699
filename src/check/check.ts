import type { SgidError, SgidErrorCode } from '../protocol/errors.ts';

/** What a check found: `warn` is for what may be right as well as wrong, `skip` for what could not be tried. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'skip';

/** What a check says. */
export type CheckFinding =
  | { readonly verdict: 'pass'; readonly evidence: string }
  | {
      readonly verdict: 'skip';
      readonly evidence: string;
      /** Why it could not be tried, where something else is wrong: that has a check of its own. */
      readonly blockedBy?: SgidError | undefined;
    }
  | { readonly verdict: 'warn'; readonly evidence: string; readonly hint: string }
  | {
      readonly verdict: 'fail';
      readonly evidence: string;
      readonly hint: string;
      /** Decides the exit code. */
      readonly code: SgidErrorCode;
    };

/** The ids of the checks, stable across releases, in the order in which they run. */
export const CHECK_IDS = [
  'credentials',
  'provider',
  'private-key',
  'public-key',
  'redirect-uri',
  'callback-port',
  'scopes',
  'canary',
  'discovery',
  'jwks',
  'clock',
  'redirect-uri-registered',
  'client-secret',
] as const;

/** One of {@link CHECK_IDS}. */
export type CheckId = (typeof CHECK_IDS)[number];

/** The checks that ask the provider. */
export const ONLINE_CHECK_IDS: readonly CheckId[] = CHECK_IDS.slice(CHECK_IDS.indexOf('discovery'));

/** The finding of one check. Its texts are single lines, safe to print, and hold no secret. */
export interface CheckResult {
  readonly id: CheckId;
  readonly verdict: Verdict;
  readonly evidence: string;
  /** What to do; of failures and warnings. */
  readonly hint?: string;
  /** Decides the exit code; of failures alone. */
  readonly code?: SgidErrorCode;
  readonly durationMs: number;
}

/** What a run of checks found. */
export interface CheckReport {
  /** Nothing failed. */
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

/** Puts results together. */
export function reportOf(checks: readonly CheckResult[]): CheckReport {
  return { ok: checks.every(({ verdict }) => verdict !== 'fail'), checks };
}

/** The code of the first failure: it decides how the program ends. */
export function firstFailure({ checks }: CheckReport): SgidErrorCode | undefined {
  return checks.find(({ verdict }) => verdict === 'fail')?.code;
}

/** How many checks came to each verdict. */
export function countVerdicts({ checks }: CheckReport): Readonly<Record<Verdict, number>> {
  const counts = { pass: 0, fail: 0, warn: 0, skip: 0 };
  for (const { verdict } of checks) counts[verdict] += 1;
  return counts;
}
