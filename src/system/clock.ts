import { setTimeout as delay } from 'node:timers/promises';

/**
 * Milliseconds since this process began, by a clock that nobody sets. `performance.now()` gives the same, but what it
 * belongs to takes longer to load than most of what is measured here.
 */
export function readStopwatch(): number {
  return process.uptime() * 1000;
}

/** The machine's clock. */
export const systemClock: {
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
} = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await delay(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
