import { expect } from 'vitest';

/** How much larger the larger input is: quadratic work would take this squared. */
const SCALE = 8;
/** Linear work takes about `SCALE` times as long; beyond this it is not linear. */
const TOLERANCE = 3 * SCALE;
/** Lies within what a busy machine adds to any measurement. */
const NOISE_MS = 50;

/** Expects that `run` takes about as many times longer as its input is larger: no work grows as its square. */
export async function expectLinearTime(size: number, run: (size: number) => unknown): Promise<void> {
  const small = await fastest(() => run(Math.ceil(size / SCALE)));
  const large = await fastest(() => run(size));
  expect(large).toBeLessThan(TOLERANCE * small + NOISE_MS);
}

/** The least of several times, which the machine's other work has disturbed least. */
async function fastest(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    await run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
