/** Whether all of them are to be tried, or a sample. */
const EVERY_POINT = Boolean(process.env['SGID_EVERY_POINT']);

/** In milliseconds, for a test of points. */
export const POINTS_TIMEOUT: number = EVERY_POINT ? 3_600_000 : 120_000;

/** The numbers from 1 to `count`: all, or so many of them, evenly, the same each time. */
export function pointsOf(count: number, most: number): readonly number[] {
  const points = Array.from({ length: count }, (_, index) => index + 1);
  if (EVERY_POINT || count <= most) return points;
  return Array.from({ length: most }, (_, index) => Math.ceil(((index + 0.5) * count) / most));
}

/** Does them two at a time. */
export async function inPairs<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all([next(), next()]);
}
