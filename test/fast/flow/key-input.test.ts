import { createPrivateKey } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { runKey, writeKeyFiles } from '../../helpers/run-key.ts';
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
  ])('%s', async (name, text, container) => {
    const input = name.includes('UTF-16') ? Buffer.from(text, 'utf16le') : text;
    const run = await runKey(['inspect', '-'], { input });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const report = JSON.parse(run.stdout);
    expect(report.fingerprint).toBe(RSA_2048);
    expect(report.container).toBe(container);
  });
});

const TWO_KEYS = pfx([bag(1, der('rsa-2048.pkcs8.pem')), bag(1, der('ec.pem'))]);
const TWO_CLIENTS = '[{"id":"X","secret":"s"},{"id":"Y","secret":"t"}]';

/** What is given, and the code, a part of the message and a part of the hint that answer it. */
type Case = readonly [name: string, input: string | Uint8Array, code: string, message: string, hint: string];

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
  [
    'a path',
    'SGID_PRIVATE_KEY_PATH=./keys/a.pem\n',
    'ERR_CREDENTIALS_FILE',
    'holds the path',
    './keys/a.pem',
  ],
  ['a path for a key', 'SGID_PRIVATE_KEY=keys/a.pem\n', 'ERR_CREDENTIALS_FILE', 'holds the path', 'keys/a'],
];

describe('what is no key that can be used ends with 3', () => {
  it.each(
    CASES.flatMap((one) =>
      [['inspect'], ['convert', '--to', 'jwk'], ['public']].map((args) => [args[0], ...one, args] as const),
    ),
  )('sgid key %s: %s', async (_command, _name, input, code, message, hint, args) => {
    const run = await runKey(args, { input });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain('standard input');
    expect(/next: (.*)/.exec(run.stderr)?.[1]).toContain(hint);
    expect(errorCodeOf(run)).toBe(code);
  });

  it.each([['convert', '--to', 'pkcs8'], ['public']])('a key of 1024 bits: sgid key %s', async (...args) => {
    const run = await runKey(args, { input: keyText('rsa-1024.pem') });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_SIZE');
  });
});

describe('a file that cannot be read ends with 3', () => {
  it.each([
    ['missing.pem', 'does not exist', 'Check the path'],
    ['folder.pem', 'is a folder', 'Name the file in it'],
    ['large.pem', 'is larger than 1 MiB', 'the right file'],
    ['file/x.pem', 'does not exist: a part of its path is not a folder', 'Check the path'],
  ])('%s', async (name, message, hint) => {
    const folder = await writeKeyFiles({ 'large.pem': Buffer.alloc(2 * 1024 * 1024, 'A'), file: '' });
    await mkdir(join(folder, 'folder.pem'));
    const run = await runKey(['inspect', join(folder, name)]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain(`${name} ${message}`);
    expect(run.stderr).toContain(hint);
    expect(errorCodeOf(run)).toBe('ERR_FILE');
  });

  it('an endless pipe', async () => {
    const tooLarge = Object.assign(new Error('EFBIG'), { code: 'EFBIG' });
    const run = await runKey(['inspect'], { readInput: () => Promise.reject(tooLarge) });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('the key: standard input is larger than 1 MiB');
  });

  it('a key in the place of its path, which is not repeated', async () => {
    const line = keyBytes('rsa-2048.pkcs8.der').toString('base64');
    const run = await runKey(['inspect', line]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('not the path of a file');
    expect(run.stderr).not.toContain(line.slice(0, 40));
  });
});

it('nobody types a key: standard input that is a terminal is a usage error', async () => {
  for (const args of [['inspect'], ['convert', '--to', 'jwk', '-'], ['public']]) {
    const run = await runKey(args, { answers: [] });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('standard input, which is a terminal');
    expect(errorCodeOf(run)).toBe('ERR_USAGE');
  }
});
