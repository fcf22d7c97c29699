/** A question for a message: `Did you mean myinfo.name?`; `undefined` when no name is near. */
export function didYouMean(text: string, names: readonly string[], most?: number): string | undefined {
  const nearest = nearestName(text, names, most);
  return nearest && `Did you mean ${nearest}?`;
}

/**
 * The name most like `text`, for "did you mean" messages; `undefined` when none is near. A name's last part
 * counts as well, so that `name` finds `myinfo.name`.
 *
 * @param most How many characters may differ; by default a third.
 */
export function nearestName(
  text: string,
  names: readonly string[],
  most: number = Math.max(1, Math.floor(text.length / 3)),
): string | undefined {
  // Comparing takes as many steps as both lengths multiplied.
  if (text.length > MAXIMUM_LENGTH) return undefined;
  const ranked = names
    .filter(({ length }) => length <= MAXIMUM_LENGTH)
    .map((name) => ({ name, distance: distanceTo(text.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** No name is longer. */
const MAXIMUM_LENGTH = 100;

function distanceTo(text: string, name: string): number {
  const lastPart = name.slice(name.lastIndexOf('.') + 1);
  return Math.min(editDistance(text, name), editDistance(text, lastPart));
}

/** The number of characters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, left] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, right] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (left === right ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
