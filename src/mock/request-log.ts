import type { ServerRequest } from '../system/http-server.ts';
import { createRedactor, REDACTED } from '../text/redact.ts';
import { copyText } from './test-credentials.ts';

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
  /** The path of a request target, without its query and without secrets. */
  redactPath(target: string): string;
}

/** How many requests are kept. */
const KEPT_REQUESTS = 100;

/** How much of a path or a value is kept, in characters. */
const KEPT_LENGTH = 1_000;

/**
 * The parameters whose values a developer needs to see to find a mistake. None gives access to anything: the
 * challenge is a hash of the verifier, and `state` and `nonce` protect the one login that they belong to, here that
 * of an invented person. An application may have put a secret into one of them all the same, so they are redacted
 * by value and shape.
 */
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

/** The parameters of which only that they came is told: their values are credentials. */
const SECRET_PARAMETERS: ReadonlySet<string> = new Set([
  'client_secret',
  'code',
  'code_verifier',
  'access_token',
]);

/** A part of a path that is long enough for a code or a token. */
const SECRET_SEGMENT = /[^/]{32,}/g;

/** A log of the last 100 requests. `secrets` are taken out of it wherever they were put by mistake. */
export function createRequestLog(secrets: readonly string[] = []): RequestLog {
  const redactor = createRedactor();
  redactor.hide(secrets);
  let requests: LoggedRequest[] = [];

  function redactPath(target: string): string {
    const [path = ''] = target.split('?', 1);
    return redactor.redact(path).replace(SECRET_SEGMENT, REDACTED);
  }

  /** Redacted before it is cut, because half a secret is not recognised any more. */
  function shorten(text: string, redact: (text: string) => string): string {
    return copyText(text.length <= KEPT_LENGTH ? text : redact(text).slice(0, KEPT_LENGTH));
  }

  function readKnownParameters(encoded: string): Record<string, string> {
    const known: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(encoded)) {
      if (PLAIN_PARAMETERS.has(name)) known[name] = shorten(value, redactor.redact);
      if (SECRET_PARAMETERS.has(name)) known[name] = REDACTED;
    }
    return known;
  }

  function redactRequest(request: LoggedRequest): LoggedRequest {
    const parameters = Object.entries(request.parameters);
    return {
      ...request,
      path: redactPath(request.path),
      parameters: Object.fromEntries(parameters.map(([name, value]) => [name, redactor.redact(value)])),
    };
  }

  return {
    add: ({ method, target, body }, status, now) => {
      const [path = '', ...query] = target.split('?');
      requests.push({
        time: new Date(now).toISOString(),
        method,
        path: shorten(path, redactPath),
        parameters: readKnownParameters(method === 'POST' ? body : query.join('?')),
        status,
      });
      if (requests.length > KEPT_REQUESTS) requests.shift();
    },
    // What is short is redacted when it is read, which is seldom, instead of with every request.
    list: () => requests.map(redactRequest),
    clear: () => {
      requests = [];
    },
    redactPath,
  };
}
