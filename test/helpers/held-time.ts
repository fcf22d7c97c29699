import { onTestFinished, vi } from 'vitest';

/** From now until the test has finished, no time-out of this process is over but by `vi.advanceTimersByTime`. */
export function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** An answer that never comes, while a minute passes: longer than `--http-timeout`, shorter than the browser waits. */
export function outlast(): Promise<never> {
  vi.advanceTimersByTime(60_000);
  return new Promise(() => {});
}
