import type { Clock } from '../../src/system/clock.ts';

/** When the tests take place, in milliseconds. */
export const NOW: number = Date.UTC(2026, 0, 15, 8, 0, 0);

/** A clock that the test moves. */
export interface FakeClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly sleeps: readonly number[];
  advance(milliseconds: number): void;
}

/** A clock that stands still; a sleep moves it on and is over at once. */
export function createFakeClock(start = NOW): FakeClock {
  const sleeps: number[] = [];
  let now = start;
  return {
    sleeps,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (milliseconds, signal) => {
      sleeps.push(milliseconds);
      signal?.throwIfAborted();
      now += milliseconds;
    },
  };
}
