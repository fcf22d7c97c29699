import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/system/clock.ts';

describe('systemClock', () => {
  it('tells the time of this machine', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps', async () => {
    await expect(systemClock.sleep(1)).resolves.toBeUndefined();
    await expect(systemClock.sleep(1, new AbortController().signal)).resolves.toBeUndefined();
  });

  it.each(['before', 'during'])(
    "rejects with the signal's reason when it aborts %s the sleep",
    async (when) => {
      const controller = new AbortController();
      const reason = new Error('interrupted');
      if (when === 'before') controller.abort(reason);
      const slept = systemClock.sleep(3_600_000, controller.signal);
      controller.abort(reason);
      await expect(slept).rejects.toBe(reason);
    },
  );
});
