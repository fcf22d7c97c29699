/** Whether a parsed JSON value is an object, arrays not counted. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is text with something in it. */
export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Parses JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The longest authorization code or token that is taken, in bytes: it must fit into a request's headers. */
const MAX_TOKEN_BYTES = 16 * 1024;

/** Whether a code or token is longer than any that can be used. */
export function isTooLong(token: string): boolean {
  return Buffer.byteLength(token) > MAX_TOKEN_BYTES;
}
