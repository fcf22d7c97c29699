/** The parameters of a query or a form. */
export interface RequestParameters {
  /** Values by name. A parameter without a value counts as left out (RFC 6749 section 3.1). */
  readonly values: ReadonlyMap<string, string>;
  /** Names that came more than once, which is never allowed (RFC 6749 sections 3.1 and 3.2). */
  readonly repeated: ReadonlySet<string>;
}

/** Reads `application/x-www-form-urlencoded` text: a query without its `?`, or a form body. */
export function readParameters(text: string): RequestParameters {
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
