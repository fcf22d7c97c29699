/** Waits that can be cut short. */
export interface Sleeper {
  /** Resolves after that many milliseconds, or at once when woken or when 512 wait already. */
  sleep(milliseconds: number): Promise<void>;
  /** Ends every wait, and every one that comes later. */
  wake(): void;
}

/** How many wait at a time: fewer than a server has connections, so that slow answers lock nobody out. */
const MOST_WAITS = 512;

/** A sleeper, so that slow answers do not hold up a server that closes. */
export function createSleeper(): Sleeper {
  const waits = new Set<() => void>();
  let awake = false;
  return {
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        if (awake || waits.size >= MOST_WAITS) return resolve();
        const end = (): void => {
          clearTimeout(timer);
          waits.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        waits.add(end);
      }),
    wake: () => {
      awake = true;
      for (const end of [...waits]) end();
    },
  };
}
