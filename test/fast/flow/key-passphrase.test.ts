import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { createInterruption } from '../../helpers/login-flow.ts';
import { type KeyRunOptions, runKey } from '../../helpers/run-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048 } from '../keys/key-fixtures.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');
const LOCKED = keyText('rsa-2048.pkcs8-encrypted.pem');
const IN_ENV = (passphrase: string) => ({ env: { SGID_PRIVATE_KEY_PASSPHRASE: passphrase } });
const QUESTION = 'Passphrase of the private key';

describe('an encrypted input is opened', () => {
  const BESIDE = `SGID_PRIVATE_KEY="${LOCKED}"\nSGID_PRIVATE_KEY_PASSPHRASE=${PASSPHRASE}\n`;
  const WRONG_BESIDE = JSON.stringify({ privateKey: LOCKED, passphrase: 'wrong' });
  const pass = `${PASSPHRASE}\r\n`;

  it.each<[string, string, KeyRunOptions]>([
    ['--passphrase-file: PKCS#1', '--passphrase-file @pass @rsa-2048.pkcs1-encrypted.pem', {}],
    ['--passphrase-file: PKCS#12', '--passphrase-file @pass @rsa-2048.modern.p12', {}],
    ['--passphrase-file: old PKCS#12', '--passphrase-file @pass @rsa-2048.legacy.p12', {}],
    ['standard input, when the key is in a file', '@locked --passphrase-file -', { input: PASSPHRASE }],
    ['SGID_PRIVATE_KEY_PASSPHRASE', '@locked', IN_ENV(PASSPHRASE)],
    ['the passphrase beside it, before the environment', '-', { input: BESIDE, ...IN_ENV('wrong') }],
    ['the file, before all others', '--passphrase-file @pass', { input: WRONG_BESIDE, ...IN_ENV('wrong') }],
    ['nothing when its passphrase is empty', '@rsa-2048.empty-passphrase.p12', {}],
  ])('by %s', async (_name, line, options) => {
    const names = line.match(/(?<=@)rsa[\w.-]+/g) ?? [];
    const keys = Object.fromEntries(names.map((name) => [name, keyBytes(name)]));
    const run = await runKey(`convert --to pkcs8 ${line}`, {
      folder: { pass, locked: LOCKED, ...keys },
      ...options,
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: PEM, stderr: '' });
  });

  it('by the person, who is asked once and only when needed', async () => {
    const folder = { locked: LOCKED, open: PEM };
    const asked = await runKey('public @locked', { folder, answers: [PASSPHRASE] });
    expect(asked).toMatchObject({ exitCode: 0, asked: [QUESTION] });
    expect(await runKey('public @open', { folder, answers: [] })).toMatchObject({ exitCode: 0 });
  });
});

describe('an encrypted input stays closed: exit 3', () => {
  it.each(['inspect', 'public'])('on a pipe without a passphrase: sgid key %s', async (command) => {
    const run = await runKey(command, { input: LOCKED, ...IN_ENV('') });
    const words = 'standard input: the private key is encrypted, and no passphrase was given';
    expectError(run, 3, 'ERR_PRIVATE_KEY_PASSPHRASE', words, 'next: Add --passphrase-file <path>');
  });

  it.each<[string, string, KeyRunOptions, string]>([
    ['a wrong one in a file', '--passphrase-file @wrong', {}, 'does not open the private key'],
    ['a wrong one in the environment', '', IN_ENV('WRONG'), 'does not open the private key'],
    ['a wrong one that is typed', '', { answers: ['WRONG'] }, 'does not open the private key'],
    ['none of the person', '', { answers: [undefined] }, 'no passphrase was given'],
  ])('with %s', async (_name, line, options, words) => {
    const folder = { wrong: 'WRONG', key: LOCKED };
    const run = await runKey(`inspect @key ${line}`, { folder, ...options });
    expectError(run, 3, 'ERR_PRIVATE_KEY_PASSPHRASE', words);
  });
});

it.each(['inspect', 'public', 'convert --to jwk'])(
  'an interruption that comes while a key is unlocked ends sgid key %s, with nothing printed',
  async (command) => {
    const { signal, interrupt } = createInterruption();
    const askSecret = async () => {
      // It is heard when the event loop has its turn again.
      setImmediate(interrupt);
      return PASSPHRASE;
    };
    const terminal = { stdinIsTerminal: true, stderrIsTerminal: true, askSecret };
    const run = await runKey(`${command} @key`, { folder: { key: LOCKED }, signal, terminal });
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
  },
);

describe('a new passphrase', () => {
  it.each([
    ['twice', PEM, []],
    ['after the old one', LOCKED, [[QUESTION, PASSPHRASE]]],
  ])('is asked for %s', async (_name, key, before) => {
    const script = [...before, ['New passphrase', 'new one'], ['The same again', 'new one']];
    const answers = script.map(([, answer]) => answer);
    const run = await runKey('convert --to pkcs8-encrypted @key', { folder: { key }, answers });
    expect(run).toMatchObject({ exitCode: 0, asked: script.map(([question]) => question) });
    expect(fingerprint(await loadPrivateKey(run.stdout, { passphrase: 'new one' }))).toBe(RSA_2048);
  });

  it('is not that of the environment', async () => {
    const run = await runKey('convert --to pkcs12', { input: PEM, ...IN_ENV(PASSPHRASE) });
    const words = ['no passphrase was given for the encrypted output', 'Add --out-passphrase-file <path>'];
    expectError(run, 3, 'ERR_PRIVATE_KEY_PASSPHRASE', ...words);
  });

  it.each<[string, readonly (string | undefined)[], string]>([
    ['two that differ', ['one', 'two'], 'the two new passphrases differ'],
    ['a second that is missing', ['one', undefined], 'the two new passphrases differ'],
    ['none', [undefined], 'the passphrase is empty'],
    ['one that is too long', ['x'.repeat(1025)], 'longer than 1024 bytes'],
  ])('is refused: %s', async (_name, answers, words) => {
    const run = await runKey('generate --to pkcs8-encrypted', { answers });
    expectError(run, 3, 'ERR_PRIVATE_KEY_PASSPHRASE', words);
  });

  it.each<[string, string, SgidErrorCode, string]>([
    ['nothing', '', 'ERR_FILE', 'is empty'],
    ['an empty line', '\n', 'ERR_FILE', 'is empty'],
    ['several lines', 'one\ntwo\n', 'ERR_PRIVATE_KEY_PASSPHRASE', 'holds line breaks'],
    ['a key', PEM, 'ERR_PRIVATE_KEY_PASSPHRASE', 'holds line breaks'],
    ['bytes', 'a\u0000b', 'ERR_PRIVATE_KEY_PASSPHRASE', 'control characters'],
    ['too much', 'ü'.repeat(513), 'ERR_PRIVATE_KEY_PASSPHRASE', 'longer than 1024 bytes'],
  ])('is refused in a file that holds %s', async (_name, pass, code, words) => {
    const line = 'convert --to pkcs8-encrypted --out-passphrase-file @pass --out @out.pem';
    const run = await runKey(line, { folder: { pass }, input: PEM });
    expectError(run, 3, code, words, '--out-passphrase-file: ');
  });
});

describe('the file of a passphrase', () => {
  it.each([
    ['--passphrase-file', LOCKED],
    ['--out-passphrase-file', PEM],
  ])('that is missing: %s', async (option, input) => {
    const run = await runKey(`convert --to pkcs12 ${option} ./none.txt`, { input });
    expectError(run, 3, 'ERR_FILE', `${option}: the file ./none.txt does not exist`);
  });

  it('that is the passphrase itself is not repeated', async () => {
    const run = await runKey('public --passphrase-file hunter2CANARY', { input: LOCKED });
    expectError(run, 3, 'ERR_FILE', '--passphrase-file: there is no such file');
    expect(run.stderr).not.toContain('CANARY');
  });
});
