import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isKeyText, isPlainlyPath } from '../../../src/text/key-or-path.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { TEST_KEY } from '../settings/in-memory.ts';

const privateKey = createPrivateKey(TEST_KEY);
const base64 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');

describe('isKeyText', () => {
  it.each([
    ['PEM', TEST_KEY],
    ['PEM on one line', TEST_KEY.replaceAll('\n', '\\n')],
    ['quoted PEM', `"${TEST_KEY}"`],
    ['PEM after a byte order mark', `\uFEFF${TEST_KEY}`],
    ['a JWK', JSON.stringify(privateKey.export({ format: 'jwk' }))],
    ['DER in base64', base64],
    ['DER in base64 with line breaks', `${base64.replace(/(.{64})/g, '$1\n')}\n`],
    ['a PEM body with escaped line breaks, quoted', `"${base64.replace(/(.{64})/g, '$1\\n')}"`],
    ['one that was escaped twice', base64.replace(/(.{64})/g, '$1\\\\n')],
    ['a quoted line after a byte order mark', `\uFEFF"${base64}"\n`],
  ])('takes %s for a key', (_, text) => {
    expect(isKeyText(text)).toBe(true);
  });

  it.each([
    ...['key.pem', '/etc/MI/key', 'C:\\keys\\sgid.pem', 'MIIE', '~/key', '', '-'],
    ...[`${base64}!`, `${base64.slice(0, 500)}"${base64.slice(500)}`],
    // No SEQUENCE, and none with a length of two bytes.
    ...['0082', '3000', '0000'].map((begin) => Buffer.from(begin.padEnd(800, '0'), 'hex').toString('base64')),
  ])('not %j', (text) => {
    expect(isKeyText(text)).toBe(false);
  });
});

it.each<[string, (size: number) => string]>([
  ['spaces', (size) => `MI${' '.repeat(size)}!`],
  ['base64', (size) => `MI${'A'.repeat(size)}!`],
  ['quotes', (size) => `MI${'"'.repeat(size)}!`],
  ['trailing spaces', (size) => `MI${'A '.repeat(size)}"${' '.repeat(size)}`],
])('isKeyText checks %s in linear time', async (_, textOf) => {
  await expectLinearTime(500_000, (size) => isKeyText(textOf(size)));
});

describe('isPlainlyPath', () => {
  it.each([
    'key.pem',
    '/run/secrets/sgid',
    '/home/Tan1/sgid-keys/Staging/private',
    'Projects/MyApp2/my-keys/rsa',
    'C:\\keys\\sgid',
    '~/key',
    'secret.txt',
    `/${'x'.repeat(1023)}`,
    '~/aB3/cD4/eF5/gH6/iJ7k',
    // Words rather than random bytes.
    '~/MyLongDirectoryName/x',
    '~/abcdefgh12345678ij/x',
    '~/ABCDEFGH12345678/X',
  ])('shows %j', (text) => {
    expect(isPlainlyPath(text)).toBe(true);
  });

  it.each([
    'hunter2-my-secret',
    'MIIEvQIBADANBg/kqhkiG9w0BAQEFAASCBKcwggSj',
    'c2VjcmV0/canary+secret',
    '/canary=',
    'aB3/cD4/eF5/gH6/iJ7k',
    'canary.pem-and-more',
    `${'kqhkiG9w0BAQEFAASC'.repeat(20)}.pem`,
    'a/b\nc/d',
    '{"kty":"RSA","d":"a/b.pem"}',
    base64,
    // What is left of a key that was cut or damaged.
    `${base64.slice(64, 128)}\\n${base64.slice(128, 192)}\\n/x`,
    'kqhkiG9w0BAQEFAASC\\n/x',
    `${'aB3/'.repeat(12)}"`,
    `abcdefghIJKLmnop/${'aB3/'.repeat(11)}"`,
    '/x-----END PRIVATE KEY-----',
    `${'a/'.repeat(600)}key.pem`,
  ])('does not show %j', (text) => {
    expect(isPlainlyPath(text)).toBe(false);
  });
});
