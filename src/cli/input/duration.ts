import { usageError } from '../../protocol/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest wait that a timer of Node can hold, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Reads a duration such as `90s`, `5m`, `1h` or plain seconds.
 *
 * @param option The option it was given for, for the message.
 * @returns Milliseconds, more than 0.
 * @throws SgidError `ERR_USAGE`.
 */
export function readDuration(text: string, option: string): number {
  const [, amount, unit = ''] = text.match(/^(\d+(?:\.\d+)?)([smh]?)$/) ?? [];
  const milliseconds = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
  throw usageError(
    `${option} takes a duration of up to 24 days such as 90s, 5m or 1h`,
    `For example: ${option} 90s`,
  );
}
