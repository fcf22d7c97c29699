/** The lines of two texts as `diff` shows them, with a line of both around what differs. */
export function diffLines(before: string, after: string): string {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const common = commonLengths(left, right);
  const lines: string[] = [];
  for (let [l, r] = [0, 0]; l < left.length || r < right.length; ) {
    if (l < left.length && left[l] === right[r]) {
      lines.push(` ${left[l]}`);
      l += 1;
      r += 1;
    } else if (r === right.length || (l < left.length && at(common, l + 1, r) >= at(common, l, r + 1)))
      lines.push(`-${left[l++]}`);
    else lines.push(`+${right[r++]}`);
  }
  const isChange = (line: string | undefined): boolean => line !== undefined && !line.startsWith(' ');
  const isShown = (i: number): boolean => lines.slice(Math.max(0, i - 1), i + 2).some(isChange);
  return lines
    .flatMap((line, i) => (isShown(i) ? [...(i > 0 && !isShown(i - 1) ? ['@@'] : []), line] : []))
    .join('\n');
}

/** For each two ends of the texts, how many lines they share. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = [Array(right.length + 1).fill(0)];
  for (const line of left.toReversed()) {
    const [below = []] = rows;
    const row = [0];
    for (let r = right.length - 1; r >= 0; r--)
      row.unshift(line === right[r] ? 1 + (below[r + 1] ?? 0) : Math.max(below[r] ?? 0, row[0] ?? 0));
    rows.unshift(row);
  }
  return rows;
}

function at(rows: readonly (readonly number[])[], l: number, r: number): number {
  return rows[l]?.[r] ?? 0;
}
