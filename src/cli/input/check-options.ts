import { usageError } from '../../protocol/errors.ts';

/** Values as the command line gives them, by flag. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/**
 * Refuses values that are empty: `--state "$STATE"` with a variable that is not set.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function requireText(given: GivenOptions): void {
  for (const [flag, value] of Object.entries(given)) {
    if (typeof value === 'string' && value.trim() === '')
      throw usageError(`${flag} is empty`, 'Give it a value, or leave it out.');
  }
}

/**
 * Refuses options beside one that they make no sense with.
 *
 * @param reason Why they make none.
 * @throws SgidError `ERR_USAGE`.
 */
export function refuseBeside(flag: string, given: GivenOptions, reason: string): void {
  const [other] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return;
  throw usageError(`${flag} and ${other} contradict each other: ${reason}`, 'Give one of them.');
}
