import { describe, expect, it } from 'vitest';
import type { CheckFinding } from '../../../../src/check/check.ts';
import { checkClock, judgeClock } from '../../../../src/check/provider-checks.ts';
import { createOnlineContext, verdictOf } from '../../../helpers/check-context.ts';
import { errorOf } from '../../../helpers/error-of.ts';
import { createFakeClock, NOW } from '../../../helpers/fake-clock.ts';
import { networkFailure } from '../../../helpers/fake-provider.ts';

const OFF = 'fail ERR_ID_TOKEN_ISSUED_AT';

/** How a clock is judged that differs by so many seconds, with an answer that takes so long. */
function judge(aheadSeconds: number, tookSeconds = 0): CheckFinding {
  const asked = NOW + aheadSeconds * 1000;
  return judgeClock({ asked, answered: asked + tookSeconds * 1000, stated: NOW });
}

describe('this machine’s clock', () => {
  it.each([
    ['pass', 0],
    ['pass', 1],
    ['pass', 30],
    ['pass', -30],
    ['warn', 32],
    ['warn', -31],
    ['warn', 61],
    ['warn', -60],
    [OFF, 62],
    [OFF, -61],
    [OFF, 120],
    [OFF, -120],
  ])('is a %s when it is %d s ahead', (verdict, ahead) => {
    expect(verdictOf(judge(ahead))).toBe(verdict);
  });

  it('is said to be ahead or behind, by how much', () => {
    expect(judge(121).evidence).toBe("this clock is 120 s ahead of the provider's");
    expect(judge(-120).evidence).toBe("this clock is 120 s behind the provider's");
    expect(judge(0).evidence).toBe('agrees with the provider to the second');
  });

  it('is not blamed for an answer that takes long', () => {
    expect(verdictOf(judge(-100, 120))).toBe('pass');
    expect(verdictOf(judge(-100, 20))).toBe(OFF);
  });
});

describe('the check of the clock', () => {
  function check(headers: Readonly<Record<string, string>>, status = 200): Promise<CheckFinding> {
    return checkClock(createOnlineContext(() => ({ status, headers })));
  }
  const at = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString();

  it('goes by the Date of any answer', async () => {
    expect(verdictOf(await check({ date: at(0) }))).toBe('pass');
    expect(verdictOf(await check({ date: at(120) }))).toBe(OFF);
    expect(verdictOf(await check({ date: at(-120) }, 503))).toBe(OFF);
  });

  it('adds the time that a cache has kept it', async () => {
    expect(verdictOf(await check({ date: at(-600), age: '600' }))).toBe('pass');
    expect(verdictOf(await check({ date: at(0), age: '120' }))).toBe(OFF);
    for (const age of ['-600', 'x', '1e3', '99999999999999'])
      expect(verdictOf(await check({ date: at(-600), age }))).toBe(OFF);
  });

  it.each([{}, { date: '' }, { date: 'yesterday' }])('is skipped without a Date: %j', async (headers) => {
    expect(verdictOf(await check(headers))).toBe('skip');
  });

  it('rejects when nobody answers', async () => {
    const context = createOnlineContext(() => networkFailure('ECONNREFUSED'), {}, createFakeClock());
    expect((await errorOf(() => checkClock(context))).code).toBe('ERR_NETWORK');
  });
});
