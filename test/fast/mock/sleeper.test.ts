import { describe, expect, it } from 'vitest';
import { createSleeper } from '../../../src/mock/server.ts';

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

  it('lets nobody beyond the 512th wait, so that others find a connection', async () => {
    const sleeper = createSleeper();
    const woken: number[] = [];
    const waits = Array.from({ length: 515 }, (_, index) =>
      sleeper.sleep(AN_HOUR).then(() => woken.push(index)),
    );
    await Promise.all(waits.slice(512));
    expect(woken).toEqual([512, 513, 514]);
    sleeper.wake();
    await Promise.all(waits);
    expect(woken).toHaveLength(515);
  });

  it('waits no more once it was woken: an answer on its way may have a second wait before it', async () => {
    const sleeper = createSleeper();
    sleeper.wake();
    await sleeper.sleep(AN_HOUR);
  });
});
