import { describe, expect, it } from 'vitest';
import { type EncryptedUserinfo, validateUserinfo } from '../../../src/sgid/userinfo.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

function validate(body: unknown, sub = 'u=1'): EncryptedUserinfo {
  const reply = JSON.parse(typeof body === 'string' ? body : JSON.stringify(body));
  return validateUserinfo(reply, sub);
}

describe('a userinfo reply that is taken', () => {
  const FIELDS = { 'myinfo.name': 'a', 'myinfo.sex': 'b' };

  it.each<[string, Record<string, unknown>, object]>([
    ['openid alone', {}, {}],
    ['openid alone, with nulls', { key: null, data: null }, {}],
    [
      'key and fields',
      { key: 'k', data: FIELDS },
      { encrypted: { key: 'k', fields: Object.entries(FIELDS) } },
    ],
    ['a key and no fields', { key: 'k', data: {} }, { encrypted: { key: 'k', fields: [] } }],
  ])('%s', (_name, body, expected) => {
    expect(validate({ sub: 'u=1', ...body })).toEqual({ sub: 'u=1', ...expected });
  });

  it('fields named like parts of every object, as plain fields', () => {
    const body = '{"sub":"u=1","key":"k","data":{"__proto__":"a","constructor":"b","toString":"c"}}';
    const names = validate(body).encrypted?.fields.map(([name]) => name);
    expect(names).toEqual(['__proto__', 'constructor', 'toString']);
  });
});

describe('a userinfo reply that is refused', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['another sub', { sub: 'u=2' }, 'ERR_SUB_MISMATCH'],
    ['the sub in other case', { sub: 'U=1' }, 'ERR_SUB_MISMATCH'],
    ['no sub', {}, 'ERR_SUB_MISMATCH'],
    ['a sub in a list', { sub: ['u=1'] }, 'ERR_SUB_MISMATCH'],
    ['another sub before malformed data', { sub: 'u=2', data: 5 }, 'ERR_SUB_MISMATCH'],
    ['data without a key', { sub: 'u=1', data: { a: 'x' } }, 'ERR_JWE_KEY_MISSING'],
    ['empty data without a key', { sub: 'u=1', data: {} }, 'ERR_JWE_KEY_MISSING'],
    ['data with a null key', { sub: 'u=1', key: null, data: { a: 'x' } }, 'ERR_JWE_KEY_MISSING'],
    ['a key without data', { sub: 'u=1', key: 'k' }, 'ERR_JWE_INVALID'],
    ['an empty key', { sub: 'u=1', key: '', data: {} }, 'ERR_JWE_INVALID'],
    ['a key that is an object', { sub: 'u=1', key: {}, data: {} }, 'ERR_JWE_INVALID'],
    ['data that is a list', { sub: 'u=1', key: 'k', data: ['x'] }, 'ERR_JWE_INVALID'],
    ['data that is text', { sub: 'u=1', key: 'k', data: 'x' }, 'ERR_JWE_INVALID'],
    ['a field that is a number', { sub: 'u=1', key: 'k', data: { a: 5 } }, 'ERR_JWE_INVALID'],
    ['a field that is an object', { sub: 'u=1', key: 'k', data: { a: {} } }, 'ERR_JWE_INVALID'],
    ['a null field', { sub: 'u=1', key: 'k', data: { a: 'x', b: null } }, 'ERR_JWE_INVALID'],
    ['an empty field', { sub: 'u=1', key: 'k', data: { a: '' } }, 'ERR_JWE_INVALID'],
  ])('%s', async (_name, body, code) => {
    const error = await errorOf(() => validate(body));
    expect(error).toMatchObject({ code, step: 'userinfo', hint: expect.stringMatching(/\S/) });
  });

  it('an empty sub, although an empty one is expected', async () => {
    expect((await errorOf(() => validate({ sub: '' }, ''))).code).toBe('ERR_SUB_MISMATCH');
  });

  it('the sub of an object in its place', async () => {
    expect((await errorOf(() => validate('{"__proto__":{"sub":"u=1"}}'))).code).toBe('ERR_SUB_MISMATCH');
  });

  it.each([{ sub: 'canary-sub' }, { sub: 'u=1', key: 'k', data: { 'myinfo.name': ['CANARY NAME'] } }])(
    'without a word of the subjects or the values: %j',
    async (body) => {
      expect(wordsOf(await errorOf(() => validate(body)))).not.toMatch(/canary/i);
    },
  );
});
