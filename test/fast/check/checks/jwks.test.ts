import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CheckFinding } from '../../../../src/check/check.ts';
import { checkJwks } from '../../../../src/check/provider-checks.ts';
import { createOnlineContext, verdictOf } from '../../../helpers/check-context.ts';
import { errorOf } from '../../../helpers/error-of.ts';
import type { Reply } from '../../../helpers/fake-provider.ts';
import { signingKey } from '../../../helpers/sign-id-token.ts';
import { keyText } from '../../keys/key-fixtures.ts';

const { kty, n, e } = createPublicKey(keyText('public.pem')).export({ format: 'jwk' });
const RSA = { kty, n, e };
const WEAK = createPublicKey(keyText('rsa-1024.pem')).export({ format: 'jwk' });
const UNUSABLE = 'fail ERR_RESPONSE_INVALID';

function check(keys: readonly unknown[]): Promise<CheckFinding> {
  return checkJwks(createOnlineContext(() => ({ body: { keys } })));
}

describe('the check of the JWKS', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['pass', 'the one of sgID', [signingKey.jwk]],
    ['pass', 'a key of which no more is said', [RSA]],
    ['pass', 'two keys', [signingKey.jwk, { ...RSA, kid: 'second' }]],
    ['pass', 'one that can be used among others', [{ kty: 'EC' }, { ...RSA, use: 'enc' }, signingKey.jwk]],
    [
      'warn',
      'two keys of the same name',
      [
        { ...RSA, kid: 'x' },
        { ...signingKey.jwk, kid: 'x' },
      ],
    ],
    ['warn', 'two keys without a name', [RSA, { ...RSA }]],
    ['warn', 'two keys, one without a name', [RSA, signingKey.jwk]],
    [UNUSABLE, 'an elliptic curve alone', [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }]],
    [UNUSABLE, 'a key for encryption', [{ ...RSA, use: 'enc' }]],
    [UNUSABLE, 'a key for another algorithm', [{ ...RSA, alg: 'PS256' }]],
    [UNUSABLE, 'a secret key', [{ kty: 'oct', k: 'AAAA' }]],
    [UNUSABLE, 'a key of 1024 bits', [WEAK]],
    [UNUSABLE, 'a broken key', [{ ...RSA, n: '!' }]],
    [UNUSABLE, 'a key without exponent', [{ kty, n }]],
    [UNUSABLE, 'a modulus that is no text', [{ ...RSA, n: 7 }]],
  ])('is a %s for %s', async (verdict, _name, keys) => {
    expect(verdictOf(await check(keys))).toBe(verdict);
  });

  it('names the keys, five at most', async () => {
    const keys = Array.from({ length: 7 }, (_unused, index) => ({ ...RSA, kid: `key-${index}` }));
    const { evidence } = await check(keys);
    expect(evidence).toBe('the JWKS holds 7 keys; usable for RS256: key-0, key-1, key-2, key-3, key-4');
    expect((await check([RSA])).evidence).toBe('the JWKS holds 1 key; usable for RS256: one without kid');
  });

  it.each<[string, Reply]>([
    ['no keys', { body: { keys: [] } }],
    ['no list', { body: { keys: {} } }],
    ['HTML', { body: '<html>' }],
    ['nothing', { body: '' }],
    ['a page that is not there', { status: 404 }],
    ['an error', { status: 500 }],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.test' } }],
  ])('rejects for %s', async (_name, reply) => {
    const context = createOnlineContext(() => reply);
    expect((await errorOf(() => checkJwks(context))).code).toMatch(/^ERR_(RESPONSE|PROVIDER)/);
  });
});
