import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import type { HttpExchange } from '../oidc/journal.ts';
import { checkOf } from '../oidc/verdict.ts';
import { REDACTED } from '../text/redact.ts';
import type { Entry, ExchangeName, Journal, TimedExchange } from './journal.ts';
import type { Trace, TraceRecord, TraceVerdict } from './trace.ts';

/** Writes out what a journal holds: no words of an error, no value, and every URL without its secrets. */
export function toTrace(
  journal: Journal,
  about: Pick<Trace, 'command'> & { readonly version: string; readonly failure: SgidError | undefined },
  redact: (text: string) => string,
): Trace {
  const { command, version, failure } = about;
  const endMs = journal.elapsed();
  const redirectUri = journal.entries.find(({ isWait }) => isWait)?.url;
  const records = [
    ...journal.exchanges.flatMap(([name, exchange]) => looseRecords(name, exchange, redirectUri)),
    ...journal.entries.flatMap((entry) => recordsOf({ endMs, ...entry }, failure)),
    ...journal.unexpected.map(({ atMs, error }) => unexpectedCallback(atMs, error.code)),
  ];
  const dropped = journal.unexpectedCount - journal.unexpected.length;
  return {
    version: 1,
    tool: { name: 'sgid', version },
    startedAt: new Date(journal.startedAt).toISOString(),
    durationMs: round(endMs),
    command,
    outcome: failure === undefined ? { ok: true } : { ok: false, code: failure.code, step: failure.step },
    records: records.toSorted((a, b) => a.startMs - b.startMs).map((record) => polish(record, redact)),
    ...(dropped > 0 && { droppedRecords: dropped }),
  };
}

/** A record for each exchange of a step, or one for the step itself; none where nothing was noted. */
function recordsOf(
  entry: Entry & { readonly endMs: number },
  failure: SgidError | undefined,
): readonly TraceRecord[] {
  const { name, startMs, endMs, url, isWait, exchanges } = entry;
  // Expectations are not a step of a login, and the person wrote their words.
  if (name === 'expect') return [];
  const verdicts = verdictsOf(entry, failure);
  const last = exchanges.at(-1);
  const retried = (exchange: HttpExchange): TraceVerdict => ({
    check: 'response',
    ...(isSuccess(exchange) ? { verdict: 'pass' } : { verdict: 'warn', detail: 'asked again' }),
  });
  if (last !== undefined) {
    return exchanges.map((exchange) =>
      exchangeRecord(name, exchange, exchange === last ? verdicts : [retried(exchange)]),
    );
  }
  if (url === undefined && verdicts.length === 0) return [];
  return [
    { step: name, kind: isWait ? 'wait' : 'local', startMs, durationMs: endMs - startMs, url, verdicts },
  ];
}

function looseRecords(
  name: ExchangeName,
  exchange: TimedExchange,
  redirectUri: string | undefined,
): readonly TraceRecord[] {
  if (name !== 'browser') return [exchangeRecord(name, exchange, [])];
  // The browser has its page only after the login; the wait for the callback shows it.
  if (redirectUri !== undefined && addressOf(exchange.url) === addressOf(redirectUri)) return [];
  return [exchangeRecord('authorize', exchange, [], 'browser')];
}

function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function exchangeRecord(
  step: string,
  exchange: TimedExchange,
  verdicts: readonly TraceVerdict[],
  by?: 'browser',
): TraceRecord {
  const { method, url, milliseconds, endMs, status, failure, requestBytes, responseBytes } = exchange;
  return {
    step,
    kind: 'http',
    by,
    startMs: Math.max(0, endMs - milliseconds),
    durationMs: milliseconds,
    method,
    url,
    status,
    failure: failure === undefined || /^[\w.-]{1,64}$/.test(failure) ? failure : 'failed',
    requestBytes,
    responseBytes,
    verdicts,
  };
}

function unexpectedCallback(startMs: number, code: SgidErrorCode): TraceRecord {
  const verdict: TraceVerdict = { check: checkOf(code), verdict: 'warn', code, detail: 'ignored' };
  return { step: 'callback', kind: 'local', startMs, durationMs: 0, verdicts: [verdict] };
}

/** What a step found, without the details, which may quote the provider. */
function verdictsOf(entry: Entry, failure: SgidError | undefined): readonly TraceVerdict[] {
  const { verdicts, error, exchanges } = entry;
  const found: TraceVerdict[] = verdicts.map(({ check, verdict, error, summary }) => ({
    check,
    verdict,
    code: error?.code,
    detail: summary,
  }));
  if (error instanceof SgidError && error.step !== 'program') {
    // `warn` for what did not end the command, such as keys that were fetched ahead.
    // What ended a login may have been given other words there.
    const verdict = error === failure || error === failure?.cause ? 'fail' : 'warn';
    const detail = oauthErrorOf(error);
    const said = found.findIndex(({ verdict }) => verdict === 'fail');
    const { check } = found[said] ?? { check: checkOf(error.code) };
    found.splice(said === -1 ? found.length : said, 1, { check, verdict, code: error.code, detail });
  }
  const last = exchanges.at(-1);
  if (last === undefined || found.some(({ check }) => check === 'response')) return found;
  return [{ check: 'response', verdict: isSuccess(last) ? 'pass' : 'skip' }, ...found];
}

function isSuccess({ status = 0 }: HttpExchange): boolean {
  return status >= 200 && status < 300;
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

/** The provider's error code, where the specifications name it; any other may hold anything. */
function oauthErrorOf({ reply }: SgidError): string | undefined {
  return reply?.error !== undefined && OAUTH_ERRORS.has(reply.error) ? reply.error : undefined;
}

/** Redacted before it is cut: half a secret is not recognised. */
function polish(
  { url, startMs, durationMs, ...rest }: TraceRecord,
  redact: (text: string) => string,
): TraceRecord {
  return {
    ...rest,
    startMs: round(startMs),
    durationMs: round(durationMs),
    url: url === undefined ? undefined : redact(redactUrl(url)).slice(0, 1_000),
  };
}

/** To tenths of a millisecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** The parameters whose values help to find a mistake and are not secret. Of all others, only the name is kept. */
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'code_challenge_method',
  'iss',
]);

/** A URL without user, password, fragment, and the values of parameters that may be secret. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return REDACTED;
  const { origin, pathname, searchParams } = new URL(url);
  const pairs = [...searchParams].map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${PLAIN_PARAMETERS.has(name) ? encodeURIComponent(value) : REDACTED}`,
  );
  return `${origin}${pathname}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}
