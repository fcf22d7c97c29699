import { describe, expect, it } from 'vitest';
import { createSleeper } from '../../../src/mock/sleeper.ts';

const AN_HOUR = 3_600_000;

describe('a sleeper', () => {
  it('sleeps as long as it is told', async () => {
    const started = performance.now();
    await createSleeper().sleep(30);
    expect(performance.now() - started).toBeGreaterThan(25);
  });

  it('ends every wait when it is woken', async () => {
    const sleeper = createSleeper();
    const waits = [sleeper.sleep(AN_HOUR), sleeper.sleep(AN_HOUR), sleeper.sleep(1)];
    sleeper.wake();
    await Promise.all(waits);
  });

  it('waits no more once it was woken: an answer on its way may have a second wait before it', async () => {
    const sleeper = createSleeper();
    sleeper.wake();
    await sleeper.sleep(AN_HOUR);
  });
});
