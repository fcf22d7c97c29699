import type { SgidErrorCode } from '../errors/sgid-error.ts';
import type { HttpExchange } from '../system/http-client.ts';
import { createRedactor, REDACTED } from '../text/redact.ts';
import type { Trace, TraceRecord, TraceVerdict } from './trace.ts';
import { checkOf, completeRecords, passesOf, type TraceFailure, type TraceStep } from './verdicts.ts';

/**
 * Takes note of what a command does. All of it is redacted only when the command ends, because a value may turn out to be
 * a secret after it was recorded.
 */
export interface TraceRecorder {
  /** Takes these values out of the trace. */
  hide(secrets: Iterable<string>): void;
  /** An HTTP exchange ended. */
  exchange(exchange: HttpExchange): void;
  /** The URL for the person's browser was made. */
  authorizationUrl(url: string): void;
  /** The browser could not be opened on it. */
  browserFailed(): void;
  /** The wait for the callback began. */
  waiting(): void;
  /** Something came that is not the callback. */
  stray(code: SgidErrorCode): void;
  /** The callback is here and genuine. */
  callbackReceived(): void;
  /** The code was exchanged and the ID token judged, whatever came of it. */
  codeExchanged(): void;
  /** The person's data was asked for, whatever came of it; so many claims were decrypted. */
  dataFetched(claims: number): void;
  /** What the checks of `sgid check` found, which ran all at once and ended just now. */
  checked(results: readonly CheckedResult[]): void;
  /** Ends the trace. */
  finish(failure?: TraceFailure): Trace;
}

/** What one check of `sgid check` found. */
export interface CheckedResult {
  readonly id: string;
  readonly verdict: TraceVerdict['verdict'];
  readonly code?: string;
  readonly durationMs: number;
}

/** What a recorder is made for. */
export interface RecorderOptions {
  /** For example `login`. */
  readonly command: string;
  /** Of this program. */
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/** More strays than this are counted, not kept, because every web page can send them. */
const MOST_STRAYS = 50;

/** What of a login's HTTP a browser does: that of a person is not seen, but the stand-in of a persona's is. */
const BROWSER_STEPS: ReadonlySet<TraceStep> = new Set(['authorize', 'callback']);

/** Starts a trace. */
export function createTraceRecorder(options: RecorderOptions): TraceRecorder {
  const { command, version, startedAt, now = () => performance.now() } = options;
  const started = now();
  const redactor = createRedactor();
  const records: TraceRecord[] = [];
  let strays = 0;
  let redirectUri: string | undefined;
  let waitingSince: number | undefined;
  let codeExchangedMs: number | undefined;
  let data: { readonly claims: number; readonly ms: number } | undefined;

  const elapsed = (): number => now() - started;
  const add = (record: TraceRecord): void => void records.push(record);
  const addMoment = (step: 'authorize' | 'callback', rest: Partial<TraceRecord>): void =>
    add({ step, kind: 'local', startMs: elapsed(), durationMs: 0, verdicts: [], ...rest });
  const endWait = (verdicts: readonly TraceVerdict[]): void => {
    if (waitingSince === undefined) return;
    const durationMs = elapsed() - waitingSince;
    const url = redirectUri === undefined ? undefined : redactUrl(redirectUri);
    add({ step: 'callback', kind: 'wait', startMs: waitingSince, durationMs, url, verdicts });
    waitingSince = undefined;
  };

  return {
    hide: redactor.hide,
    exchange({ method, url, milliseconds, status, failure, requestBytes, responseBytes }) {
      const step = stepOf(url, redirectUri);
      const isBrowser = command === 'login' && BROWSER_STEPS.has(step);
      // A browser's own view of the callback lasts until it has its page, which may be after the end.
      if (isBrowser && step === 'callback') return;
      add({
        step,
        kind: 'http',
        by: isBrowser ? 'browser' : undefined,
        startMs: Math.max(0, elapsed() - milliseconds),
        durationMs: milliseconds,
        method,
        url: redactUrl(url),
        status,
        failure: failure === undefined || /^[\w.-]{1,64}$/.test(failure) ? failure : 'failed',
        requestBytes,
        responseBytes,
        verdicts: [],
      });
    },
    authorizationUrl(url) {
      redirectUri = new URL(url).searchParams.get('redirect_uri') ?? undefined;
      addMoment('authorize', { url: redactUrl(url) });
    },
    browserFailed() {
      const at = records.findIndex(({ step, kind }) => step === 'authorize' && kind === 'local');
      const record = records[at];
      if (record) records[at] = { ...record, verdicts: [{ check: 'browser', verdict: 'warn' }] };
    },
    waiting() {
      waitingSince = elapsed();
    },
    stray(code) {
      strays += 1;
      if (strays > MOST_STRAYS) return;
      addMoment('callback', {
        verdicts: [{ check: checkOf(code), verdict: 'warn', code, detail: 'ignored' }],
      });
    },
    callbackReceived() {
      if (waitingSince === undefined) addMoment('callback', { verdicts: passesOf('callback') });
      endWait(passesOf('callback'));
    },
    codeExchanged() {
      codeExchangedMs = elapsed();
    },
    dataFetched(claims) {
      data = { claims, ms: elapsed() };
    },
    checked(results) {
      const since = elapsed() - Math.max(0, ...results.map(({ durationMs }) => durationMs));
      for (const { id, verdict, code, durationMs } of results) {
        const found = { check: id, verdict, code };
        add({ step: 'check', kind: 'local', startMs: Math.max(0, since), durationMs, verdicts: [found] });
      }
    },
    finish(failure) {
      const endMs = elapsed();
      endWait([]);
      const complete = completeRecords(records, {
        endMs,
        failure,
        judges: command !== 'check',
        codeExchangedMs: codeExchangedMs ?? endMs,
        dataFetchedMs: data?.ms ?? endMs,
        claims: data?.claims ?? 0,
      });
      return {
        version: 1,
        tool: { name: 'sgid', version },
        startedAt: new Date(startedAt).toISOString(),
        durationMs: round(endMs),
        command,
        outcome: failure === undefined ? { ok: true } : { ok: false, code: failure.code, step: failure.step },
        records: complete.map((record) => polish(record, redactor.redact)),
        droppedRecords: strays > MOST_STRAYS ? strays - MOST_STRAYS : undefined,
      };
    },
  };
}

/** No URL is kept longer than this, in characters. */
const LONGEST_URL = 1_000;

/** Redacted before it is cut: half a secret is not recognised any more. */
function polish(record: TraceRecord, redact: (text: string) => string): TraceRecord {
  const { step, kind, by, startMs, durationMs, method, url, ...rest } = record;
  return {
    step,
    kind,
    by,
    startMs: round(startMs),
    durationMs: round(durationMs),
    method,
    url: url === undefined ? undefined : redact(url).slice(0, LONGEST_URL),
    ...rest,
  };
}

/** To tenths of a millisecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/**
 * The parameters whose values a developer needs to see to find a mistake, and which give access to nothing. All
 * others are told by their names alone, whatever they are.
 */
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'code_challenge_method',
  'iss',
]);

/** A URL without the values of its parameters, but for those that are no secret; without user, password and fragment. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return REDACTED;
  const { origin, pathname, searchParams } = new URL(url);
  const pairs = [...searchParams].map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${PLAIN_PARAMETERS.has(name) ? encodeURIComponent(value) : REDACTED}`,
  );
  return `${origin}${pathname}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** How the paths of sgID v2 end. */
const PATHS: readonly (readonly [string, TraceStep])[] = [
  ['/oauth/authorize', 'authorize'],
  ['/oauth/token', 'token'],
  ['/oauth/userinfo', 'userinfo'],
  ['/.well-known/jwks.json', 'jwks'],
  ['/.well-known/openid-configuration', 'discovery'],
];

/** The step that a request belongs to, by its URL. */
export function stepOf(url: string, redirectUri: string | undefined): TraceStep {
  const target = addressOf(url);
  if (redirectUri !== undefined && target !== undefined && target === addressOf(redirectUri))
    return 'callback';
  return PATHS.find(([path]) => target?.endsWith(path))?.[1] ?? 'other';
}

/** A URL without its query and fragment. */
function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
