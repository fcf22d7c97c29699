import { errorEntry, type SgidErrorCode, type SgidStep } from '../errors/codes.ts';
import type { TraceRecord, TraceVerdict } from './trace.ts';

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

export interface TraceFailure {
  readonly code: SgidErrorCode;
  readonly step: SgidStep;
  readonly oauthError?: string | undefined;
}

/**
 * What each step looks at, in groups that follow one another. Within a group the order is not told, so that after a
 * failure its other checks count as not reached. A question mark stands behind what is looked at only where it is
 * present: to have passed it means nothing, so that it is told when it failed alone.
 */
const CHECKS: Readonly<Partial<Record<TraceStep, readonly (readonly string[])[]>>> = {
  callback: [['parameters'], ['issuer?'], ['state'], ['grant']],
  token: [['response']],
  jwks: [['response']],
  'id-token': [
    ['algorithm'],
    ['signature'],
    ['issuer', 'audience', 'expiry', 'issued-at', 'nonce', 'subject', 'access-token-hash?'],
  ],
  userinfo: [['response'], ['subject?', 'payload-key?', 'form?']],
  decrypt: [['payload-key'], ['fields']],
};

/** The check that an error is about. */
export function checkOf(code: SgidErrorCode): string {
  return errorEntry(code).check ?? 'outcome';
}

/** The verdicts of a step that was passed. */
export function passesOf(step: TraceStep): readonly TraceVerdict[] {
  return (CHECKS[step] ?? []).flat().filter(isAlwaysMade).map(pass);
}

/** The verdicts of a step that failed: what came before is passed, what would have come after was not reached. */
export function failureOf(step: TraceStep, code: SgidErrorCode, detail?: string): readonly TraceVerdict[] {
  const groups = CHECKS[step] ?? [];
  const failed = checkOf(code);
  // What is in no group, such as a broken form, can be noticed before everything else.
  const at = groups.findIndex((group) => group.some((check) => nameOf(check) === failed));
  const isOther = (check: string): boolean => isAlwaysMade(check) && check !== failed;
  const before = groups.slice(0, Math.max(at, 0)).flat().filter(isOther);
  const after = groups.slice(Math.max(at, 0)).flat().filter(isOther);
  const failure = { check: failed, verdict: 'fail', code, detail } as const;
  return [...before.map(pass), failure, ...after.map((check) => ({ check, verdict: 'skip' }) as const)];
}

function pass(check: string): TraceVerdict {
  return { check, verdict: 'pass' };
}

function isAlwaysMade(check: string): boolean {
  return !check.endsWith('?');
}

function nameOf(check: string): string {
  return check.replace('?', '');
}

/** The errors that the specifications name: RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1. */
const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  'access_denied',
  'insufficient_scope',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
]);

/** The provider's error code, where the specifications name it; another may hold whatever it likes. */
export function oauthErrorOf(error: string | undefined): string | undefined {
  return error !== undefined && OAUTH_ERRORS.has(error) ? error : undefined;
}

/** What is known when a command has ended. Times are in milliseconds since it started. */
export interface EndOfTrace {
  readonly endMs: number;
  readonly failure: TraceFailure | undefined;
  /** The command judges each answer as a login does. `sgid check` expects refusals, and judges them by itself. */
  readonly judges: boolean;
  readonly codeExchangedMs: number;
  readonly dataFetchedMs: number;
  /** How many were decrypted. */
  readonly claims: number;
}

/**
 * Adds what nobody tells while it happens: the work between the exchanges, and what was found about each step. A
 * step whose successor began was passed; the one that the error names was not.
 */
export function completeRecords(records: readonly TraceRecord[], end: EndOfTrace): readonly TraceRecord[] {
  const failed = end.failure && failedStepOf(end.failure);
  const judged = records.map((record, index) => {
    const isRepeated = records
      .slice(index + 1)
      .some(({ step, kind }) => step === record.step && kind === 'http');
    return end.judges && record.verdicts.length === 0
      ? { ...record, verdicts: judge(record, isRepeated) }
      : record;
  });
  const verification = verificationOf(judged, failed, end);
  const decryption = decryptionOf(judged, failed, end);
  const compared = verification === undefined ? judged : judged.map(addSubject);
  const all = [...compared, ...(verification ?? []), ...(decryption ?? [])];
  return attachFailure(all, failed, end).toSorted((a, b) => a.startMs - b.startMs);
}

/** The step whose record tells of a failure; `undefined` for what is no step, such as a full disk or Ctrl-C. */
function failedStepOf({ code, step }: TraceFailure): TraceStep | undefined {
  switch (step) {
    case 'id-token':
      return code.startsWith('ERR_ID_TOKEN_') ? 'id-token' : 'jwks';
    case 'listen':
    case 'authorize':
    case 'callback':
    case 'token':
    case 'userinfo':
    case 'decrypt':
      return step;
    default:
      return undefined;
  }
}

function judge({ step, kind, by, status }: TraceRecord, isRepeated: boolean): readonly TraceVerdict[] {
  if (kind !== 'http' || by === 'browser' || !isJudged(step)) return [];
  if (isSuccess(status)) return passesOf(step);
  return isRepeated
    ? [{ check: 'response', verdict: 'warn', detail: 'asked again' }]
    : [{ check: 'response', verdict: 'skip' }];
}

function isJudged(step: string): step is 'token' | 'jwks' | 'userinfo' {
  return step === 'token' || step === 'jwks' || step === 'userinfo';
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/** The verification of the ID token: after tokens and keys came, until userinfo was asked or the exchange was over. */
function verificationOf(
  records: readonly TraceRecord[],
  failed: TraceStep | undefined,
  { failure, codeExchangedMs }: EndOfTrace,
): readonly TraceRecord[] | undefined {
  const userinfo = records.find(({ step }) => step === 'userinfo');
  const isPassed = failure === undefined || userinfo !== undefined || PAST_PROTOCOL.has(failure.step);
  if (!(isPassed || failed === 'id-token') || !has(records, 'token') || !has(records, 'jwks'))
    return undefined;
  const startMs = Math.max(endOf(records, 'token'), endOf(records, 'jwks'));
  return [local('id-token', startMs, userinfo?.startMs ?? codeExchangedMs, passesOf('id-token'))];
}

/** What fails after the last step of the protocol. */
const PAST_PROTOCOL: ReadonlySet<string> = new Set(['output', 'check']);

function decryptionOf(
  records: readonly TraceRecord[],
  failed: TraceStep | undefined,
  { dataFetchedMs, claims }: EndOfTrace,
): readonly TraceRecord[] | undefined {
  if (claims === 0 && failed !== 'decrypt') return undefined;
  const verdicts = passesOf('decrypt').map((verdict) =>
    verdict.check === 'fields' ? { ...verdict, detail: `${claims} decrypted` } : verdict,
  );
  return [local('decrypt', endOf(records, 'userinfo'), dataFetchedMs, verdicts)];
}

/** Where an ID token was verified, the subject of userinfo was held against its own. */
function addSubject(record: TraceRecord): TraceRecord {
  const { step, kind, status, verdicts } = record;
  if (step !== 'userinfo' || kind !== 'http' || !isSuccess(status)) return record;
  return { ...record, verdicts: [...verdicts, { check: 'subject', verdict: 'pass' }] };
}

/** Puts the failure into the last record of its step, or into one of its own. */
function attachFailure(
  records: readonly TraceRecord[],
  failed: TraceStep | undefined,
  { endMs, failure }: EndOfTrace,
): readonly TraceRecord[] {
  if (failure === undefined || failed === undefined) return records;
  const verdicts = failureOf(failed, failure.code, failure.oauthError);
  const at = records.findLastIndex(({ step }) => step === failed);
  const record = records[at];
  if (record === undefined) return [...records, local(failed, endMs, endMs, verdicts)];
  return records.with(at, { ...record, verdicts });
}

function has(records: readonly TraceRecord[], wanted: TraceStep): boolean {
  return records.some(({ step, status }) => step === wanted && isSuccess(status));
}

/** When the last exchange of a step was over. */
function endOf(records: readonly TraceRecord[], wanted: TraceStep): number {
  const ends = records
    .filter(({ step, kind }) => step === wanted && kind === 'http')
    .map(({ startMs, durationMs }) => startMs + durationMs);
  return Math.max(0, ...ends);
}

function local(
  step: TraceStep,
  startMs: number,
  endMs: number,
  verdicts: readonly TraceVerdict[],
): TraceRecord {
  return { step, kind: 'local', startMs, durationMs: Math.max(0, endMs - startMs), verdicts };
}
