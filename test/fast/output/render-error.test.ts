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
  it('says what failed, what the provider said, why, what next, and ends with where more is to read', () => {
    expect(renderError(ERROR, 'sgid login', plain)).toEqual([
      'error: token: refused',
      '  provider said: HTTP 400 invalid_grant: expired',
      '  likely causes:',
      '    1. first',
      '    2. second',
      '  next: Log in again.',
      'More: sgid explain ERR_TOKEN_REFUSED',
    ]);
  });

  it.each([
    ['refused with HTTP 400', { body: 'expired' }, 'invalid_grant: expired'],
    ['refused', { body: '{}', description: 'old' }, 'HTTP 400 invalid_grant: old'],
    ['refused', { body: '' }, 'HTTP 400 invalid_grant'],
  ])('says once what the provider said: %s, %j', (message, said, words) => {
    const error = new SgidError('ERR_TOKEN_REFUSED', message, {
      reply: { status: 400, error: 'invalid_grant', ...said },
    });
    expect(renderError(error, 'sgid', plain)[1]).toBe(`  provider said: ${words}`);
  });

  it('leaves out what there is none of, and ends a usage error with the help of its command', () => {
    expect(renderError(new SgidError('ERR_USAGE', 'no'), 'sgid profile use', plain)).toEqual([
      'error: usage: no',
      'More: sgid profile use --help',
    ]);
  });

  it.each([
    ['ERR_INTERRUPTED', 'Interrupted.'],
    ['ERR_TERMINATED', 'Terminated.'],
    ['ERR_HANGUP', 'The terminal was closed.'],
  ] as const)('says of %s only %s', (code, words) => {
    expect(renderError(new SgidError(code, 'x', { hint: 'y', causes: ['z'] }), 'sgid', plain)).toEqual([
      words,
    ]);
  });
});

it('toJsonError has every field of the contract, though there is nothing to say in it', () => {
  const error = { code: 'ERR_USAGE', step: 'usage', message: 'a', hint: null, status: null, exitCode: 2 };
  expect(toJsonError(new SgidError('ERR_USAGE', 'a', { step: 'usage' }))).toEqual({ error });
});

it('toSgidError says what the machine has run out of', () => {
  const hint = expect.stringContaining('ulimit -n');
  const message = 'sgid cannot continue: too many files are open (EMFILE)';
  const error = Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
  expect(toSgidError(error)).toMatchObject({ code: 'ERR_FILE', message, hint });
});

it('toSgidError calls everything but our errors a bug', () => {
  const words = 'unexpected failure: Error: a ::error::b';
  expect(toSgidError(new Error('a\n::error::\u00adb')).message).toBe(words);
  const hint = expect.stringContaining('Please report it');
  const message = 'unexpected failure: text';
  expect(toSgidError('text')).toMatchObject({ code: 'ERR_INTERNAL', message, hint });
});
