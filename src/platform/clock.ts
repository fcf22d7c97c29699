import { setTimeout as delay } from 'node:timers/promises';

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
