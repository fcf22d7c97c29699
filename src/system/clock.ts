import { setTimeout as delay } from 'node:timers/promises';

export const systemClock = {
  now: (): number => Date.now(),
  /** Rejects with the signal's reason when it aborts first. */
  sleep: async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    try {
      await delay(milliseconds, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** Milliseconds from some point on. The first use of `performance` would load all of Node's API of that name. */
export function readStopwatch(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
