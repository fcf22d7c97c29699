import { describe, expect, it } from 'vitest';
import { lookOfText, unescapeKeyText, unwrapKeyText } from '../../../src/keys/key-text.ts';
import { readPrivateKey } from '../../../src/keys/private-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048 } from './key-fixtures.ts';

const pem = keyText('rsa-2048.pkcs8.pem').trim();
const oneLine = (separator: string): string => pem.split('\n').join(separator);
const body = pem.split('\n').slice(1, -1);

describe('a PEM in the wrappings that developers have it in', () => {
  it.each<[string, string]>([
    ['as it is', pem],
    ['a byte order mark', `\uFEFF${pem}`],
    ['CRLF', oneLine('\r\n')],
    ['CR alone', oneLine('\r')],
    ['trailing spaces', oneLine('  \t\n')],
    ['indentation', oneLine('\n      ')],
    ['blank lines', `\n\n${oneLine('\n\n')}\n\n`],
    ['spaces for newlines', oneLine(' ')],
    ['no newlines at all', oneLine('')],
    ['escaped newlines', oneLine('\\n')],
    ['twice escaped newlines', oneLine('\\\\n')],
    ['escaped CRLF', oneLine('\\r\\n')],
    ['twice escaped CRLF', oneLine('\\\\r\\\\n')],
    ['double quotes', `"${pem}"`],
    ['single quotes', `'${pem}'`],
    ['backquotes', `\`${pem}\``],
    ['quotes and escapes', `"${oneLine('\\n')}\\n"`],
    ['a JSON string', JSON.stringify(pem)],
    ['a JSON string that escapes slashes', JSON.stringify(pem).replaceAll('/', '\\/')],
    ['a JSON string that escapes the plus sign', JSON.stringify(pem).replaceAll('+', '\\u002B')],
    ['a JWK that was escaped as a whole', JSON.stringify(keyText('rsa-2048.jwk.json'))],
    ['a JSON string in quotes', `'${JSON.stringify(pem)}'`],
    ['a quote that was never closed', `"${oneLine('\\n')}`],
    ['a line of an environment file', `SGID_PRIVATE_KEY="${oneLine('\\n')}"`],
    ['the attributes that openssl pkcs12 prints', `Bag Attributes\n    friendlyName: test\n${pem}`],
    ['a certificate before it', `${keyText('certificate.pem')}${pem}`],
    ['a certificate that was cut off before it', `${keyText('certificate.pem').slice(0, 300)}\n${pem}`],
    ['the same key twice', `${pem}\n${pem}`],
    ['base64 of the PEM', Buffer.from(pem).toString('base64')],
    ['base64 of the PEM with a byte order mark', Buffer.from(`\uFEFF${pem}`).toString('base64')],
    ['base64 of the DER', keyBytes('rsa-2048.pkcs8.der').toString('base64')],
    ['base64url of the DER', keyBytes('rsa-2048.pkcs8.der').toString('base64url')],
    ['base64 in quotes', `"${Buffer.from(pem).toString('base64')}"`],
    ['the body without its boundaries', body.join('\n')],
  ])('%s', (_name, text) => {
    expect(fingerprint(readPrivateKey(text))).toBe(RSA_2048);
  });

  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(pem)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${pem}`)],
    ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${pem}`, 'utf16le')],
  ])('bytes of text in %s', (_name, bytes) => {
    expect(fingerprint(readPrivateKey(bytes))).toBe(RSA_2048);
  });

  it.each<[string, string]>([
    ['escaped newlines', '\\n'],
    ['spaces', ' '],
    ['CRLF', '\r\n'],
  ])('encrypted by headers, with %s between the lines', (_name, separator) => {
    const encrypted = keyText('rsa-2048.pkcs1-encrypted.pem').trim().split('\n').join(separator);
    expect(fingerprint(readPrivateKey(encrypted, { passphrase: PASSPHRASE }))).toBe(RSA_2048);
  });
});

describe('unwrapKeyText', () => {
  it('gives up after three layers of quotes', () => {
    expect(unwrapKeyText(`''''x''''`)).toBe(`'x'`);
  });

  it('leaves quotes that do not match', () => {
    expect(unwrapKeyText(`"x'`)).toBe(`"x'`);
  });

  it('copes with a lone quote and with nothing', () => {
    expect(unwrapKeyText('"')).toBe('"');
    expect(unwrapKeyText(' ')).toBe('');
  });
});

it('unescapeKeyText restores quotes and newlines', () => {
  expect(unescapeKeyText('{\\"a\\":\\n1}')).toBe('{"a":\n1}');
});

describe('lookOfText', () => {
  it.each([
    ['', 'empty'],
    ['/etc/sgid/key', 'path'],
    ['~/key', 'path'],
    ['./key', 'path'],
    ['../key', 'path'],
    ['C:\\new\\key', 'path'],
    ['file:///tmp/key', 'path'],
    ['my keys/sgid.PEM', 'path'],
    ['key.p12', 'path'],
    ['<!DOCTYPE html><title>Sign in</title>', 'html'],
    ['<html lang="en">', 'html'],
    ['PuTTY-User-Key-File-3: ssh-rsa', 'putty'],
    ['ssh-rsa AAAAB3NzaC1yc2E test@example', 'ssh-public-key'],
    ['0\u0082\u0004\u0000', 'binary-text'],
    ['0\ufffd\ufffd', 'binary-text'],
    ['a secret, not a key', 'unknown'],
    ['first line\nkey.pem', 'unknown'],
    [`${'x'.repeat(2000)}.pem`, 'unknown'],
  ])('%j is %s', (text, look) => {
    expect(lookOfText(text)).toBe(look);
  });
});
