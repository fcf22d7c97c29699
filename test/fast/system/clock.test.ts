import { expect, it } from 'vitest';
import { systemClock } from '../../../src/system/clock.ts';

it.each(['before', 'during'])('a sleep ends with the reason of a signal that aborts %s it', async (when) => {
  const controller = new AbortController();
  const reason = new Error('interrupted');
  if (when === 'before') controller.abort(reason);
  const slept = systemClock.sleep(3_600_000, controller.signal);
  controller.abort(reason);
  await expect(slept).rejects.toBe(reason);
});
