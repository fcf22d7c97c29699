import { describe, expect, it } from 'vitest';
import { SgidError, type SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { createLoginAttempt } from '../../../src/login/attempt.ts';
import { createGate } from '../../helpers/gate.ts';

const EXPECTED = { state: 'the-state', issuer: 'https://provider.test/v2' };
const GENUINE = new URLSearchParams({ code: 'the-code', state: 'the-state' });
const STRAY = new URLSearchParams({ code: 'the-code', state: 'another' });
const REFUSAL = new URLSearchParams({ error: 'access_denied', state: 'the-state' });

const failure = (code: SgidErrorCode): SgidError => new SgidError(code, 'failed', { step: 'token' });

describe('createLoginAttempt', () => {
  it('completes with the code of the genuine callback and tells the page after that', async () => {
    const done = createGate();
    const codes: string[] = [];
    const attempt = createLoginAttempt(EXPECTED, async (code) => {
      codes.push(code);
      await done.passed;
      return 'result';
    });
    let outcome: unknown;
    const page = attempt.receive(GENUINE).then((value) => {
      outcome = value;
    });
    await attempt.accepted;
    expect({ codes, outcome }).toEqual({ codes: ['the-code'], outcome: undefined });
    done.open();
    await page;
    expect(outcome).toEqual({ kind: 'signed-in' });
    expect(await attempt.result).toBe('result');
  });

  it('rejects strays and goes on', async () => {
    const attempt = createLoginAttempt(EXPECTED, async (code) => code);
    expect(await attempt.receive(STRAY)).toMatchObject({
      kind: 'rejected',
      error: { code: 'ERR_STATE_MISMATCH' },
    });
    expect(await attempt.receive(GENUINE)).toEqual({ kind: 'signed-in' });
  });

  it.each([
    ['after success', GENUINE, { kind: 'signed-in' }],
    ['after a refusal', REFUSAL, { kind: 'denied' }],
  ])('lets nothing change %s', async (_name, first, outcome) => {
    let completions = 0;
    const attempt = createLoginAttempt(EXPECTED, async () => {
      completions += 1;
      return completions;
    });
    expect(await attempt.receive(first)).toEqual(outcome);
    for (const late of [GENUINE, STRAY, REFUSAL])
      expect(await attempt.receive(late)).toEqual({ kind: 'settled' });
    expect(completions).toBeLessThanOrEqual(1);
  });

  it('completes once when two genuine callbacks come at the same time', async () => {
    let completions = 0;
    const attempt = createLoginAttempt(EXPECTED, async () => {
      completions += 1;
    });
    const outcomes = await Promise.all([attempt.receive(GENUINE), attempt.receive(GENUINE)]);
    expect(outcomes).toEqual([{ kind: 'signed-in' }, { kind: 'settled' }]);
    expect(completions).toBe(1);
  });

  it.each([
    [failure('ERR_DECRYPT_KEY'), 'ERR_DECRYPT_KEY'],
    [new TypeError('a bug'), 'ERR_INTERNAL'],
  ])('tells the page of a failure and passes it on: %s', async (error, code) => {
    const attempt = createLoginAttempt(EXPECTED, () => Promise.reject(error));
    expect(await attempt.receive(GENUINE)).toEqual({ kind: 'failed', code });
    await expect(attempt.result).rejects.toBe(error);
  });

  it('ends with the refusal', async () => {
    const attempt = createLoginAttempt(EXPECTED, async (code) => code);
    expect(await attempt.receive(REFUSAL)).toEqual({ kind: 'denied' });
    await attempt.accepted;
    await expect(attempt.result).rejects.toMatchObject({ code: 'ERR_ACCESS_DENIED' });
  });
});
