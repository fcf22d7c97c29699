import type { SgidError, SgidErrorCode } from '../errors/sgid-error.ts';
import type { Journal } from '../oidc/journal.ts';
import type { Transport } from '../oidc/transport.ts';
import type { Environment } from '../system/environment.ts';
import { toPrintable } from '../text/printable.ts';
import { visibleText } from '../text/visible-text.ts';
import type { Loaded, TestedCredentials } from './credentials.ts';

export type Finding = {
  readonly evidence: string;
  /** What to do; of failures and warnings. */
  readonly hint?: string;
  /** Why a check was skipped, where something else is wrong: that has a check of its own. */
  readonly blockedBy?: SgidError | undefined;
  /** How the provider refuses the scopes, which have a check of their own. */
  readonly scopeRefusal?: string;
} & (
  | /** `warn` is for what may be wrong, `skip` for what could not be checked. */ {
      readonly verdict: 'pass' | 'warn' | 'skip';
      readonly code?: undefined;
    }
  | /** The code decides the exit code. */ { readonly verdict: 'fail'; readonly code: SgidErrorCode }
);

export interface CheckContext {
  readonly credentials: TestedCredentials;
  /** Absent with `--offline`. */
  readonly transport: Transport | undefined;
  /** The `key` JWE of an earlier userinfo reply, where one was given. */
  readonly canary: Loaded<string> | undefined;
  readonly journal?: Journal;
  readonly signal: AbortSignal;
  readonly env: Environment;
}

export interface OnlineContext extends CheckContext {
  readonly transport: Transport;
  readonly hostname: string;
}

export const pass = (evidence: string): Finding => ({ verdict: 'pass', evidence });
export const skip = (evidence: string): Finding => ({ verdict: 'skip', evidence });
export const warn = (evidence: string, hint: string): Finding => ({ verdict: 'warn', evidence, hint });
export const fail = (code: SgidErrorCode, evidence: string, hint: string): Finding => ({
  verdict: 'fail',
  evidence,
  hint,
  code,
});

/** The evidence quotes the provider, or the command or keyring that failed to give a secret. */
export function failBy({ code, message, hint, causes, reply }: SgidError): Finding {
  const words =
    code === 'ERR_SECRET_SOURCE' && causes[0] !== undefined
      ? `; ${toPrintable(causes[0], 200)}`
      : quote(visibleText(reply?.body ?? ''));
  return fail(code, message + words, hint ?? causes[0] ?? `Run: sgid explain ${code}`);
}

/** What to append to the evidence; empty without words. */
export function quote(words: string): string {
  const said = toPrintable(words, 400);
  return said === '' ? '' : `; it said: ${said}`;
}

/** Skips a check that cannot be made without these values, at least one of which is not usable. */
export function skipWithout(evidence: string, ...needed: readonly Loaded<unknown>[]): Finding {
  const blockedBy = needed.find((value) => !value.ok)?.error;
  const why = blockedBy && blockedBy.code !== 'ERR_MISSING_CREDENTIALS' ? `: ${blockedBy.message}` : '';
  return { ...skip(`${evidence}${why}`), blockedBy };
}

/** Whether the value is missing, rather than unusable. */
export function isMissing(value: Loaded<unknown>): boolean {
  return !value.ok && value.error.code === 'ERR_MISSING_CREDENTIALS';
}
