import { describe, expect, it } from 'vitest';
import { expectError } from '../../helpers/expect-error.ts';
import { runKey } from '../../helpers/run-key.ts';
import { keyBytes, keyText } from '../keys/key-fixtures.ts';

const COMMANDS = ['inspect', 'convert', 'generate', 'public'];
const ONE_READER = 'cannot both read standard input';

describe('a command line that cannot be meant: exit 2', () => {
  it.each([
    ['inspct', "unknown command 'inspct'\n  next: Did you mean inspect?"],
    ['convert a.pem', "required option '--to <format>' not specified"],
    ['convert --to pem a.pem', "'pem' is invalid. Allowed choices are pkcs1, pkcs8, pkcs8-encrypted"],
    ['generate --to p12', "argument 'p12' is invalid"],
    ['generate --bits 1024', 'Allowed choices are 2048, 3072, 4096'],
    ['public --format der', 'Allowed choices are pem, jwk'],
    ['inspect a.pem b.pem', 'too many arguments'],
    ['generate a.pem', 'too many arguments'],
    ['inspect --passphrase-file -', ONE_READER],
    ['inspect - --public-key -', ONE_READER],
    ['inspect a.pem --public-key - --passphrase-file -', ONE_READER],
    ['convert --to pkcs12 - --passphrase-file -', ONE_READER],
    ['convert --to pkcs12 --out-passphrase-file -', ONE_READER],
    ['convert --to pkcs12 a.pem --passphrase-file - --out-passphrase-file -', ONE_READER],
    ['public --passphrase-file -', ONE_READER],
    ['convert --to pkcs8 --out-passphrase-file a.txt a.pem', '--to pkcs8 contradict each other'],
    ['generate --out-passphrase-file a.txt', '--to pkcs8 contradict each other'],
    ['convert --to jwk --out= a.pem', '--out is empty'],
    ['generate --out=', '--out is empty'],
    ['inspect --passphrase-file= a.pem', '--passphrase-file is empty'],
    ['inspect --public-key= a.pem', '--public-key is empty'],
    ['convert --to pkcs12 --out-passphrase-file= a.pem', '--out-passphrase-file is empty'],
    ['inspect --pasphrase-file x', '\n  next: Did you mean --passphrase-file?\n'],
    ['inspect --passphrase=CANARY a.pem', "unknown option '--passphrase'"],
  ])('sgid key %s', async (commandLine, words) => {
    const run = await runKey(commandLine);
    expectError(run, 2, 'ERR_USAGE', words, /^More: sgid key .*--help$/m);
    expect(run.stderr).not.toContain('CANARY');
  });

  it('an argument that is empty, as of a variable that is not set', async () => {
    expectError(await runKey(['inspect', '']), 2, 'ERR_USAGE', '[file] is empty');
  });

  it.each([
    ['PEM', keyText('rsa-2048.pkcs8.pem')],
    ['base64', keyBytes('rsa-2048.pkcs8.der').toString('base64')],
    ['a JWK', keyText('rsa-2048.jwk.json')],
  ])('key text in place of a word is not repeated: %s', async (_name, text) => {
    const lines = text.match(/[\w+/-]{40}/g) ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const args of [
      [text],
      ['inspect', `--${text}`],
      ['convert', '--to', text],
      ['generate', '--bits', text],
    ]) {
      const run = await runKey([...args, '--json-errors']);
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(lines.filter((line) => run.stderr.includes(line))).toEqual([]);
      expect(run.stderr).toContain('because it may hold a key');
    }
  });
});

describe('help', () => {
  it.each(['', ...COMMANDS])('sgid key %s --help shows examples, of options which exist', async (command) => {
    const { exitCode, stdout, stderr } = await runKey(`${command} --help`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: sgid key /);
    expect(stdout).toMatch(/Examples:\n {2}\$ sgid key /);
    const [declared = '', examples = ''] = stdout.split('Examples:');
    if (command === '') return;
    for (const line of examples.split('\n').filter((one) => one.includes(`sgid key ${command}`)))
      for (const option of line.match(/(?<= )--[a-z-]+/g) ?? []) expect(declared, line).toContain(option);
  });
});
