/**
 * Runs on an input so large that work which grows as its square would take minutes: the test would run out of time.
 *
 * @param size That of an input for which quadratic work would be felt.
 */
export async function expectLinearTime(size: number, run: (size: number) => unknown): Promise<void> {
  await run(4 * size);
}
