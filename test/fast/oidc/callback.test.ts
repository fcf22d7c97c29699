import { describe, expect, it } from 'vitest';
import { acceptCallback, parseRedirectedUrl, validateCallback } from '../../../src/oidc/callback.ts';
import { findFailure } from '../../../src/oidc/verdict.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

const STATE = 'state-of-this-login';
const ISSUER = 'https://provider.test/v2';

/** What a login makes of a callback: its code, or the error, and whether that ends the login. */
function validate(query: string, state: string | undefined = STATE) {
  const callback = validateCallback(new URLSearchParams(query), { state, issuer: ISSUER });
  const error = findFailure(callback.verdicts);
  if (error === undefined) return { kind: 'accepted', code: acceptCallback(callback).code };
  return { kind: callback.isExpected ? 'refused' : 'unexpected', error };
}

function validateWithoutState(query: string) {
  const callback = validateCallback(new URLSearchParams(query), { state: undefined, issuer: ISSUER });
  return { ...callback, error: findFailure(callback.verdicts) };
}

describe('the callback of this login', () => {
  it.each([
    ['code and state', `code=abc&state=${STATE}`],
    ['with iss', `code=abc&state=${STATE}&iss=${encodeURIComponent(ISSUER)}`],
    ['with parameters that nobody knows', `code=abc&state=${STATE}&session_state=x&__proto__=y`],
  ])('gives the code: %s', (_name, query) => {
    expect(validate(query)).toEqual({ kind: 'accepted', code: 'abc' });
  });

  it('gives the code of a login without a state', () => {
    expect(validateWithoutState('code=abc')).toMatchObject({ isExpected: true, code: 'abc' });
  });
});

describe('an unexpected callback, which ends nothing', () => {
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
    expect(validate(query)).toMatchObject({ kind: 'unexpected', error: { code, step: 'callback' } });
  });

  it('a state although none was sent', () => {
    expect(validateWithoutState(`code=abc&state=${STATE}`)).toMatchObject({
      isExpected: false,
      error: { code: 'ERR_STATE_MISMATCH' },
    });
  });

  it('an empty state although none was sent', () => {
    expect(validateWithoutState('code=abc&state=').isExpected).toBe(false);
  });
});

describe('a callback that is wrong in two ways: the earlier check counts', () => {
  it.each([
    ['repeated before issuer', `code=a&code=b&iss=x&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['repeated before state', 'code=a&code=b&state=x', 'ERR_CALLBACK_INVALID'],
    ['repeated before error', `error=a&error=b&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['issuer before state', 'code=a&iss=x&state=x', 'ERR_CALLBACK_ISSUER'],
    ['issuer before error', `error=access_denied&iss=x&state=${STATE}`, 'ERR_CALLBACK_ISSUER'],
    ['state before error', 'error=access_denied&state=x', 'ERR_STATE_MISMATCH'],
    ['state before a missing code', 'state=x', 'ERR_STATE_MISMATCH'],
  ])('%s', (_name, query, code) => {
    expect(validate(query)).toMatchObject({ kind: 'unexpected', error: { code } });
  });

  it('error before code', () => {
    expect(validate(`error=access_denied&code=abc&state=${STATE}`)).toMatchObject({
      kind: 'refused',
      error: { code: 'ERR_ACCESS_DENIED' },
    });
  });
});

describe('a refusal, which ends the login', () => {
  it.each([
    ['the person said no', 'error=access_denied', 'ERR_ACCESS_DENIED'],
    ['the scope is refused', 'error=invalid_scope', 'ERR_AUTHORIZATION'],
    ['an empty error', 'error=', 'ERR_AUTHORIZATION'],
    ['neither code nor error', 'x=y', 'ERR_CALLBACK_INVALID'],
    ['an empty code', 'code=', 'ERR_CALLBACK_INVALID'],
  ])('%s', (_name, query, code) => {
    expect(validate(`${query}&state=${STATE}`)).toMatchObject({
      kind: 'refused',
      error: { code, step: 'callback', hint: expect.stringMatching(/\S/) },
    });
  });

  it('a code over 16 kB', () => {
    const code = 'x'.repeat(16 * 1024);
    expect(validate(`code=${code}&state=${STATE}`)).toEqual({ kind: 'accepted', code });
    expect(validate(`code=${code}x&state=${STATE}`)).toMatchObject({
      kind: 'refused',
      error: {
        code: 'ERR_CALLBACK_INVALID',
        step: 'callback',
        message: expect.stringMatching(/^.{1,100}$/),
      },
    });
  });

  it("tells the provider's description", () => {
    const callback = validate(`error=invalid_scope&error_description=ask%20for%20less&state=${STATE}`);
    expect(callback).toMatchObject({
      error: { message: expect.stringContaining('invalid_scope: ask for less') },
    });
  });

  it('takes escape sequences and line breaks out of the description', () => {
    const hostile = encodeURIComponent('no\u001b[2J\u001b]0;title\u0007\n::error::\u202efake');
    const callback = validate(`error=invalid_scope&error_description=${hostile}&state=${STATE}`);
    expect(callback).toMatchObject({
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
    const callback = validate(query, 'canary-expected');
    const words = `${callback.error?.message} ${callback.error?.hint}`;
    expect(words).toMatch(/\S/);
    expect(words).not.toMatch(/canary/);
  }
});

it('is accepted after every check alone, and the checks are told in order', async () => {
  const good = new URLSearchParams({ code: 'x', state: STATE, iss: ISSUER });
  const expected = { state: STATE, issuer: ISSUER };
  const { verdicts } = validateCallback(good, expected);
  expect(verdicts.map(({ check, verdict }) => `${verdict} ${check}`)).toEqual([
    ...['pass parameters', 'pass issuer', 'pass state', 'pass grant'],
  ]);
  for (const query of ['code=x&state=y', `error=access_denied&state=${STATE}`]) {
    const callback = validateCallback(new URLSearchParams(query), expected);
    expect((await errorOf(() => acceptCallback(callback))).step).toBe('callback');
  }
});

const REDIRECT_URI = 'http://localhost:5001/callback';
const QUERY = 'code=a%2Fb%3D&state=s-1_~.x';

describe('parseRedirectedUrl', () => {
  it.each([
    `${REDIRECT_URI}?${QUERY}`,
    `  ${REDIRECT_URI}?${QUERY}\r\n`,
    `"${REDIRECT_URI}?${QUERY}"`,
    `'${REDIRECT_URI}?${QUERY}'`,
    `<${REDIRECT_URI}?${QUERY}>`,
    `${REDIRECT_URI}?${QUERY}#fragment`,
    `HTTP://LOCALHOST:5001/callback?${QUERY}`,
    `?${QUERY}`,
    QUERY,
  ])('reads %j', (text) => {
    const parameters = parseRedirectedUrl(text, REDIRECT_URI);
    expect([...parameters]).toEqual([
      ['code', 'a/b='],
      ['state', 's-1_~.x'],
    ]);
  });

  it('keeps repeated parameters, which are refused later', () => {
    expect([...parseRedirectedUrl('code=a&code=b', REDIRECT_URI).keys()]).toEqual(['code', 'code']);
  });

  it('reads a redirect URI with a query of its own', () => {
    const uri = 'https://app.example.test/cb?tenant=1';
    expect(parseRedirectedUrl(`${uri}&code=x`, uri).get('code')).toBe('x');
  });

  it.each([
    '',
    'hello',
    'code',
    'http://localhost:5002/callback?code=x',
    'https://localhost:5001/callback?code=x',
    'http://localhost:5001/other?code=x',
    'http://localhost:5001/callback/?code=x',
    'http://evil.test/callback?code=x',
    'http://localhost:5001@evil.test/callback?code=x',
    'javascript:alert(1)?code=x',
    'code=x state=y',
  ])('refuses %j and says how it begins', (text) => {
    expect(() => parseRedirectedUrl(text, REDIRECT_URI)).toThrow(
      expect.objectContaining({
        code: 'ERR_CALLBACK_INVALID',
        hint: expect.stringContaining(`begins with ${REDIRECT_URI}`),
        message: expect.not.stringContaining('code='),
      }),
    );
  });

  it.each<[string, (size: number) => string]>([
    ['one parameter', (size) => `${'a='.repeat(size)} x`],
    ['many parameters', (size) => `${'a=b&'.repeat(size)} x`],
  ])('parses a long line of %s in time that grows with its length', async (_name, textOf) => {
    await expectLinearTime(50_000, (size) => {
      expect(() => parseRedirectedUrl(textOf(size), REDIRECT_URI)).toThrow();
    });
  });
});
