import type { SgidError, SgidErrorCode } from '../errors/sgid-error.ts';
import type { Transport } from '../oidc/http-exchange.ts';
import { toPrintable, visibleText } from '../text/printable.ts';
import type { Loaded, TestedCredentials } from './credentials.ts';

/** `warn` is for what may be right as well as wrong, `skip` for what could not be tried. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'skip';

/** What a check found. */
export interface Finding {
  readonly verdict: Verdict;
  readonly evidence: string;
  /** What to do; of failures and warnings. */
  readonly hint?: string;
  /** Decides the exit code; of failures alone. */
  readonly code?: SgidErrorCode;
  /** Why a check was skipped, where something else is wrong: that has a check of its own. */
  readonly blockedBy?: SgidError | undefined;
}

/** What checks look at and work with. */
export interface CheckContext {
  readonly credentials: TestedCredentials;
  /** Absent with `--offline`. */
  readonly transport: Transport | undefined;
  /** The `key` JWE of an earlier userinfo reply, where one was given. */
  readonly canary: Loaded<string> | undefined;
  readonly signal: AbortSignal;
}

/** What a check that asks the provider works with. */
export interface OnlineContext extends CheckContext {
  readonly transport: Transport;
  /** The provider's origin. */
  readonly hostname: string;
}

export function pass(evidence: string): Finding {
  return { verdict: 'pass', evidence };
}

export function skip(evidence: string): Finding {
  return { verdict: 'skip', evidence };
}

export function warn(evidence: string, hint: string): Finding {
  return { verdict: 'warn', evidence, hint };
}

export function fail(code: SgidErrorCode, evidence: string, hint: string): Finding {
  return { verdict: 'fail', evidence, hint, code };
}

/** The words of the provider, or of the command that gives a secret, are part of the evidence. */
export function failBy({ code, message, hint, causes, reply }: SgidError): Finding {
  const quoted = causes.find((cause) => cause.startsWith(QUOTE))?.slice(QUOTE.length);
  const said = toPrintable(visibleText(reply?.body ?? '') || (quoted ?? ''), LONGEST_QUOTE);
  const advice = hint ?? causes[0] ?? `Run: sgid explain ${code}`;
  return fail(code, said === '' ? message : `${message}; it said: ${said}`, advice);
}

/** So begins the cause that says what a command had to say. */
const QUOTE = 'it said: ';
/** Of the provider's words, in bytes. */
export const LONGEST_QUOTE = 200;

/** Skips a check that cannot be made without these values, at least one of which is not usable. */
export function skipWithout(evidence: string, ...needed: readonly Loaded<unknown>[]): Finding {
  return { ...skip(evidence), blockedBy: needed.find((value) => !value.ok)?.error };
}

/** Whether nothing has the value, rather than something that cannot be used. */
export function isMissing(value: Loaded<unknown>): boolean {
  return !value.ok && value.error.code === 'ERR_MISSING_CREDENTIALS';
}
