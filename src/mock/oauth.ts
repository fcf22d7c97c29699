import type { ServerResponse } from '../system/http-server.ts';

/** The longest `state`, `nonce` or name of a persona, in characters. More than any client needs. */
export const MAX_VALUE_LENGTH = 2_048;

export interface OAuthError {
  readonly error: string;
  readonly description: string;
}

export class OAuthRefusal extends Error {
  readonly response: ServerResponse;

  constructor(status: number, error: OAuthError, headers: Readonly<Record<string, string>> = {}) {
    super(error.description);
    this.response = errorResponse(status, error, headers);
  }
}

/** A JSON answer that no cache keeps (RFC 6749 section 5.1). */
export function jsonResponse(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
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
  { error, description }: OAuthError,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return jsonResponse(status, { error, error_description: printableDescription(description) }, headers);
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
  return {
    status: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: '',
  };
}

/**
 * Text fit for `error_description` and for a quoted header value: printable ASCII without `"` and `\`
 * (RFC 6749 section 5.2, RFC 6750 section 3), at most 500 characters.
 */
export function printableDescription(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
    .slice(0, 500);
}

export interface RequestParameters {
  /** Values by name. A parameter without a value counts as left out (RFC 6749 section 3.1). */
  readonly values: ReadonlyMap<string, string>;
  /** Names that came more than once, which is never allowed (RFC 6749 sections 3.1 and 3.2). */
  readonly repeated: ReadonlySet<string>;
}

/** Parses `application/x-www-form-urlencoded` text: a query without its `?`, or a form body. */
export function parseParameters(text: string): RequestParameters {
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
 * A copy that stands alone. A piece that was cut out of a text keeps all of that text in memory: a nonce of a few
 * characters would hold its whole request.
 */
export function copyText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
