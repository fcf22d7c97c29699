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
