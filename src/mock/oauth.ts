import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import { attempt } from '../text/guards.ts';

/** The longest `state`, `nonce` or name of a persona, in characters. More than any client needs. */
export const MAX_VALUE_LENGTH = 2_048;

export const MAX_TARGET_LENGTH = 16_384;

/** The longest authorization request, so that there is room for the choice of a person in the links of the pages. */
export const MAX_REQUEST_LENGTH: number = MAX_TARGET_LENGTH - MAX_VALUE_LENGTH;

type Headers = ServerResponse['headers'];

/** An answer, with words for the log where the status alone does not tell: why it refuses, or whom a code is for. */
export type MockResponse = ServerResponse & { readonly outcome?: string };

/** Whether an answer refuses: by its status, or by a redirect that carries an error to the client. */
export function isRefusal({ status = 500, outcome = '' }: Partial<MockResponse>): boolean {
  return status >= 400 || /^[a-z_]+: /.test(outcome);
}

/** What an endpoint throws. The authorization endpoint makes a redirect of it, the others this JSON. */
export class OAuthRefusal extends Error {
  readonly error: string;
  readonly response: MockResponse;

  constructor(status: number, error: string, description: string, headers: Headers = {}) {
    super(description);
    this.error = error;
    this.response = errorResponse(status, error, description, headers);
  }
}

/** The answer to what an endpoint or a hook threw, which may be anything. */
export function refusalOf(error: unknown): MockResponse {
  return error instanceof OAuthRefusal ? error.response : errorResponse(500, 'server_error', reasonOf(error));
}

export function reasonOf(error: unknown): string {
  return attempt(() => String(error instanceof Error ? error.message : error)) ?? 'it threw what has no text';
}

export function invalidRequest(description: string): OAuthRefusal {
  return new OAuthRefusal(400, 'invalid_request', description);
}

/** A JSON answer that no cache keeps (RFC 6749 section 5.1). */
export function jsonResponse(status: number, body: object, headers: Headers = {}): ServerResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

export function errorResponse(
  status: number,
  error: string,
  description: string,
  headers: Headers = {},
): MockResponse {
  const body = { error, error_description: printableDescription(description) };
  return { ...jsonResponse(status, body, headers), outcome: `${error}: ${description}` };
}

/** A redirect with parameters added to those that the redirect URI has (RFC 6749 section 3.1.2). */
export function redirectResponse(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): ServerResponse {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  const location = `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return { status: 302, headers, body: '' };
}

/** For `error_description` (RFC 6749 section 5.2) and for a quoted header value (RFC 6750 section 3). */
export function printableDescription(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
    .slice(0, 500);
}

/** A request that reached an endpoint: its query, without the `?`, cut from the target. */
export type EndpointRequest = Pick<ServerRequest, 'method' | 'headers' | 'body'> & { readonly query: string };

export type Values = ReadonlyMap<string, string>;

/** Parses a query or a form. A parameter without a value counts as omitted (RFC 6749 section 3.1). */
export function parseParameters(text: string) {
  const values = new Map<string, string>();
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
    if (value !== '' && !values.has(name)) values.set(name, value);
  }
  return { values, repeated };
}

/**
 * The form that is the body of a request, as text.
 *
 * @throws OAuthRefusal when it is declared as another type, or when a query stands beside it.
 */
export function requireForm({ query, headers, body }: EndpointRequest): string {
  if (query !== '') throw invalidRequest('send the parameters in the body: POST takes no query here');
  if (isForm(headers)) return body;
  const type = headers['content-type'] ?? 'none';
  throw invalidRequest(`content-type must be ${FORM}, got ${type}`);
}

const FORM = 'application/x-www-form-urlencoded';

export function isForm(headers: ServerRequest['headers']): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === FORM;
}

/** RFC 6749 sections 3.1 and 3.2. */
export function refuseRepeated([name]: Iterable<string>): void {
  if (name !== undefined) throw invalidRequest(`the parameter ${name} was sent more than once`);
}

/** Copies a text: a substring keeps the whole text in memory, so that a nonce would keep its request. */
export function copyText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
