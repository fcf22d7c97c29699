/** Seconds from now, or a moment (RFC 9110 section 10.2.3). */
function parseRetryAfter(value: string | null): number | Date | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = new Date(value.endsWith('GMT') ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** How long `Retry-After` asks to wait, in milliseconds. */
export function retryDelay(value: string | null, now: number): number {
  const when = parseRetryAfter(value);
  return when instanceof Date ? when.getTime() - now : (when ?? 0) * 1000;
}

/** The time that `Retry-After` gives, in words; empty where there is none. */
export function spellRetryAfter(value: string | null): string {
  const when = parseRetryAfter(value);
  if (when instanceof Date) return `after ${when.toUTCString()}`;
  return when === undefined || when > 999_999 ? '' : `in ${when} s`;
}

export const tryAgain = (when: string): string =>
  `Try again ${when || 'in a moment'}; if it persists, report it to the provider.`;
