/** A clock that can be put forward. */
export interface MockClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Puts the clock forward; codes and tokens age with it. */
  advance(milliseconds: number): void;
  /** Back to the time of the clock underneath. */
  reset(): void;
}

/** A clock on top of another one. */
export function createMockClock(base: () => number): MockClock {
  let offset = 0;
  return {
    now: () => base() + offset,
    advance: (milliseconds) => {
      offset += milliseconds;
    },
    reset: () => {
      offset = 0;
    },
  };
}
