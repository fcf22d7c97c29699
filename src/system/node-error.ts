/** The `code` of a Node error, such as `ENOENT`; `undefined` for anything that has none. */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The `code` of a Node error for a message. */
export function describeCode(error: unknown): string {
  return errorCode(error) ?? 'unknown error';
}
