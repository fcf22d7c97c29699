import { describe, expect, it } from 'vitest';
import { failBy } from '../../../src/check/check.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';

describe('an error as a finding', () => {
  it('keeps code, message and hint', () => {
    const error = new SgidError('ERR_NETWORK', 'nobody answered', { step: 'token', hint: 'try again' });
    expect(failBy(error)).toEqual({
      verdict: 'fail',
      code: 'ERR_NETWORK',
      evidence: 'nobody answered',
      hint: 'try again',
    });
  });

  it('quotes the provider, without markup and not at length', () => {
    const body = `<style>p{}</style><h1>Sorry</h1> ${'long '.repeat(500)}`;
    const error = new SgidError('ERR_NETWORK', 'it failed', { step: 'token', reply: { status: 500, body } });
    const { evidence } = failBy(error);
    expect(evidence).toMatch(/^it failed; it said: Sorry long long/);
    expect(evidence.length).toBeLessThan(230);
  });

  it('always says what to do next', () => {
    const causes = ['the likeliest', 'another'];
    expect(failBy(new SgidError('ERR_NETWORK', 'x', { step: 'token', causes }))).toMatchObject({
      hint: 'the likeliest',
    });
    expect(failBy(new SgidError('ERR_NETWORK', 'x', { step: 'token' }))).toMatchObject({
      hint: 'Run: sgid explain ERR_NETWORK',
    });
  });
});
