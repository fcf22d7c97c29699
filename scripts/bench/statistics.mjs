// Order statistics of a list of numbers.

const sorted = (values) => values.toSorted((a, b) => a - b);

/** The middle value, or the mean of the two. */
export function median(values) {
  const ordered = sorted(values);
  return (ordered[(values.length - 1) >> 1] + ordered[values.length >> 1]) / 2;
}

/** The smallest value that so large a share of the values does not exceed (the nearest rank). */
export function percentile(values, share) {
  return sorted(values)[Math.max(0, Math.ceil(values.length * share) - 1)];
}
