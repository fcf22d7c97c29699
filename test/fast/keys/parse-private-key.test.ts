import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePrivateKey, unlockPrivateKey } from '../../../src/keys/private-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048, rsaJwk } from './key-fixtures.ts';

const pem = keyText('rsa-2048.pkcs8.pem').trim();
const key = createPrivateKey(pem);
const pkcs8Der = keyBytes('rsa-2048.pkcs8.der');
const pkcs1Encrypted = keyText('rsa-2048.pkcs1-encrypted.pem').trim();
const spacedHeaders = pkcs1Encrypted.replace(/ (4),(E.*)\n(.*): (.*),/, ' \t$1 , $2\r\n $3: \t$4 , ');
const encryptedDer = key.export({
  format: 'der',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: PASSPHRASE,
});
const longLength = Buffer.concat([Buffer.from('30840000', 'hex'), encryptedDer.subarray(2)]);
const oneLine = (separator: string): string => pem.split('\n').join(separator);
const jwks = { keys: [{ ...rsaJwk(), d: undefined }, { kty: 'EC', d: 'AA' }, rsaJwk()] };

describe('a private key is parsed, and its format known', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['PKCS#8 PEM', pem, 'pkcs8-pem'],
    ['PKCS#8 PEM in UTF-16', Buffer.from(`\uFEFF${pem}`, 'utf16le'), 'pkcs8-pem'],
    ['PKCS#1 PEM', keyText('rsa-2048.pkcs1.pem'), 'pkcs1-pem'],
    ['PKCS#8 under the label of PKCS#1', pem.replaceAll(' PRIVATE', ' RSA PRIVATE'), 'pkcs8-pem'],
    ['encrypted PKCS#8 PEM', keyText('rsa-2048.pkcs8-encrypted.pem'), 'pkcs8-encrypted-pem'],
    ['encrypted PKCS#1 PEM', pkcs1Encrypted, 'pkcs1-encrypted-pem'],
    ['the same with escaped newlines', pkcs1Encrypted.replaceAll('\n', '\\n'), 'pkcs1-encrypted-pem'],
    ['the same with spaces', pkcs1Encrypted.replaceAll('\n', ' '), 'pkcs1-encrypted-pem'],
    ['the same with more spaces', spacedHeaders, 'pkcs1-encrypted-pem'],
    [
      'the same in lower case',
      pkcs1Encrypted.replace(/,[\dA-F]+$/m, (iv) => iv.toLowerCase()),
      'pkcs1-encrypted-pem',
    ],
    ['JWK with padding', JSON.stringify({ ...rsaJwk(), e: 'AQAB=' }), 'jwk'],
    ['PKCS#8 DER', pkcs8Der, 'pkcs8-der'],
    ['PKCS#8 DER in a plain Uint8Array', new Uint8Array(pkcs8Der), 'pkcs8-der'],
    ['PKCS#8 DER with a newline after it', Buffer.concat([pkcs8Der, Buffer.from('\n')]), 'pkcs8-der'],
    ['PKCS#8 DER in base64', pkcs8Der.toString('base64'), 'pkcs8-der'],
    ['PKCS#8 DER in base64url', pkcs8Der.toString('base64url'), 'pkcs8-der'],
    ['PKCS#1 DER', key.export({ format: 'der', type: 'pkcs1' }), 'pkcs1-der'],
    ['encrypted PKCS#8 DER', encryptedDer, 'pkcs8-encrypted-der'],
    ['the same with a length of four bytes', longLength, 'pkcs8-encrypted-der'],
    ['JWK', keyText('rsa-2048.jwk.json'), 'jwk'],
    ['JWK in base64', keyBytes('rsa-2048.jwk.json').toString('base64'), 'jwk'],
    ['JWK escaped as a whole', JSON.stringify(keyText('rsa-2048.jwk.json')), 'jwk'],
    ['JWKS', JSON.stringify(jwks), 'jwks'],
  ])('%s', async (_name, input, format) => {
    expect(fingerprint(parsePrivateKey(input, PASSPHRASE))).toBe(RSA_2048);
    const encrypted = format.includes('encrypted');
    const unlocked = await unlockPrivateKey(input, { passphrase: PASSPHRASE });
    expect(unlocked).toMatchObject({ format, encrypted, emptyPassphrase: false });
  });
});

describe('a PEM is parsed in the wrappings that developers have it in', () => {
  it.each<[string, string]>([
    ['a byte order mark', `\uFEFF${pem}`],
    ['CRLF', oneLine('\r\n')],
    ['spaces for newlines', oneLine(' ')],
    ['no newlines at all', oneLine('')],
    ['escaped newlines', oneLine('\\n')],
    ['twice escaped newlines', oneLine('\\\\n')],
    ['escaped carriage returns', oneLine('\\r\\n')],
    ['a backslash at the end of each line', oneLine('\\\n')],
    ['a backslash and CRLF', oneLine('\\\r\n')],
    ['double quotes', `"${pem}"`],
    ['backquotes', `\`${pem}\``],
    ['three layers of quotes', `"'"${pem}"'"`],
    ['a JSON string', JSON.stringify(pem)],
    ['a JSON string of an indented PEM', JSON.stringify(oneLine('\n\t'))],
    ['a JSON string that escapes slashes', JSON.stringify(pem).replaceAll('/', '\\/')],
    ['a JSON string that escapes the plus sign', JSON.stringify(pem).replaceAll('+', '\\u002B')],
    ['the same twice', JSON.stringify(pem).replaceAll('+', '\\\\u002b').replaceAll('/', '\\\\/')],
    ['a quote that was never closed', `"${oneLine('\\n')}`],
    ['a line of an environment file', `SGID_PRIVATE_KEY="${oneLine('\\n')}"`],
    ['the attributes that openssl pkcs12 prints', `Bag Attributes\n    friendlyName: test\n${pem}`],
    ['a certificate that was cut off before it', `${keyText('certificate.pem').slice(0, 300)}\n${pem}`],
    ['the same key twice', `${pem}\n${pem}`],
    ['base64 of the PEM', Buffer.from(pem).toString('base64')],
    ['base64 of the PEM with a byte order mark', Buffer.from(`\uFEFF${pem}`).toString('base64')],
    ['the body without its boundaries', pem.split('\n').slice(1, -1).join('\n')],
  ])('%s', (_name, text) => {
    expect(fingerprint(parsePrivateKey(text))).toBe(RSA_2048);
  });
});
