import { createPrivateKey } from 'node:crypto';
import { convertPkcs1ToPkcs8 as convertWithOfficialSdk } from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import { convertPkcs1ToPkcs8 } from '../../../src/keys/write-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { keyText } from './key-fixtures.ts';

const pkcs1 = keyText('rsa-2048.pkcs1.pem');
const pkcs8 = keyText('rsa-2048.pkcs8.pem').trim();
/** Shaped like PKCS#1, but its version does not fit into 32 bits: OpenSSL refuses to load it. */
const hugeVersion = [
  '-----BEGIN RSA PRIVATE KEY-----',
  Buffer.from(`3023020901${'01'.repeat(8)}${'020100'.repeat(8)}`, 'hex').toString('base64'),
  '-----END RSA PRIVATE KEY-----',
].join('\n');

describe('convertPkcs1ToPkcs8', () => {
  it('gives what the official SDK gives', () => {
    expect(convertPkcs1ToPkcs8(pkcs1)).toBe(convertWithOfficialSdk(pkcs1));
  });

  it.each<[string, string]>([
    ['as it is', pkcs1],
    ['escaped newlines', pkcs1.replaceAll('\n', '\\n')],
    ['quotes and escaped newlines', JSON.stringify(pkcs1)],
    ['CRLF and a byte order mark', `\uFEFF${pkcs1.replaceAll('\n', '\r\n')}`],
    ['text around it', `${keyText('certificate.pem')}${pkcs1}the end`],
  ])('%s becomes the PKCS#8 that openssl writes', (_name, input) => {
    expect(convertPkcs1ToPkcs8(input)).toBe(pkcs8);
  });

  it('does not judge the size, as the official SDK does not', () => {
    const small = createPrivateKey(keyText('rsa-1024.pem'));
    const converted = convertPkcs1ToPkcs8(small.export({ format: 'pem', type: 'pkcs1' }).toString());
    expect(converted).toBe(keyText('rsa-1024.pem').trim());
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['PKCS#8', pkcs8],
    ['an encrypted PKCS#1', keyText('rsa-2048.pkcs1-encrypted.pem')],
    ['a public key', keyText('public.pem')],
    ['an EC key', keyText('ec.pem')],
    ['PKCS#8 under the label of PKCS#1', pkcs8.replaceAll(' PRIVATE', ' RSA PRIVATE')],
    ['a truncated key', pkcs1.slice(0, 800)],
    ['a body that is not base64', pkcs1.replace('MII', '***')],
    ['a version that is no small number', hugeVersion],
  ])('%s is ERR_PRIVATE_KEY', async (_name, input) => {
    expect((await errorOf(() => convertPkcs1ToPkcs8(input))).code).toBe('ERR_PRIVATE_KEY');
  });
});
