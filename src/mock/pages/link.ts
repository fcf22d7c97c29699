/**
 * A link to the authorization endpoint that repeats the request with some parameters set, or, where they are
 * undefined, taken out.
 */
export function linkWith(query: string, changes: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  return `?${parameters}`;
}
