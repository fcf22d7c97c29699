import { describe, expect, it } from 'vitest';
import { listWrappings } from '../../../src/keys/inspect-key.ts';
import { keyBytes, keyText } from './key-fixtures.ts';

const pem = keyText('rsa-2048.pkcs8.pem');
const jwk = keyText('rsa-2048.jwk.json');
const escaped = pem.trim().replaceAll('\n', '\\n');

describe('what is around a key is told', () => {
  it.each<[string, string | Uint8Array, readonly string[]]>([
    ['nothing around PEM', pem, []],
    ['nothing around the bytes of PEM', keyBytes('rsa-2048.pkcs8.pem'), []],
    ['nothing around DER', keyBytes('rsa-2048.pkcs8.der'), []],
    ['nothing around a JWK', jwk, []],
    ['CRLF, which openssl reads', pem.replaceAll('\n', '\r\n'), []],
    ['attributes, which openssl reads', `Bag Attributes\n    friendlyName: a\\nb\n${pem}`, []],
    ['escaped line breaks', escaped, ['escaped']],
    ['line breaks escaped twice', escaped.replaceAll('\\n', '\\\\n'), ['escaped']],
    ['a JWK that was escaped', jwk.replaceAll('"', '\\"'), ['escaped']],
    ['quotes', `'${pem}'`, ['quoted']],
    ['quotes and escapes', `"${escaped}"`, ['quoted', 'escaped']],
    ['a byte order mark in text', `\uFEFF${pem}`, ['byte-order-mark']],
    ['a byte order mark in bytes', Buffer.from(`\uFEFF${pem}`), ['byte-order-mark']],
    ['UTF-16', Buffer.from(`\uFEFF${pem}`, 'utf16le'), ['byte-order-mark']],
    ['base64 of DER', keyBytes('rsa-2048.pkcs8.der').toString('base64'), ['base64']],
    ['base64 of PEM', Buffer.from(pem).toString('base64'), ['base64']],
    ['base64 of a JWK, quoted', `"${Buffer.from(jwk).toString('base64')}"`, ['quoted', 'base64']],
  ])('%s', (_name, input, wrappings) => {
    expect(listWrappings(input)).toEqual(wrappings);
  });
});
