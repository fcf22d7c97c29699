import { describe, expect, it } from 'vitest';
import { MOCKPASS_PROFILE, SDK_PROFILE } from '../../../src/mock/encryption.ts';
import type { TokenVerdict } from '../../../src/oidc/verdict.ts';
import { inspectJwe, inspectUserinfo } from '../../../src/sgid/inspect-userinfo.ts';
import { readUserinfo } from '../../../src/sgid/userinfo.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { savedUserinfo, withHeader } from '../../helpers/saved-userinfo.ts';

function failuresOf(verdicts: readonly TokenVerdict[]): readonly string[] {
  return verdicts.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
}

describe('inspectJwe', () => {
  it.each(['RSA-OAEP-256', 'RSA-OAEP', 'dir', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW'])('passes %s', (alg) => {
    for (const enc of ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'])
      expect(failuresOf(inspectJwe({ alg, enc }))).toEqual([]);
  });

  it.each([
    'RSA1_5',
    'RSA-OAEP-384',
    'A128KW',
    'ECDH-ES',
    'PBES2-HS256+A128KW',
    'rsa-oaep',
    '',
    undefined,
    7,
    ['dir'],
  ])('fails the algorithm %j', (alg) => {
    const verdicts = inspectJwe({ alg, enc: 'A256GCM' });
    expect(failuresOf(verdicts)).toEqual(['algorithm']);
    expect(verdicts[0]).toMatchObject({
      code: 'ERR_JWE_ALGORITHM',
      evidence: expect.stringContaining('accepted'),
    });
  });

  it.each(['A128CBC', 'a256gcm', 'constructor', undefined, null])('fails the encryption %j', (enc) => {
    expect(failuresOf(inspectJwe({ alg: 'dir', enc }))).toEqual(['encryption']);
  });
});

describe('inspectUserinfo', () => {
  it.each([
    ['the official SDK', SDK_PROFILE],
    ['MockPass', MOCKPASS_PROFILE],
  ])('passes the algorithms of %s', (_name, profile) => {
    const reply = readUserinfo(JSON.parse(savedUserinfo({ a: 'x', b: 'y' }, {}, profile)), undefined);
    const report = inspectUserinfo(reply);
    expect(failuresOf(report.verdicts)).toEqual([]);
    expect(report.key?.header['alg']).toBe(profile.key.alg);
    expect(Object.keys(report.data ?? {})).toEqual(['a', 'b']);
  });

  it('holds key and fields to lists of their own', () => {
    const saved = JSON.parse(savedUserinfo({ a: 'x' }));
    const swapped = { sub: 'x', key: saved.data.a, data: { a: saved.key } };
    expect(failuresOf(inspectUserinfo(readUserinfo(swapped, undefined)).verdicts)).toEqual([
      'key.algorithm',
      'data.a.algorithm',
    ]);
  });

  it('takes names for data', () => {
    const saved = JSON.parse(savedUserinfo({ a: 'x' }));
    const data = Object.fromEntries([['__proto__', saved.data.a]]);
    const report = inspectUserinfo(readUserinfo({ ...saved, data }, undefined));
    expect(Object.keys(report.data ?? {})).toEqual(['__proto__']);
  });

  it.each([
    ['no compact token', 'x'],
    ['a JWS', 'eyJhbGciOiJSUzI1NiJ9.e30.AA'],
    ['a JWE without a header', '....'],
    ['a header that is no JSON', withHeader('a.b.c.d.e', {}).replace(/^[^.]+/, 'AAAA')],
  ])('refuses a part that is %s', async (_name, jwe) => {
    const saved = JSON.parse(savedUserinfo({ a: 'x' }));
    for (const changes of [{ key: jwe }, { data: { a: jwe } }]) {
      const { code } = await errorOf(() =>
        inspectUserinfo(readUserinfo({ ...saved, ...changes }, undefined)),
      );
      expect(code).toBe('ERR_JWE_INVALID');
    }
  });
});
