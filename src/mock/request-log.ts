import type { ServerRequest } from '../system/http-server.ts';
import { createRedactor, REDACTED, type Redactor } from '../text/redact.ts';
import { copyText, type MockResponse } from './oauth.ts';

/**
 * One request that the provider answered, without its secrets.
 *
 * @see docs/mock.md, "Automation".
 * @example
 * ```ts
 * import type { LoggedRequest } from 'sgid-cli/mock';
 *
 * const refused: readonly LoggedRequest[] = mock.requests().filter(({ status }) => status >= 400);
 * ```
 */
export interface LoggedRequest {
  /** ISO 8601, by the provider's clock. */
  readonly time: string;
  /** In upper case. */
  readonly method: string;
  /** Without the query, at most 1,000 characters. */
  readonly path: string;
  /**
   * The parameters of sgID and OpenID Connect in the query or the form. Secrets, codes, verifiers and tokens are replaced;
   * other parameters are omitted, because they could hold anything.
   */
  readonly parameters: Readonly<Record<string, string>>;
  /** HTTP status of the answer. */
  readonly status: number;
  /** In words: why the request was refused, or whom a code is for. */
  readonly outcome?: string;
}

const KEPT_REQUESTS = 100;

const KEPT_LENGTH = 1_000;

/**
 * None gives access to anything: the challenge is a hash of the verifier, and `state` and `nonce` protect one login of
 * an invented person. An application may have put a secret into one all the same: they are redacted by value and shape.
 */
const PLAIN_PARAMETERS = new Set([
  ...['response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'login_hint', 'prompt', 'max_age', 'grant_type'],
  ...['mock_persona', 'mock_decision', 'mock_fault'],
]);

const SECRET_PARAMETERS = new Set(['client_secret', 'code', 'code_verifier', 'access_token']);

/** A part of a path that is long enough for a code or a token. */
const SECRET_SEGMENT = /[^/]{32,}/g;

/** A word of a sentence that is as long. */
const SECRET_WORD = /[\w.~+-]{40,}/g;

export class RequestLog {
  readonly #redactor: Redactor = createRedactor();
  #requests: LoggedRequest[] = [];

  constructor(secrets: readonly string[]) {
    this.#redactor.hide(secrets);
  }

  add({ method, target, body }: ServerRequest, { status, outcome }: MockResponse, now: number): void {
    const [path = '', ...query] = target.split('?');
    const parameters: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(method === 'POST' ? body : query.join('?'))) {
      if (PLAIN_PARAMETERS.has(name)) parameters[name] = shorten(value, this.#redactor.redact);
      if (SECRET_PARAMETERS.has(name)) parameters[name] = REDACTED;
    }
    this.#requests.push({
      time: new Date(now).toISOString(),
      method,
      path: shorten(path, (text) => this.redactPath(text)),
      parameters,
      status,
      ...(outcome && { outcome: this.redactWords(outcome) }),
    });
    if (this.#requests.length > KEPT_REQUESTS) this.#requests.shift();
  }

  /** Oldest first. What is short is redacted here, which is seldom, instead of with every request. */
  list(): readonly LoggedRequest[] {
    return this.#requests.map(({ parameters, ...request }) => ({
      ...request,
      path: this.redactPath(request.path),
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, this.#redactor.redact(value)]),
      ),
    }));
  }

  clear(): void {
    this.#requests = [];
  }

  /** Words about a request may repeat what was sent. */
  redactWords(words: string): string {
    return copyText(this.#redactor.redact(words).replace(SECRET_WORD, REDACTED).slice(0, KEPT_LENGTH));
  }

  redactPath(target: string): string {
    const [path = ''] = target.split('?', 1);
    return this.#redactor.redact(path).replace(SECRET_SEGMENT, REDACTED);
  }
}

/** Redacted before it is cut, because half a secret is not recognised any more. */
function shorten(text: string, redact: (text: string) => string): string {
  return copyText(text.length <= KEPT_LENGTH ? text : redact(text).slice(0, KEPT_LENGTH));
}
