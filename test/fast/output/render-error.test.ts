import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { renderError, toJsonError, toSgidError } from '../../../src/output/render-error.ts';

const plain = (_emphasis: unknown, text: string): string => text;
const ERROR = new SgidError('ERR_TOKEN_REFUSED', 'refused', {
  step: 'token',
  hint: 'Log in again.',
  causes: ['first', 'second'],
  reply: { status: 400, error: 'invalid_grant', body: 'expired' },
});

describe('renderError', () => {
  it('says what failed, what the provider said, why, what next, and ends with the code', () => {
    expect(renderError(ERROR, plain)).toEqual([
      'error: token: refused',
      '  provider said: HTTP 400 invalid_grant: expired',
      '  likely causes:',
      '    1. first',
      '    2. second',
      '  next: Log in again.',
      'ERR_TOKEN_REFUSED',
    ]);
  });

  it('leaves out what there is none of', () => {
    const error = new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'callback' });
    expect(renderError(error, plain)).toEqual(['error: callback: interrupted', 'ERR_INTERRUPTED']);
  });
});

describe('toJsonError', () => {
  it('has every field of the contract', () => {
    expect(toJsonError(ERROR)).toEqual({
      error: {
        code: 'ERR_TOKEN_REFUSED',
        step: 'token',
        message: 'refused',
        hint: 'Log in again.',
        status: 400,
        exitCode: 4,
      },
    });
    expect(toJsonError(new SgidError('ERR_USAGE', 'a', { step: 'usage' }))).toMatchObject({
      error: { hint: null, status: null },
    });
  });
});

describe('toSgidError', () => {
  it('keeps our errors and calls everything else a bug', () => {
    expect(toSgidError(ERROR)).toBe(ERROR);
    expect(toSgidError(new TypeError('x is undefined'))).toMatchObject({ code: 'ERR_INTERNAL' });
    expect(toSgidError('text')).toMatchObject({ code: 'ERR_INTERNAL', message: 'unexpected failure: text' });
  });
});
