import type { ServerRequest } from '../platform/http-message.ts';
import { REDACTED, redact } from '../protocol/redact.ts';

/** One request that the provider answered, without its secrets. */
export interface LoggedRequest {
  /** ISO 8601, by the provider's clock. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /**
   * The parameters of sgID in the query or the form. Secrets, codes, verifiers and tokens are replaced;
   * parameters that sgID does not know are left out, because nobody can say what they hold.
   */
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
}

/** The last requests, oldest first. */
export interface RequestLog {
  add(request: ServerRequest, status: number, now: number): void;
  list(): readonly LoggedRequest[];
  clear(): void;
}

/** How many requests are kept. */
const KEPT_REQUESTS = 100;

/** How much of a path or a value is kept, in characters. */
const KEPT_LENGTH = 1_000;

const PLAIN_PARAMETERS: ReadonlySet<string> = new Set([
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'login_hint',
  'mock_persona',
  'mock_decision',
  'grant_type',
]);

const SECRET_PARAMETERS: ReadonlySet<string> = new Set([
  'client_secret',
  'code',
  'code_verifier',
  'access_token',
]);

/** A log of the last 100 requests. `secrets` are taken out of it wherever they were put by mistake. */
export function createRequestLog(secrets: readonly string[] = []): RequestLog {
  let requests: LoggedRequest[] = [];
  return {
    add: ({ method, target, body }, status, now) => {
      const [path = '', ...query] = target.split('?');
      requests.push({
        time: new Date(now).toISOString(),
        method,
        path: path.slice(0, KEPT_LENGTH),
        parameters: readKnownParameters(method === 'POST' ? body : query.join('?')),
        status,
      });
      if (requests.length > KEPT_REQUESTS) requests.shift();
    },
    // Redacted when it is read, which is seldom, instead of with every request.
    list: () => requests.map((request) => redactRequest(request, secrets)),
    clear: () => {
      requests = [];
    },
  };
}

function readKnownParameters(encoded: string): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (PLAIN_PARAMETERS.has(name)) known[name] = value.slice(0, KEPT_LENGTH);
    if (SECRET_PARAMETERS.has(name)) known[name] = REDACTED;
  }
  return known;
}

function redactRequest(request: LoggedRequest, secrets: readonly string[]): LoggedRequest {
  const parameters = Object.entries(request.parameters).map(([name, value]) => [
    name,
    redact(value, secrets),
  ]);
  return {
    ...request,
    path: redact(request.path, secrets).replace(SECRET_SEGMENT, REDACTED),
    parameters: Object.fromEntries(parameters),
  };
}

/** A part of a path that is long enough for a code or a token. */
const SECRET_SEGMENT = /[^/]{32,}/g;
