import { describe, expect, it } from 'vitest';
import { acceptCallback, validateCallback } from '../../../src/oidc/callback.ts';
import { findFailure } from '../../../src/oidc/verdict.ts';
import { errorOf } from '../../helpers/error-of.ts';

const STATE = 'state-of-this-login';
const ISSUER = 'https://provider.test/v2';

/** What a login makes of a callback: its code, or the error, and whether that ends the login. */
function validate(query: string, sent: { readonly state: string | undefined } = { state: STATE }) {
  const callback = validateCallback(new URLSearchParams(query), { ...sent, issuer: ISSUER });
  const error = findFailure(callback.verdicts);
  if (error === undefined) return { kind: 'accepted', code: acceptCallback(callback).code };
  return { kind: callback.isExpected ? 'refused' : 'unexpected', error };
}

const NO_STATE = { state: undefined };

describe('the callback of this login', () => {
  it.each([
    ['code and state', `code=abc&state=${STATE}`],
    ['with iss', `code=abc&state=${STATE}&iss=${encodeURIComponent(ISSUER)}`],
    ['with parameters that nobody knows', `code=abc&state=${STATE}&session_state=x&__proto__=y`],
    ['without a state when none was sent', 'code=abc', NO_STATE],
  ])('gives the code: %s', (_name, query, sent?: typeof NO_STATE) => {
    expect(validate(query, sent)).toEqual({ kind: 'accepted', code: 'abc' });
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
    ['a state although none was sent', `code=abc&state=${STATE}`, 'ERR_STATE_MISMATCH', NO_STATE],
    ['an empty state although none was sent', 'code=abc&state=', 'ERR_STATE_MISMATCH', NO_STATE],
    // Wrong in two ways: the earlier check counts.
    ['repeated before issuer', `code=a&code=b&iss=x&state=${STATE}`, 'ERR_CALLBACK_INVALID'],
    ['repeated before state', 'code=a&code=b&state=x', 'ERR_CALLBACK_INVALID'],
    ['issuer before state', 'code=a&iss=x&state=x', 'ERR_CALLBACK_ISSUER'],
    ['issuer before error', `error=access_denied&iss=x&state=${STATE}`, 'ERR_CALLBACK_ISSUER'],
    ['state before error', 'error=access_denied&state=x', 'ERR_STATE_MISMATCH'],
    ['state before a missing code', 'state=x', 'ERR_STATE_MISMATCH'],
  ])('%s', (_name, query, code, sent?: typeof NO_STATE) => {
    expect(validate(query, sent)).toMatchObject({ kind: 'unexpected', error: { code, step: 'callback' } });
  });
});

it.each([
  ['code=abc', 'cut on its way'],
  ['code=abc&state=', 'an older login'],
  ['code=abc&state=another', 'an older login'],
])(
  'says of a missing state what is likelier than an attack, and of another what it can be: %s',
  (query, words) => {
    expect(validate(query).error?.hint).toContain(words);
  },
);

describe('a refusal, which ends the login', () => {
  const NEITHER = 'the callback holds neither a code nor an error';
  const SCOPE = 'a scope that this client may not ask for';
  const MISSPELLED = 'a scope whose name is misspelled';

  it.each<[string, string, string, string, string[]?]>([
    ['the person said no', 'error=access_denied', 'ERR_ACCESS_DENIED', '(access_denied)'],
    [
      'the scope is refused',
      'error=invalid_scope',
      'ERR_AUTHORIZATION',
      '(invalid_scope)',
      [SCOPE, MISSPELLED],
    ],
    ['an error that can be both', 'error=x', 'ERR_AUTHORIZATION', '(x)', [SCOPE, 'a provider fault']],
    ['an empty error', 'error=', 'ERR_AUTHORIZATION', '()', [SCOPE, 'a provider fault']],
    ['an error beside a code', 'error=access_denied&code=abc', 'ERR_ACCESS_DENIED', '(access_denied)'],
    [
      'an error that repeats the code',
      'error=a&code=canary-code&error_description=no+canary-code',
      'ERR_AUTHORIZATION',
      '(a: no [redacted])',
      [SCOPE, 'a provider fault'],
    ],
    ['neither code nor error', 'x=y', 'ERR_CALLBACK_INVALID', NEITHER],
    ['an empty code', 'code=', 'ERR_CALLBACK_INVALID', NEITHER],
  ])('%s', (_name, query, code, words, causes = []) => {
    const { kind, error } = validate(`${query}&state=${STATE}`);
    expect([kind, error?.code, error?.step, error?.causes]).toEqual(['refused', code, 'callback', causes]);
    expect(error?.message.endsWith(words)).toBe(true);
    expect(error?.hint).toMatch(/\S/);
  });

  it('a code over 16 kB', () => {
    const code = 'x'.repeat(16 * 1024);
    expect(validate(`code=${code}&state=${STATE}`)).toEqual({ kind: 'accepted', code });
    const { kind, error } = validate(`code=${code}x&state=${STATE}`);
    expect([kind, error?.code]).toEqual(['refused', 'ERR_CALLBACK_INVALID']);
    expect(error?.message).toBe('the callback holds a code over 16 kB');
  });

  it.each([
    ['ask for less', 'ask for less'],
    ['no\u001b[2J\u001b]0;title\u0007\n::error::\u202efake', 'no ::error::fake'],
  ])("quotes the provider's description %j, safe to print", (description, words) => {
    const query = new URLSearchParams({
      error: 'invalid_scope',
      error_description: description,
      state: STATE,
    });
    const message = `the provider refused the authorization request (invalid_scope: ${words})`;
    expect(validate(`${query}`)).toMatchObject({ error: { message } });
  });
});

it.each([
  'code=canary-code&state=canary-state',
  'code=canary-code&code=canary-state',
  'code=canary-code&iss=x&state=canary-state',
])('never puts a code or a state into what it says: %s', (query) => {
  const { error } = validate(query, { state: 'canary-expected' });
  expect(error).toBeDefined();
  expect(`${error?.message} ${error?.hint}`).not.toMatch(/canary/);
});

it('is accepted after every check alone, and the checks are reported in order', async () => {
  const good = new URLSearchParams({ code: 'x', state: STATE, iss: ISSUER });
  const expected = { state: STATE, issuer: ISSUER };
  const { verdicts } = validateCallback(good, expected);
  expect(verdicts.map(({ check, verdict }) => `${verdict} ${check}`)).toEqual([
    ...['pass parameters', 'pass issuer', 'pass state', 'pass grant'],
  ]);
  for (const [query, check] of [
    ['code=x&state=y', 'state'],
    [`error=access_denied&state=${STATE}`, 'grant'],
    [`state=${STATE}`, 'grant'],
  ] as const) {
    const callback = validateCallback(new URLSearchParams(query), expected);
    expect(callback.verdicts.at(-1)?.check).toBe(check);
    expect(callback.code).toBe(query.startsWith('code') ? 'x' : '');
    expect((await errorOf(() => acceptCallback(callback))).step).toBe('callback');
  }
});
