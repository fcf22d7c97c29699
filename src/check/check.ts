import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import type { Transport } from '../oidc/http-exchange.ts';
import { toPrintable, visibleText } from '../text/printable.ts';
import type { Subject } from './credentials.ts';

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

/** What checks look at and work with. */
export interface CheckContext {
  readonly subject: Subject;
  /** Absent with `--offline`. */
  readonly transport: Transport | undefined;
  readonly probePort: ProbePort;
  /** The `key` JWE of an earlier userinfo reply, where one was given. */
  readonly canary: Reading<string> | undefined;
  readonly signal: AbortSignal;
}

/** Tries whether the callback listener of a redirect URI could start. */
export type ProbePort = (redirectUri: string) => Promise<PortReading>;

/** What came of it. */
export type PortReading =
  | { readonly kind: 'free'; readonly addresses: readonly string[]; readonly port: number }
  | { readonly kind: 'taken'; readonly reason: string; readonly hint: string }
  /** This machine does not listen for such a redirect URI. */
  | { readonly kind: 'elsewhere'; readonly reason: string; readonly hint: string };

/** A value and where it came from, or why there is none that can be used. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly origin: string }
  | { readonly ok: false; readonly error: SgidError };

/**
 * Reads a value.
 *
 * @throws Whatever `read` rejects with that is no fault of the configuration.
 */
export async function toReading<T>(
  read: () => Promise<{ readonly value: T; readonly origin: string }>,
): Promise<Reading<T>> {
  try {
    const { value, origin } = await read();
    return { ok: true, value, origin };
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config') return { ok: false, error };
    throw error;
  }
}

/** Whether nothing has the value, rather than something that cannot be used. */
export function isMissing(reading: Reading<unknown>): boolean {
  return !reading.ok && reading.error.code === 'ERR_MISSING_CREDENTIALS';
}

/** The finding of a check that cannot be made without these values, at least one of which is not usable. */
export function unusable(evidence: string, ...needed: readonly Reading<unknown>[]): CheckFinding {
  return skip(evidence, needed.find((reading) => !reading.ok)?.error);
}
