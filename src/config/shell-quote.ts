/** A value as one word of a POSIX shell. Single quotes hold everything but themselves; a NUL no shell can hold. */
export function quoteForShell(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}
