import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048 } from '../keys/key-fixtures.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');
const LOCKED = keyText('rsa-2048.pkcs8-encrypted.pem');
const ENV = { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE };

const ENCRYPTED_FILES = [
  'rsa-2048.pkcs8-encrypted.pem',
  'rsa-2048.pkcs1-encrypted.pem',
  'rsa-2048.modern.p12',
  'rsa-2048.legacy.p12',
];

describe('an encrypted input is opened', () => {
  it.each(ENCRYPTED_FILES)('by --passphrase-file: %s', async (name) => {
    const folder = await writeKeyFiles({ passphrase: `${PASSPHRASE}\r\n` });
    const args = ['convert', '--to', 'pkcs8', '--passphrase-file', join(folder, 'passphrase')];
    expect(await runKey(args, { input: keyBytes(name) })).toMatchObject({
      exitCode: 0,
      stdout: PEM,
      stderr: '',
    });
  });

  it('by standard input, when the key is in a file', async () => {
    const folder = await writeKeyFiles({ key: LOCKED });
    const args = ['convert', '--to', 'pkcs8', join(folder, 'key'), '--passphrase-file', '-'];
    expect(await runKey(args, { input: PASSPHRASE })).toMatchObject({ exitCode: 0, stdout: PEM });
  });

  it('by SGID_PRIVATE_KEY_PASSPHRASE', async () => {
    const run = await runKey(['public'], { input: LOCKED, env: ENV });
    expect(run).toMatchObject({ exitCode: 0, stdout: keyText('public.pem'), stderr: '' });
  });

  it('by the passphrase beside it, before that of the environment', async () => {
    const input = `SGID_PRIVATE_KEY="${LOCKED}"\nSGID_PRIVATE_KEY_PASSPHRASE=${PASSPHRASE}\n`;
    const env = { SGID_PRIVATE_KEY_PASSPHRASE: 'of another key' };
    expect(await runKey(['public'], { input, env })).toMatchObject({ exitCode: 0 });
  });

  it('by the file, before all others', async () => {
    const folder = await writeKeyFiles({ passphrase: PASSPHRASE });
    const args = ['public', '--passphrase-file', join(folder, 'passphrase')];
    const input = JSON.stringify({ privateKey: LOCKED, passphrase: 'wrong' });
    const env = { SGID_PRIVATE_KEY_PASSPHRASE: 'wrong' };
    expect(await runKey(args, { input, env })).toMatchObject({ exitCode: 0 });
  });

  it('by the person, who is asked once and only when needed', async () => {
    const folder = await writeKeyFiles({ locked: LOCKED, open: PEM });
    const asked = await runKey(['public', join(folder, 'locked')], { answers: [PASSPHRASE] });
    expect(asked).toMatchObject({ exitCode: 0, asked: ['Passphrase of the private key'] });
    expect(await runKey(['public', join(folder, 'open')], { answers: [] })).toMatchObject({ exitCode: 0 });
  });

  it('without any question when its passphrase is empty', async () => {
    const input = keyBytes('rsa-2048.empty-passphrase.p12');
    expect(await runKey(['convert', '--to', 'pkcs8'], { input })).toMatchObject({ exitCode: 0, stdout: PEM });
  });
});

describe('an encrypted input stays closed: exit 3', () => {
  it.each(['inspect', 'public'])('on a pipe without a passphrase: sgid key %s', async (command) => {
    const run = await runKey([command], { input: LOCKED, env: { SGID_PRIVATE_KEY_PASSPHRASE: '' } });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('standard input: the private key is encrypted, and no passphrase was given');
    expect(run.stderr).toMatch(/next: Add --passphrase-file <path>/);
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
  });

  it('with a wrong passphrase, wherever it comes from', async () => {
    const folder = await writeKeyFiles({ wrong: 'WRONG', key: LOCKED });
    const path = join(folder, 'key');
    const runs = [
      await runKey(['inspect', path, '--passphrase-file', join(folder, 'wrong')]),
      await runKey(['inspect', path], { env: { SGID_PRIVATE_KEY_PASSPHRASE: 'WRONG' } }),
      await runKey(['inspect', path], { answers: ['WRONG'] }),
    ];
    for (const run of runs) {
      expect(run).toMatchObject({ exitCode: 3, stdout: '' });
      expect(run.stderr).toContain('the passphrase does not open the private key');
      expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
    }
  });

  it('when the person gives none', async () => {
    const folder = await writeKeyFiles({ key: LOCKED });
    const run = await runKey(['inspect', join(folder, 'key')], { answers: [undefined] });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
  });
});

describe('a new passphrase', () => {
  it('is asked for twice', async () => {
    const folder = await writeKeyFiles({ key: PEM });
    const args = ['convert', '--to', 'pkcs8-encrypted', join(folder, 'key')];
    const run = await runKey(args, { answers: ['new one', 'new one'] });
    expect(run).toMatchObject({ exitCode: 0, asked: ['New passphrase', 'The same again'] });
    expect(fingerprint(await loadPrivateKey(run.stdout, { passphrase: 'new one' }))).toBe(RSA_2048);
  });

  it('is asked for after the old one', async () => {
    const folder = await writeKeyFiles({ key: LOCKED });
    const args = ['convert', '--to', 'pkcs8-encrypted', join(folder, 'key')];
    const run = await runKey(args, { answers: [PASSPHRASE, 'new one', 'new one'] });
    expect(run.asked).toEqual(['Passphrase of the private key', 'New passphrase', 'The same again']);
    expect(fingerprint(await loadPrivateKey(run.stdout, { passphrase: 'new one' }))).toBe(RSA_2048);
  });

  it('is not that of the environment', async () => {
    const run = await runKey(['convert', '--to', 'pkcs12'], { input: PEM, env: ENV });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('no passphrase was given for the encrypted output');
    expect(run.stderr).toContain('Add --out-passphrase-file <path>');
  });

  it.each<[string, readonly (string | undefined)[], string]>([
    ['two that differ', ['one', 'two'], 'the two new passphrases differ'],
    ['a second that is missing', ['one', undefined], 'the two new passphrases differ'],
    ['none', [undefined], 'the passphrase is empty'],
    ['one that is too long', ['x'.repeat(1025)], 'longer than 1024 bytes'],
  ])('is refused: %s', async (_name, answers, words) => {
    const run = await runKey(['generate', '--to', 'pkcs8-encrypted'], { answers });
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(words) });
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
  });

  it.each([
    ['nothing', '', 'ERR_FILE', 'is empty'],
    ['an empty line', '\n', 'ERR_FILE', 'is empty'],
    ['several lines', 'one\ntwo\n', 'ERR_PRIVATE_KEY_PASSPHRASE', 'holds line breaks'],
    ['a key', PEM, 'ERR_PRIVATE_KEY_PASSPHRASE', 'holds line breaks'],
    ['bytes', 'a\u0000b', 'ERR_PRIVATE_KEY_PASSPHRASE', 'control characters'],
    ['too much', 'ü'.repeat(513), 'ERR_PRIVATE_KEY_PASSPHRASE', 'longer than 1024 bytes'],
  ])('is refused in a file that holds %s', async (_name, content, code, words) => {
    const folder = await writeKeyFiles({ passphrase: content });
    const out = join(folder, 'out.pem');
    const path = join(folder, 'passphrase');
    const args = ['convert', '--to', 'pkcs8-encrypted', '--out-passphrase-file', path, '--out', out];
    const run = await runKey(args, { input: PEM });
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(words) });
    expect(run.stderr).toContain('--out-passphrase-file: ');
    expect(errorCodeOf(run)).toBe(code);
  });
});

describe('the file of a passphrase', () => {
  it.each(['--passphrase-file', '--out-passphrase-file'])('that is missing: %s', async (option) => {
    const args = ['convert', '--to', 'pkcs12', option, './none.txt'];
    const run = await runKey(args, { input: option === '--passphrase-file' ? LOCKED : PEM });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain(`${option}: the file ./none.txt does not exist`);
    expect(errorCodeOf(run)).toBe('ERR_FILE');
  });

  it('that is the passphrase itself is not repeated', async () => {
    const run = await runKey(['public', '--passphrase-file', 'hunter2CANARY'], { input: LOCKED });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('--passphrase-file does not hold the path of a file');
    expect(run.stderr).not.toContain('CANARY');
  });
});

it('Ctrl-C at a question ends with 130 and leaves nothing', async () => {
  const folder = await writeKeyFiles({ key: PEM });
  const interrupted = new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' });
  const args = ['convert', '--to', 'pkcs12', join(folder, 'key'), '--out', join(folder, 'out.p12')];
  const run = await runKey(args, { answers: [], interruption: interrupted });
  expect(run).toMatchObject({ exitCode: 130, stdout: '' });
  expect(await readdir(folder)).toEqual(['key']);
});
