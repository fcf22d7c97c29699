import type { SgidErrorCode, SgidStep } from '../errors/sgid-error.ts';

/** The version of the format that is written, and the newest that is read. */
export const TRACE_VERSION = 1;

/** What a record is about: a step of a login, a document of the provider, or a check of `sgid check`. */
export type TraceStep =
  | 'listen'
  | 'authorize'
  | 'callback'
  | 'token'
  | 'jwks'
  | 'id-token'
  | 'userinfo'
  | 'decrypt'
  | 'discovery'
  | 'check'
  | 'other';

/** `http` is an exchange, `local` is work on this machine, `wait` is for a person. */
export type RecordKind = 'http' | 'local' | 'wait';

/** What was looked at in a step, and what was found. Holds nothing of what the provider or the person said. */
export interface TraceVerdict {
  /** Stable and kebab-case, for example `nonce`. */
  readonly check: string;
  /** `skip` is for what was not reached, `warn` for what did not end the command. */
  readonly verdict: 'pass' | 'fail' | 'warn' | 'skip';
  /** The error that it came to. */
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

/** One step of a command. Times are in milliseconds since the command started, by a monotonic clock. */
export interface TraceRecord {
  readonly step: string;
  readonly kind: RecordKind;
  /** Who did it, when it was not this program. */
  readonly by?: 'browser' | undefined;
  readonly startMs: number;
  readonly durationMs: number;
  readonly method?: string | undefined;
  /** With the names of its parameters; values that are or may be secret are replaced. */
  readonly url?: string | undefined;
  /** The HTTP status, when an answer came. */
  readonly status?: number | undefined;
  /** Of the body. */
  readonly requestBytes?: number | undefined;
  /** Of the body. */
  readonly responseBytes?: number | undefined;
  /** Node's error code, when none came. */
  readonly failure?: string | undefined;
  readonly verdicts: readonly TraceVerdict[];
}

/** How a command ended. */
export type TraceOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly step: string };

/** What a command did, step by step, without any secret or claim value: safe to show to others. */
export interface Trace {
  readonly version: typeof TRACE_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** For example `login`. */
  readonly command: string;
  readonly outcome: TraceOutcome;
  /** In the order in which they began. */
  readonly records: readonly TraceRecord[];
  /** How many more there were than are kept. */
  readonly droppedRecords?: number | undefined;
}

/** How a command ended, as the program itself knows it. */
export interface TraceFailure {
  readonly code: SgidErrorCode;
  readonly step: SgidStep;
  /** The OAuth error that the provider named, see {@link oauthErrorOf}. */
  readonly oauthError?: string | undefined;
}
