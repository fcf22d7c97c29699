import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePrivateKey, unlockPrivateKey } from '../../../src/keys/private-key.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { errorOf } from '../../helpers/error-of.ts';
import {
  AES,
  compositeJwk,
  encryptedByHeaders,
  keyBytes,
  keyText,
  mixedJwk,
  PASSPHRASE,
  rsaJwk,
} from './key-fixtures.ts';
import { element } from './pfx.ts';

const pem = keyText('rsa-2048.pkcs8.pem').trim();
const lines = pem.split('\n');
const der = keyBytes('rsa-2048.pkcs8.der');
const ec = createPrivateKey(keyText('ec.pem'));
const jwk = rsaJwk();
const publicJwk = { kty: 'RSA', n: jwk['n'], e: jwk['e'] };
const otherPem = createPrivateKey(keyText('rsa-1024.pem')).export({ format: 'pem', type: 'pkcs1' });
const pkcs1Public = createPublicKey(keyText('public.pem')).export({ format: 'pem', type: 'pkcs1' });
const DER = { format: 'der', type: 'pkcs8' } as const;
const encryption = { cipher: 'aes-256-cbc', passphrase: 'x' } as const;
const withOldScheme = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8', ...encryption });
/** PBES2 (1.2.840.113549.1.5.13) turned into MD5 with DES (1.2.840.113549.1.5.3). */
withOldScheme[withOldScheme.indexOf(Buffer.from('2a864886f70d01050d', 'hex')) + 8] = 0x03;

/** PKCS#8: version, algorithm, key, attributes. */
const withAttributes = structure('020100300b06092a864886f70d010101040100a000');

/** RSAPrivateKey: to read its size leaves an error in OpenSSL's queue on Node 24 and 26. */
const withGiantModulus = element(
  0x30,
  ...[
    Buffer.of(0),
    Buffer.alloc(9000, 0x25),
    Buffer.of(1, 0, 1),
    ...Array.from({ length: 6 }, () => Buffer.of(3)),
  ].map((number) => element(0x02, number)),
);

/** The input, a part of the message, and a part of the hint. */
type Case = readonly [name: string, input: string | Uint8Array, message: string, hint: string];

const CASES: readonly Case[] = [
  ['nothing', '', 'is empty', '--private-key-file'],
  ['no bytes', new Uint8Array(), 'is empty', '--private-key-file'],
  ['empty quotes', '""', 'is empty', 'SGID_PRIVATE_KEY'],
  ['a lone quote', '"', 'not a private key', 'PEM'],
  ['a path', './keys/sgid.pem', 'path of a file', 'SGID_PRIVATE_KEY_PATH'],
  ['a Windows path', '"C:\\new\\rsa.key"', 'path of a file', '--private-key-file'],
  ['a path of a drive', 'c:/keys/sgid', 'path of a file', '--private-key-file'],
  ['a path of no drive', '1:/keys/sgid', 'not a private key', 'PEM'],
  ['a path behind a drive', 'c:sgid', 'not a private key', 'PEM'],
  ['a file URL', 'file:///tmp/key', 'path of a file', '--private-key-file'],
  ['a path of the home folder', '~/key', 'path of a file', '--private-key-file'],
  ['a path of the root', '/run/secrets/sgid', 'path of a file', '--private-key-file'],
  ['a path without a folder', 'sgid.P12', 'path of a file', '--private-key-file'],
  ['the longest path', `/${'x'.repeat(1023)}`, 'path of a file', '--private-key-file'],
  ['what is too long for a path', `${'x'.repeat(1024)}.pem`, 'not a private key', 'PEM'],
  ['a path that is too long', `/${'x'.repeat(1024)}`, 'not a private key', 'PEM'],
  ['paths in lines', '/keys/a\n/keys/b', 'not a private key', 'PEM'],
  ['a path in lines', 'private\nkey.pem', 'not a private key', 'PEM'],
  ['a path within words', 'not ~/key', 'not a private key', 'PEM'],
  ['a name that goes on', 'key.pem of mine', 'not a private key', 'PEM'],
  ['words before a web page', 'x <html>', 'not a private key', 'PEM'],
  ['XML', '<?xml version="1.0"?>', 'web page', 'Download'],
  ['a web page', '<!DOCTYPE html><html></html>', 'web page', 'Download'],
  ['PuTTY', 'PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none', 'PuTTY', 'puttygen'],
  ['OpenSSH', keyText('openssh.pem'), 'OpenSSH', 'ssh-keygen -p -m PKCS8'],
  ['an SSH public key', 'ssh-rsa AAAAB3NzaC1yc2E test', 'SSH public key', 'sgid key generate'],
  ['words before an SSH public key', 'x ssh-rsa AAAA test', 'not a private key', 'PEM'],
  ['a public key', keyText('public.pem'), 'this is a public key', '-----BEGIN PRIVATE KEY-----'],
  ['a PKCS#1 public key', pkcs1Public, 'this is a public key', 'sgid key generate'],
  ['a public JWK', JSON.stringify(publicJwk), 'this is a public key', 'sgid key generate'],
  ['a certificate', keyText('certificate.pem'), 'this is a certificate, not', '-----BEGIN PRIVATE KEY-----'],
  ['a request', keyText('certificate-request.pem'), 'certificate request', '-----BEGIN PRIVATE KEY-----'],
  ['no END line', lines.slice(0, -1).join('\n'), 'cut off', 'Copy the whole key'],
  ['no BEGIN line', lines.slice(1).join('\n'), 'cut off', 'Copy the whole key'],
  ['the first line alone', lines[0] ?? '', 'cut off', 'Copy the whole key'],
  ['lines missing within', lines.toSpliced(9, 8).join('\n'), 'cut off', 'Copy the whole key'],
  ['half a DER', der.subarray(0, 600), 'cut off', 'Copy the whole key'],
  ['a masked body', `${lines[0]}\n********\n${lines.at(-1)}`, 'damaged', 'openssl pkey'],
  ['a stray character', pem.replace('MII', '*MII'), 'damaged', 'openssl pkey'],
  ['a stray character at the end', pem.replace('\n-----END', '*\n-----END'), 'damaged', 'openssl pkey'],
  ['PEM of nothing', '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----', 'damaged', 'openssl'],
  ['lost backslashes', lines.join('n'), 'damaged', 'openssl pkey'],
  ['another structure', Buffer.from(der).fill(0x05, 22, 23), 'known format', 'PEM'],
  ['spoiled numbers', Buffer.concat([der.subarray(0, 26), Buffer.alloc(der.length - 26)]), 'damaged', 'Copy'],
  ['DER read as UTF-8', der.toString('utf8'), 'read as text', 'without an encoding'],
  ['bytes that are nothing', Buffer.from('00ff13379c00aa', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['digits', Buffer.from('0123456789'), 'not a private key in any', 'PKCS#12'],
  ['spoiled numbers with attributes', withAttributes, 'damaged', 'Copy'],
  ['empty numbers', structure('0200'.repeat(9)), 'damaged', 'Copy'],
  ['ten numbers', structure('0200'.repeat(10)), 'damaged', 'Copy'],
  ['a cut number', structure(`${'0200'.repeat(8)}0205`), 'not a private key in any', 'PKCS#12'],
  ['numbers after another element', structure(`0500${'0200'.repeat(9)}`), 'not a private key in', 'PKCS#12'],
  ['seven numbers', structure('0200'.repeat(7)), 'not a private key in any', 'PKCS#12'],
  ['a 3 of another type', structure('040103'), 'not a private key in any', 'PKCS#12'],
  ['a length of five bytes', Buffer.from('3085000000000100', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['a length of nine bytes', Buffer.from('3089', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['a length that is cut off', Buffer.from('3082', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['a hollow structure', Buffer.from('3000', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['an endless structure', Buffer.from('3080', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['other JSON', '{"clientId":"TEST-1","privateKey":"x"}', 'JSON file', '--credentials'],
  ['broken JSON', '{"kty":"RSA",', 'JSON file', '--credentials'],
  ['a JWK without primes', JSON.stringify({ ...publicJwk, d: jwk['d'] }), 'lacks p, q', '7518'],
  ['a JWK with a number', JSON.stringify({ ...jwk, d: 5 }), 'lacks p, q', '7518'],
  ['a JWK of plain base64', JSON.stringify({ ...jwk, p: '++//' }), 'lacks p, q', '7518'],
  ['a JWK with a sign', JSON.stringify({ ...jwk, p: `+${jwk['p']}` }), 'lacks p, q', '7518'],
  ['a JWK with a stop', JSON.stringify({ ...jwk, p: `${jwk['p']}.` }), 'lacks p, q', '7518'],
  ['a JWK of two keys', JSON.stringify({ ...jwk, d: publicJwk['n'] }), 'do not belong', 'in JWK from { to }'],
  ['a public JWKS', JSON.stringify({ keys: [publicJwk, null, 'x'] }), 'JWKS holds no', '"d"'],
  ['an empty JWKS', '{"keys":[]}', 'JWKS holds no', '"d"'],
  ['a JWKS with two', JSON.stringify({ keys: [jwk, { ...jwk, n: 'AQAB' }] }), 'more than one', 'registered'],
  ['a symmetric JWK', '{"kty":"oct","k":"AA"}', 'symmetric key', 'sgid key generate'],
  ['two PEM keys', `${pem}\n${otherPem}`, 'more than one', 'registered'],
  [
    'a PEM key that is damaged, and another',
    `${pem.replace('M', '\0M')}\n${otherPem}`,
    'more than one',
    'registered',
  ],
  [
    'a PEM key that is cut off, and another',
    `${pem.slice(0, 700)}\n${otherPem}`,
    'more than one',
    'registered',
  ],
  [
    'two keys with other labels',
    `${pem}\n${otherPem}`.replaceAll('PRIVATE ', ''),
    'more than one',
    'registered',
  ],
  ['a Java keystore', Buffer.from('feedfeed0000000200000001', 'hex'), 'JKS', 'keytool -importkeystore'],
  ['PKCS#12', keyBytes('rsa-2048.modern.p12'), 'PKCS#12', 'loadPrivateKey'],
  ['encryption with DES', withOldScheme, 'too old', '-provider legacy'],
  ['headers that name DES', encryptedByHeaders('RSA', 'DES-CBC,CB26845DA1159CE8'), 'too old', 'legacy'],
  ['headers that end in another cipher', encryptedByHeaders('RSA', 'AES-128-CBC-X,00'), 'too old', 'legacy'],
  ['headers that begin with another', encryptedByHeaders('RSA', 'X-AES-128-CBC,00'), 'too old', 'legacy'],
  ['headers before no base64', encryptedByHeaders('RSA', AES, '***'), 'damaged', 'openssl pkey'],
  [
    'headers before a large body',
    encryptedByHeaders('RSA', AES, 'A'.repeat(14_000)),
    'larger than',
    'RSA key',
  ],
  ['encryption inside headers', encryptedByHeaders('ENCRYPTED', AES), 'damaged', 'openssl pkey'],
  ['headers below a longer label', encryptedByHeaders('MY RSA', AES), 'damaged', 'openssl pkey'],
  [
    'headers below one that goes on',
    encryptedByHeaders('RSA PRIVATE KEY OR', AES),
    'damaged',
    'openssl pkey',
  ],
  ['giant numbers in DER', withGiantModulus, 'do not belong together', 'Copy'],
  ['a client secret', 'c2VjcmV0/canary+secret', 'not a private key', 'RSA private key'],
  [
    'the exponent 1',
    JSON.stringify({ ...jwk, e: 'AQ', d: 'AQ', dp: 'AQ', dq: 'AQ' }),
    'exponent 1',
    'sgid key',
  ],
];

/** A SEQUENCE around these members. */
function structure(members: string): Buffer {
  return element(0x30, Buffer.from(members, 'hex'));
}

describe('ERR_PRIVATE_KEY names what was given in place of a key', () => {
  it.each(CASES)('%s', async (_name, input, expected, expectedHint) => {
    const error = await errorOf(() => parsePrivateKey(input, 'x'));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY', step: 'config' });
    expect(error.message).toContain(expected);
    expect(error.hint).toContain(expectedHint);
    expect(error.cause).toBeUndefined();
    // Nothing of the input is repeated.
    const said = [error.message, error.hint, ...error.causes, error.stack?.split('\n    at ')[0]].join('\n');
    const pieces =
      Buffer.from(input)
        .toString('latin1')
        .match(/[A-Za-z0-9+/_=]{16,}/g) ?? [];
    expect(pieces.filter((piece) => said.includes(piece))).toEqual([]);
    // What OpenSSL complained of does not spoil the key that is read next.
    expect(createPrivateKey(pem).asymmetricKeyType).toBe('rsa');
  });
});

describe('ERR_PRIVATE_KEY_TYPE names the type of a key', () => {
  it.each<[string, string | Uint8Array]>([
    ['EC', keyText('ec.pem')],
    ['EC', ec.export({ format: 'der', type: 'pkcs8' })],
    ['EC', ec.export({ format: 'der', type: 'sec1' })],
    ['EC', ec.export({ format: 'pem', type: 'pkcs8', ...encryption })],
    ['EC', JSON.stringify(ec.export({ format: 'jwk' }))],
    ['Ed25519', keyText('ed25519.pem')],
    ['Ed25519', createPrivateKey(keyText('ed25519.pem')).export({ format: 'der', type: 'pkcs8' })],
    ['OKP', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d: 'AA', x: 'AA' })],
    ['RSA-PSS', keyText('rsa-pss.pem')],
    ['DSA', Buffer.from('3012020100020101020101020101020101020101', 'hex')],
    ['unknown', Buffer.from('3010020100300706052b0e03020c04020400', 'hex')],
    ['unknown', structure('02010030000400')],
    ['AKP', JSON.stringify({ kty: 'AKP', priv: 'AA' })],
    ...(['ed448', 'x25519', 'x448'] as const).map((type) => {
      const { privateKey } = generateKeyPairSync(type as 'ed448');
      return [type.replace(/^\w/, (first) => first.toUpperCase()), privateKey.export(DER)] as [
        string,
        Buffer,
      ];
    }),
    ['unknown', JSON.stringify({ kty: 'new', d: 'AA' })],
  ])('%s', async (type, input) => {
    const error = await errorOf(() => parsePrivateKey(input, 'x'));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_TYPE', step: 'config' });
    expect(error.message).toContain(`of type ${type}`);
    expect(error.hint).toContain('sgid key generate');
  });
});

it.each([
  keyText('rsa-1024.pem'),
  keyText('rsa-1024-encrypted.pem'),
  JSON.stringify(createPrivateKey(keyText('rsa-1024.pem')).export({ format: 'jwk' })),
])('1024 bits are too few: %#', async (input) => {
  const error = await errorOf(() => parsePrivateKey(input, PASSPHRASE));
  expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_SIZE', step: 'config' });
  expect(error.message).toBe('the private key has 1024 bits; the minimum is 2048');
  expect(error.hint).toContain('sgid key generate');
});

it('a key that sgID cannot use is unlocked all the same', async () => {
  const small = await unlockPrivateKey(keyText('rsa-1024.pem'), {});
  expect(small.key.asymmetricKeyDetails?.modulusLength).toBe(1024);
  expect((await unlockPrivateKey(keyText('ec.pem'), {})).key.asymmetricKeyType).toBe('ec');
});

describe('numbers that do not belong together are refused, and nothing is computed with giants', () => {
  const giant = Buffer.alloc(200_000, 0xa5).toString('base64url');

  it.each<[string, Record<string, string | undefined>]>([
    ['d is p', { d: jwk['p'] }],
    ['d is another', { d: next(jwk['d']) }],
    ['p and q have changed places alone', { p: jwk['q'], q: jwk['p'] }],
    ['dp is another', { dp: next(jwk['dp']) }],
    ['dq is another', { dq: next(jwk['dq']) }],
    ['qi is another', { qi: next(jwk['qi']) }],
    ['e is another', { e: 'AQAD' }],
    ['p is 0', { p: 'AA' }],
    ['p is 1', { p: 'AQ', q: jwk['n'] }],
    ['q is 1', { p: jwk['n'], q: 'AQ' }],
    ['q is 1 and dp fits', { p: jwk['n'], q: 'AQ', dp: jwk['d'] }],
    ['p and q are no primes', compositeJwk()],
    ['p and q are those of another', mixedJwk(createPrivateKey(TEST_PRIVATE_KEY))],
    ['n is a giant', { n: giant }],
    ['d is a giant', { d: giant }],
    ['p is a giant', { p: giant }],
    ['q is a giant', { q: giant }],
    ['dp is a giant', { dp: giant }],
    ['dq is a giant', { dq: giant }],
    ['qi is a giant', { qi: giant }],
  ])('%s', (_name, numbers) => {
    expect(() => parsePrivateKey(JSON.stringify({ ...jwk, ...numbers }))).toThrow(
      /its numbers do not belong together|is damaged|larger than one of 16384 bits/,
    );
  });
});

/** One more than a number, in base64url. */
function next(text = ''): string {
  const hex = (BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`) + 1n).toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}
