import { describe, expect, it } from 'vitest';
import { type EncryptedUserinfo, readUserinfoResponse, userinfoRequest } from '../../../src/sgid/userinfo.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const REQUEST = userinfoRequest('https://provider.test/v2/oauth/userinfo', 'canary-token');

function read(status: number, body: unknown, sub = 'u=1'): EncryptedUserinfo {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readUserinfoResponse({ status, body: text, wwwAuthenticate: null, retryAfter: null }, REQUEST, sub);
}

describe('userinfoRequest', () => {
  it('carries the access token in the header alone', () => {
    expect(REQUEST.init).toEqual({
      method: 'GET',
      headers: { accept: 'application/json', authorization: 'Bearer canary-token' },
      redirect: 'manual',
    });
    expect(REQUEST.url).not.toContain('canary');
  });
});

describe('readUserinfoResponse, accepted', () => {
  it.each<[string, Record<string, unknown>]>([
    ['openid alone', {}],
    ['openid alone, with nulls', { key: null, data: null }],
  ])('%s', (_name, body) => {
    expect(read(200, { sub: 'u=1', ...body })).toEqual({ sub: 'u=1' });
  });

  it('key and fields', () => {
    expect(read(200, { sub: 'u=1', key: 'k', data: { 'myinfo.name': 'a', 'myinfo.sex': 'b' } })).toEqual({
      sub: 'u=1',
      encrypted: {
        key: 'k',
        fields: [
          ['myinfo.name', 'a'],
          ['myinfo.sex', 'b'],
        ],
      },
    });
  });

  it('a key and no fields', () => {
    expect(read(200, { sub: 'u=1', key: 'k', data: {} }).encrypted).toEqual({ key: 'k', fields: [] });
  });

  it('fields named like parts of every object, as plain fields', () => {
    const body = '{"sub":"u=1","key":"k","data":{"__proto__":"a","constructor":"b","toString":"c"}}';
    expect(read(200, body).encrypted?.fields).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]);
  });
});

describe('readUserinfoResponse, refused', () => {
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
    const error = await errorOf(() => read(200, body));
    expect(error).toMatchObject({ code, step: 'userinfo', hint: expect.stringMatching(/\S/) });
  });

  it('an empty sub, although an empty one is expected', async () => {
    expect((await errorOf(() => read(200, { sub: '' }, ''))).code).toBe('ERR_SUB_MISMATCH');
  });

  it('the sub of an object in its place', async () => {
    const error = await errorOf(() => read(200, '{"__proto__":{"sub":"u=1"}}'));
    expect(error.code).toBe('ERR_SUB_MISMATCH');
  });

  it.each<[number, unknown, string]>([
    [401, { message: 'expired' }, 'ERR_USERINFO_REFUSED'],
    [403, '', 'ERR_USERINFO_REFUSED'],
    [302, '', 'ERR_RESPONSE_REDIRECT'],
    [500, '', 'ERR_PROVIDER_UNAVAILABLE'],
    [200, 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 'ERR_RESPONSE_INVALID'],
  ])('status %d with %j', async (status, body, code) => {
    const error = await errorOf(() => read(status, body));
    expect(error).toMatchObject({ code, step: 'userinfo', reply: { status } });
  });

  it('without a word of the token, the subjects or the values', async () => {
    const bodies: [number, unknown][] = [
      [401, 'canary-token is expired'],
      [200, { sub: 'canary-sub' }],
      [200, { sub: 'u=1', key: 'k', data: { 'myinfo.name': ['CANARY NAME'] } }],
      [200, ['CANARY NAME']],
    ];
    for (const [status, body] of bodies) {
      expect(wordsOf(await errorOf(() => read(status, body)))).not.toMatch(/canary/i);
    }
  });
});
