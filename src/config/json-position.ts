/** Parsed JSON, or where it breaks: ` (line 3, column 7)`, empty when that is not known. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly position: string };

/** Parses JSON without passing on the parser's own message, which quotes the text and so its secrets. */
export function parseJsonAt(text: string): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, position: positionOf(error, text) };
  }
}

function positionOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : '';
  const offset = /end of JSON input/.test(message)
    ? text.length
    : Number(/ at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1]);
  if (Number.isNaN(offset)) return '';
  const lines = text.slice(0, offset).split('\n');
  return ` (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
}
