import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from '../../../src/keys/private-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { keyBytes, keyText, rsaJwk } from './key-fixtures.ts';

const pem = keyText('rsa-2048.pkcs8.pem').trim();
const lines = pem.split('\n');
const der = keyBytes('rsa-2048.pkcs8.der');
const jwk = rsaJwk();
const publicJwk = { kty: 'RSA', n: jwk['n'], e: jwk['e'] };
const otherPem = createPrivateKey(keyText('rsa-1024.pem'))
  .export({ format: 'pem', type: 'pkcs1' })
  .toString();
const pkcs1Public = createPublicKey(keyText('public.pem'))
  .export({ format: 'pem', type: 'pkcs1' })
  .toString();
const withOldScheme = createPrivateKey(pem).export({
  format: 'der',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
});
/** PBES2 (1.2.840.113549.1.5.13) turned into MD5 with DES (1.2.840.113549.1.5.3). */
withOldScheme[withOldScheme.indexOf(Buffer.from('2a864886f70d01050d', 'hex')) + 8] = 0x03;

/** The input, a part of the message, and a part of the hint. */
type Case = readonly [name: string, input: string | Uint8Array, message: string, hint: string];

const CASES: readonly Case[] = [
  ['nothing', '', 'is empty', '--private-key-file'],
  ['white space', ' \r\n\t', 'is empty', 'SGID_PRIVATE_KEY'],
  ['no bytes', new Uint8Array(), 'is empty', '--private-key-file'],
  ['empty quotes', '""', 'is empty', 'SGID_PRIVATE_KEY'],
  ['a path', './keys/sgid.pem', 'path of a file', 'SGID_PRIVATE_KEY_PATH'],
  ['a Windows path', '"C:\\new\\rsa.key"', 'path of a file', '--private-key-file'],
  ['a web page', '<!DOCTYPE html><html></html>', 'web page', 'Download'],
  ['PuTTY', 'PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none', 'PuTTY', 'puttygen'],
  ['OpenSSH', keyText('openssh.pem'), 'OpenSSH', 'ssh-keygen -p -m PKCS8'],
  ['an SSH public key', 'ssh-rsa AAAAB3NzaC1yc2E test', 'SSH public key', 'sgid key generate'],
  ['a public key', keyText('public.pem'), 'this is a public key', '-----BEGIN PRIVATE KEY-----'],
  ['a PKCS#1 public key', pkcs1Public, 'this is a public key', 'sgid key generate'],
  ['a public JWK', JSON.stringify(publicJwk), 'this is a public key', 'sgid key generate'],
  ['a certificate', keyText('certificate.pem'), 'this is a certificate;', '-----BEGIN PRIVATE KEY-----'],
  ['a request', keyText('certificate-request.pem'), 'certificate request', '-----BEGIN PRIVATE KEY-----'],
  [
    'a PKCS#7 bundle',
    Buffer.from('300d06092a864886f70d010702a000', 'hex'),
    'this is a certificate;',
    'BEGIN',
  ],
  ['no END line', lines.slice(0, -1).join('\n'), 'cut off', 'Copy the whole key'],
  ['no BEGIN line', lines.slice(1).join('\n'), 'cut off', 'Copy the whole key'],
  ['the first line alone', lines[0] ?? '', 'cut off', 'Copy the whole key'],
  ['lines missing within', lines.toSpliced(9, 8).join('\n'), 'cut off', 'Copy the whole key'],
  ['half a DER', der.subarray(0, 600), 'cut off', 'Copy the whole key'],
  ['half a base64', der.toString('base64').slice(0, 800), 'cut off', 'Copy the whole key'],
  ['a masked body', `${lines[0]}\n********\n${lines.at(-1)}`, 'damaged', 'openssl pkey'],
  ['a stray character', pem.replace('MII', '*MII'), 'damaged', 'openssl pkey'],
  ['lost backslashes', lines.join('n'), 'damaged', 'openssl pkey'],
  ['another structure', Buffer.from(der).fill(0x05, 22, 23), 'known format', 'PEM'],
  [
    'a spoiled number',
    Buffer.concat([der.subarray(0, 26), Buffer.alloc(der.length - 26)]),
    'damaged',
    'Copy',
  ],
  ['DER read as UTF-8', der.toString('utf8'), 'read as text', 'without an encoding'],
  ['DER read as Latin-1', der.toString('latin1'), 'read as text', 'without an encoding'],
  ['bytes that are nothing', Buffer.from('00ff13379c00aa', 'hex'), 'not a private key in any', 'PKCS#12'],
  ['other JSON', '{"clientId":"TEST-1","privateKey":"x"}', 'JSON file', '--credentials'],
  ['broken JSON', '{"kty":"RSA",', 'JSON file', '--credentials'],
  ['a JWK without primes', JSON.stringify({ ...publicJwk, d: jwk['d'] }), 'lacks p, q', '7518'],
  ['a JWK with a number', JSON.stringify({ ...jwk, d: 5 }), 'lacks p, q', '7518'],
  ['a JWK of plain base64', JSON.stringify({ ...jwk, p: '++//' }), 'lacks p, q', '7518'],
  ['a public JWKS', JSON.stringify({ keys: [publicJwk, null, 'x'] }), 'JWKS holds no', '"d"'],
  ['an empty JWKS', '{"keys":[]}', 'JWKS holds no', '"d"'],
  ['a JWKS with two', JSON.stringify({ keys: [jwk, { ...jwk, n: 'AQAB' }] }), 'more than one', 'registered'],
  ['a symmetric JWK', '{"kty":"oct","k":"AA"}', 'symmetric key', 'sgid key generate'],
  ['two PEM keys', `${pem}\n${otherPem}`, 'more than one', 'registered'],
  ['a Java keystore', Buffer.from('feedfeed0000000200000001', 'hex'), 'JKS', 'keytool -importkeystore'],
  ['encryption with DES', withOldScheme, 'too old', '-provider legacy'],
  [
    'headers that name DES',
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,CB26845DA1159CE8\n\nAAAA\n-----END RSA PRIVATE KEY-----',
    'too old',
    '-provider legacy',
  ],
  ['a client secret', 'c2VjcmV0/canary+secret', 'not a private key', 'RSA private key'],
  [
    'base64 of something else',
    Buffer.from('a text that is no key').toString('base64'),
    'not a private',
    'PEM',
  ],
];

describe('ERR_PRIVATE_KEY tells what was given in place of a key', () => {
  it.each(CASES)('%s', async (_name, input, message, hint) => {
    const error = await errorOf(() => readPrivateKey(input));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY', step: 'config' });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it.each(CASES)('%s: nothing of the input is repeated', async (_name, input) => {
    const { message, hint = '', causes, cause, stack = '' } = await errorOf(() => readPrivateKey(input));
    expect(cause).toBeUndefined();
    const said = [message, hint, ...causes, stack.split('\n    at ')[0]].join('\n');
    const pieces =
      Buffer.from(input)
        .toString('latin1')
        .match(/[A-Za-z0-9+/_=]{16,}/g) ?? [];
    expect(pieces.filter((piece) => said.includes(piece))).toEqual([]);
  });
});

it('a refused key does not spoil the one that is read after it', async () => {
  for (const [, input] of CASES) {
    await errorOf(() => readPrivateKey(input));
    expect(readPrivateKey(pem).asymmetricKeyType).toBe('rsa');
  }
});

describe('hostile input costs no more than its length', () => {
  it.each<[string, number, (size: number) => string]>([
    ['BEGIN lines without end', 20_000, (size) => '-----BEGIN PRIVATE KEY-----'.repeat(size)],
    ['quotes', 200_000, (size) => '"'.repeat(size)],
    ['backslashes', 50_000, (size) => '\\'.repeat(size)],
    ['braces', 200_000, (size) => '{'.repeat(size)],
    ['base64 characters', 1_000_000, (size) => 'A'.repeat(size)],
    ['spaces', 50_000, (size) => `x${' '.repeat(size)}x`],
    ['dashes', 200_000, (size) => '-'.repeat(size)],
  ])('%s', async (_name, size, inputOf) => {
    await expectLinearTime(size, async (length) => {
      expect((await errorOf(() => readPrivateKey(inputOf(length)))).code).toBe('ERR_PRIVATE_KEY');
    });
  });
});
