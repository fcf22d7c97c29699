import type { ServerResponse } from '../platform/http-message.ts';

/** An OAuth error: its code and a sentence for the developer. */
export interface OAuthError {
  readonly error: string;
  readonly description: string;
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

/** An OAuth error as JSON (RFC 6749 section 5.2). */
export function errorResponse(
  status: number,
  { error, description }: OAuthError,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return jsonResponse(status, { error, error_description: printableDescription(description) }, headers);
}

/**
 * A redirect back to the client with parameters added to those that its redirect URI already has
 * (RFC 6749 section 3.1.2). Parameters that are undefined are left out.
 */
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
