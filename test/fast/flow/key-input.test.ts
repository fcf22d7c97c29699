import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { runKey } from '../../helpers/run-key.ts';
import { keyBytes, keyText, RSA_2048, rsaJwk } from '../keys/key-fixtures.ts';
import { bag, pfx } from '../keys/pfx.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');
const ONE_LINE = PEM.trim().replaceAll('\n', '\\n');
const { n, e, d } = rsaJwk();

function der(name: string): Buffer {
  return createPrivateKey(keyText(name)).export({ type: 'pkcs8', format: 'der' });
}

describe('the private key is found in', () => {
  it.each<[string, string, string | undefined]>([
    ['a .env with real line breaks', `SGID_CLIENT_ID=X\nSGID_PRIVATE_KEY="${PEM}"\n`, 'env'],
    ['a .env with escaped ones', `SGID_PRIVATE_KEY="${ONE_LINE}"\n`, 'env'],
    ['a .env without quotes', `export SGID_PRIVATE_KEY=${PEM}SGID_CLIENT_ID=X\n`, 'env'],
    ['a .env with base64', `PRIVATE_KEY=${Buffer.from(PEM).toString('base64')}\n`, 'env'],
    ['a .env in UTF-16', `\uFEFFSGID_PRIVATE_KEY="${ONE_LINE}"\n`, 'env'],
    ['a .env with a name of its own', `MY_KEY="${PEM}"\nSGID_CLIENT_ID=X\n`, undefined],
    ['JSON', JSON.stringify({ clientId: 'X', private_key: PEM }), 'json'],
    ['a list of one client', JSON.stringify([{ id: 'X', secret: 'y', privateKey: ONE_LINE }]), 'json'],
    ['nested JSON', JSON.stringify({ client: { id: 'X', privateKeyPem: PEM } }), 'json'],
    ['JSON with a JWK', JSON.stringify({ id: 'X', privateKey: rsaJwk() }), 'json'],
    ['a JWK', JSON.stringify(rsaJwk()), undefined],
    ['a JWK escaped as a whole', JSON.stringify(rsaJwk()).replaceAll('"', '\\"'), undefined],
    ['what openssl writes around it', `Bag Attributes\nsubject=CN = x\nid = 5\n${PEM}`, undefined],
    ['what no other program can read', `\uFEFF'${ONE_LINE}'`, undefined],
  ])('%s', async (name, text, container) => {
    const input = name.includes('UTF-16') ? Buffer.from(text, 'utf16le') : text;
    const run = await runKey('inspect -', { input });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const report = JSON.parse(run.stdout);
    expect([report.fingerprint, report.container]).toEqual([RSA_2048, container]);
  });
});

const TWO_KEYS = pfx([bag(1, der('rsa-2048.pkcs8.pem')), bag(1, der('ec.pem'))]);
const TWO_CLIENTS = '[{"id":"X","secret":"s"},{"id":"Y","secret":"t"}]';

/** What is given, and the code, a part of the message and a part of the hint that answer it. */
type Case = readonly [
  name: string,
  input: string | Uint8Array,
  code: SgidErrorCode,
  message: string,
  hint: string,
];

const CASES: readonly Case[] = [
  ['nothing', '', 'ERR_FILE', 'is empty', 'Check the command or file'],
  ['white space', ' \n', 'ERR_FILE', 'is empty', 'Check the command or file'],
  ['half a PEM', PEM.slice(0, 900), 'ERR_PRIVATE_KEY', 'cut off', 'Copy the whole key'],
  ['half a DER', keyBytes('rsa-2048.pkcs8.der').subarray(0, 600), 'ERR_PRIVATE_KEY', 'cut off', 'Copy'],
  ['a certificate', keyText('certificate.pem'), 'ERR_PRIVATE_KEY', 'is a certificate', 'sgid key generate'],
  ['half a JWK', JSON.stringify({ kty: 'RSA', n, e, d }), 'ERR_PRIVATE_KEY', 'lacks p, q', '7518'],
  ['an EC key', keyText('ec.pem'), 'ERR_PRIVATE_KEY_TYPE', 'of type EC', 'sgid key generate'],
  ['an EC JWK', '{"kty":"EC","crv":"P-256"}', 'ERR_PRIVATE_KEY_TYPE', 'of type EC', 'sgid key generate'],
  ['two keys', TWO_KEYS, 'ERR_PRIVATE_KEY', 'more than one private key', 'only the key'],
  ['PKCS#12 without a key', pfx(), 'ERR_PRIVATE_KEY', 'holds no private key', 'openssl pkcs12 -export'],
  ['garbage', Buffer.from('00ff13379c00aa', 'hex'), 'ERR_PRIVATE_KEY', 'not a private key in any', 'PEM'],
  ['broken JSON', '{"privateKey": "x', 'ERR_CREDENTIALS_FILE', 'is not valid JSON (line 1', 'Download it'],
  ['JSON without a key', '{"clientId":"X"}', 'ERR_CREDENTIALS_FILE', 'holds no private key', 'privateKey'],
  ['two clients', TWO_CLIENTS, 'ERR_CREDENTIALS_FILE', 'not one client', 'privateKey'],
  ['a .env without a key', 'SGID_CLIENT_ID=X\n', 'ERR_CREDENTIALS_FILE', 'holds no private', 'SGID_PRIVATE'],
  ['an empty key', 'SGID_PRIVATE_KEY=""\n', 'ERR_CREDENTIALS_FILE', 'holds no private', 'SGID_PRIVATE_KEY'],
  ['a path', 'SGID_PRIVATE_KEY_PATH=./keys/a.pem\n', 'ERR_CREDENTIALS_FILE', 'holds the path', './keys/a.'],
  ['a path for a key', 'SGID_PRIVATE_KEY=keys/a.pem\n', 'ERR_CREDENTIALS_FILE', 'holds the path', 'keys/a'],
];

describe('what is no key that can be used ends with 3', () => {
  it.each(
    CASES.flatMap((one) => ['inspect', 'convert --to jwk', 'public'].map((line) => [line, ...one] as const)),
  )('sgid key %s: %s', async (commandLine, _name, input, code, message, hint) => {
    const run = await runKey(commandLine, { input });
    expectError(run, 3, code, message, 'standard input');
    expect(run.stderr.split('next: ')[1]).toContain(hint);
  });

  it.each(['convert --to pkcs8', 'public'])('a key of 1024 bits: sgid key %s', async (commandLine) => {
    expectError(await runKey(commandLine, { input: keyText('rsa-1024.pem') }), 3, 'ERR_PRIVATE_KEY_SIZE');
  });
});
