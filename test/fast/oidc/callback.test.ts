import { describe, expect, it } from 'vitest';
import { type CallbackReading, readCallback } from '../../../src/oidc/callback.ts';

const STATE = 'state-of-this-login';
const ISSUER = 'https://provider.test/v2';

function read(query: string, state: string | undefined = STATE): CallbackReading {
  return readCallback(new URLSearchParams(query), { state, issuer: ISSUER });
}

function readWithoutState(query: string): CallbackReading {
  return readCallback(new URLSearchParams(query), { state: undefined, issuer: ISSUER });
}

describe('readCallback, the genuine callback', () => {
  it.each([
    ['code and state', `code=abc&state=${STATE}`],
    ['with iss', `code=abc&state=${STATE}&iss=${encodeURIComponent(ISSUER)}`],
    ['with parameters that nobody knows', `code=abc&state=${STATE}&session_state=x&__proto__=y`],
  ])('gives the code: %s', (_name, query) => {
    expect(read(query)).toEqual({ kind: 'code', code: 'abc' });
  });

  it('gives the code of a login without a state', () => {
    expect(readWithoutState('code=abc')).toEqual({ kind: 'code', code: 'abc' });
  });
});

describe('readCallback, strangers: the login goes on', () => {
  it.each([
    ['code repeated', `code=abc&code=def&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['code repeated with the same value', `code=abc&code=abc&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['state repeated', `code=abc&state=${STATE}&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['error repeated', `error=a&error=b&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['an unknown parameter repeated', `code=abc&state=${STATE}&x=1&x=2`, 'ERR_CALLBACK_INVALID'],
    ['another issuer', `code=abc&state=${STATE}&iss=https://evil.test`, 'ERR_CALLBACK_ISSUER'],
    ['the issuer with a slash', `code=abc&state=${STATE}&iss=${ISSUER}/`, 'ERR_CALLBACK_ISSUER'],
    ['an empty issuer', `code=abc&state=${STATE}&iss=`, 'ERR_CALLBACK_ISSUER'],
    ['no state', 'code=abc', 'ERR_STATE_MISMATCH'],
    ['an empty state', 'code=abc&state=', 'ERR_STATE_MISMATCH'],
    ['another state', 'code=abc&state=another', 'ERR_STATE_MISMATCH'],
    ['a prefix of the state', `code=abc&state=${STATE.slice(0, -1)}`, 'ERR_STATE_MISMATCH'],
    ['the state and more', `code=abc&state=${STATE}x`, 'ERR_STATE_MISMATCH'],
    ['the state in other case', `code=abc&state=${STATE.toUpperCase()}`, 'ERR_STATE_MISMATCH'],
    ['an error without the state', 'error=access_denied', 'ERR_STATE_MISMATCH'],
    ['nothing at all', '', 'ERR_STATE_MISMATCH'],
  ])('%s', (_name, query, code) => {
    expect(read(query)).toMatchObject({ kind: 'stray', error: { code, step: 'callback' } });
  });

  it('a state although none was sent', () => {
    expect(readWithoutState(`code=abc&state=${STATE}`)).toMatchObject({
      kind: 'stray',
      error: { code: 'ERR_STATE_MISMATCH' },
    });
  });

  it('an empty state although none was sent', () => {
    expect(readWithoutState('code=abc&state=').kind).toBe('stray');
  });
});

describe('readCallback, wrong in two ways: the earlier judgement counts', () => {
  it.each([
    ['repeated before issuer', `code=a&code=b&iss=x&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['repeated before state', 'code=a&code=b&state=x', 'ERR_CALLBACK_INVALID'],
    ['repeated before error', `error=a&error=b&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['issuer before state', 'code=a&iss=x&state=x', 'ERR_CALLBACK_ISSUER'],
    ['issuer before error', `error=access_denied&iss=x&state=${STATE}`, 'ERR_CALLBACK_ISSUER'],
    ['state before error', 'error=access_denied&state=x', 'ERR_STATE_MISMATCH'],
    ['state before a missing code', 'state=x', 'ERR_STATE_MISMATCH'],
  ])('%s', (_name, query, code) => {
    expect(read(query)).toMatchObject({ kind: 'stray', error: { code } });
  });

  it('error before code', () => {
    expect(read(`error=access_denied&code=abc&state=${STATE}`)).toMatchObject({
      kind: 'refused',
      error: { code: 'ERR_ACCESS_DENIED' },
    });
  });
});

describe('readCallback, refusals: the login is over', () => {
  it.each([
    ['the person said no', 'error=access_denied', 'ERR_ACCESS_DENIED'],
    ['the scope is refused', 'error=invalid_scope', 'ERR_AUTHORIZATION'],
    ['an empty error', 'error=', 'ERR_AUTHORIZATION'],
    ['neither code nor error', 'x=y', 'ERR_CALLBACK_INVALID'],
    ['an empty code', 'code=', 'ERR_CALLBACK_INVALID'],
  ])('%s', (_name, query, code) => {
    expect(read(`${query}&state=${STATE}`)).toMatchObject({
      kind: 'refused',
      error: { code, step: 'callback', hint: expect.stringMatching(/\S/) },
    });
  });

  it('a code over 16 kB', () => {
    const code = 'x'.repeat(16 * 1024);
    expect(read(`code=${code}&state=${STATE}`)).toEqual({ kind: 'code', code });
    expect(read(`code=${code}x&state=${STATE}`)).toMatchObject({
      kind: 'refused',
      error: {
        code: 'ERR_CALLBACK_INVALID',
        step: 'callback',
        message: expect.stringMatching(/^.{1,100}$/),
      },
    });
  });

  it("tells the provider's description", () => {
    const reading = read(`error=invalid_scope&error_description=ask%20for%20less&state=${STATE}`);
    expect(reading).toMatchObject({
      error: { message: expect.stringContaining('invalid_scope: ask for less') },
    });
  });

  it('takes escape sequences and line breaks out of the description', () => {
    const hostile = encodeURIComponent('no\u001b[2J\u001b]0;title\u0007\n::error::\u202efake');
    const reading = read(`error=invalid_scope&error_description=${hostile}&state=${STATE}`);
    expect(reading).toMatchObject({
      error: {
        message: 'the provider refused the authorization request (invalid_scope: no ::error::fake)',
      },
    });
  });
});

it('never puts a code or a state into what it says', () => {
  const queries = [
    'code=canary-code&state=canary-state',
    'code=canary-code&code=canary-state',
    'code=canary-code&iss=x&state=canary-state',
  ];
  for (const query of queries) {
    const reading = read(query, 'canary-expected');
    const words = reading.kind === 'code' ? '' : `${reading.error.message} ${reading.error.hint}`;
    expect(words).toMatch(/\S/);
    expect(words).not.toMatch(/canary/);
  }
});
