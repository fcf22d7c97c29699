/** Parsed JSON, or where it breaks: ` (line 3, column 7)`. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly position: string };

/**
 * Parses JSON without passing on the parser's own message, which quotes the text and so its secrets.
 *
 * @param before What stands before it in its file.
 */
export function parseJsonAt(text: string, before = ''): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, position: positionOf(error, text, before) };
  }
}

function positionOf(error: unknown, text: string, before: string): string {
  const offset = offsetOf(error, text) ?? findUnexpectedToken(text);
  const lines = (before + text.slice(0, offset)).split('\n');
  return ` (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
}

/** Where the parser stopped; `undefined` for an unexpected token, whose place its message does not tell. */
function offsetOf(error: unknown, text: string): number | undefined {
  const message = error instanceof Error ? error.message : '';
  if (/end of JSON input/.test(message)) return text.length;
  const [, offset] = / at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message) ?? [];
  return offset === undefined ? undefined : Number(offset);
}

/** The last character of the shortest beginning that is broken before its end, by halving. */
function findUnexpectedToken(text: string): number {
  let sound = 0;
  let broken = text.length;
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (isBroken(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  return broken - 1;
}

/** Whether no end could make JSON of a beginning. */
function isBroken(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    return (offsetOf(error, beginning) ?? 0) < beginning.length;
  }
}
