import { SgidError } from '../protocol/errors.ts';
import type { CheckFinding } from './check.ts';
import { skip } from './finding.ts';

/** A value and where it came from, or why there is none that can be used. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly origin: string }
  | { readonly ok: false; readonly error: SgidError };

/**
 * Reads a value.
 *
 * @throws Whatever `read` rejects with that is no fault of the configuration.
 */
export async function toReading<T>(
  read: () => Promise<{ readonly value: T; readonly origin: string }>,
): Promise<Reading<T>> {
  try {
    const { value, origin } = await read();
    return { ok: true, value, origin };
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config') return { ok: false, error };
    throw error;
  }
}

/** Whether nothing has the value, rather than something that cannot be used. */
export function isMissing(reading: Reading<unknown>): boolean {
  return !reading.ok && reading.error.code === 'ERR_MISSING_CREDENTIALS';
}

/** The finding of a check that cannot be made without these values, at least one of which is not usable. */
export function unusable(evidence: string, ...needed: readonly Reading<unknown>[]): CheckFinding {
  return skip(evidence, needed.find((reading) => !reading.ok)?.error);
}
