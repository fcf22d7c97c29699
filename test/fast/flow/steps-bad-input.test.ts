import { randomBytes } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const ENV = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'a-secret-of-nobody',
  SGID_HOSTNAME: 'http://127.0.0.1:1',
};

/** Runs a step on an input, and expects a plain error of no more than a few lines. */
async function feed(
  args: readonly string[],
  bytes: string | Uint8Array,
  terminal: RunOptions['terminal'] = {},
): Promise<RunResult> {
  const readInput = async () => Buffer.from(bytes);
  const result = await runSgid(args, { env: ENV, terminal: { readInput, ...terminal } });
  expect(result.stdout).toBe('');
  expect(result.stderr).not.toMatch(/CANARY|\bat .*:\d+:\d+|RangeError|SyntaxError|unexpected failure/);
  expect(result.stderr.length).toBeLessThan(1_000);
  return result;
}

const AT_A_TERMINAL = { stdinIsTerminal: true, readInput: () => Promise.reject(new Error('it was read')) };
const [OPEN, CLOSE] = ['['.repeat(500_000), ']'.repeat(500_000)];

/** Every step that reads something, with its input in a file or, for `-`, on standard input. */
const STEPS: Readonly<Record<string, (path: string) => readonly string[]>> = {
  'the transaction': (path) => ['callback', '--transaction', path, 'http://localhost/x'],
  'the access token': (path) => ['userinfo', ...(path === '-' ? [] : ['--token', path])],
  'the userinfo reply': (path) => ['decrypt', ...(path === '-' ? [] : [path])],
  'the token': (path) => ['inspect', path],
};

describe.each(Object.entries(STEPS))('%s', (name, argsOf) => {
  it('is never typed at a terminal', async () => {
    const words = `${name} is to be read from standard input, which is a terminal`;
    expectError(await feed(argsOf('-'), '', AT_A_TERMINAL), 2, 'ERR_USAGE', words);
  });

  if (name === 'the transaction')
    it('comes with the callback URL, which is never typed at a terminal either', async () => {
      const file = await writeTemporaryFile('transaction.json', '{}');
      const run = await feed(['callback', '--transaction', file], '', AT_A_TERMINAL);
      expectError(
        run,
        2,
        'ERR_USAGE',
        'the callback URL is to be read from standard input, which is a terminal',
      );
      expect(run.stderr).toContain('Pipe it in, or give it as an argument, in quotes.');
    });

  const NO_TEXT = `${name}: standard input is not text`;

  it.each([
    ['empty', ''],
    ['white space', ' \r\n\t'],
  ])('may be %s, of which one line is said', async (_name, bytes) => {
    const stderr = `sgid ${argsOf('-')[0]}: standard input is empty, nothing was done\n`;
    expect(await feed(argsOf('-'), bytes)).toMatchObject({ exitCode: 3, stdout: '', stderr });
  });

  it.each<[string, string | Uint8Array, string]>([
    ['broken in the middle', '{"sub": "CANARY",\n "data": CANARY}', 'is not valid JSON (line 2, column 10)'],
    ['cut off', '{"sub": "CANARY"', 'is not valid JSON (line 1, column 17)'],
    ['broken by a comma', '{"sub": "x",}', 'is not valid JSON (line 1, column 13)'],
    ['broken by a newline', '{\n\n"sub": "CANARY\n"}', 'is not valid JSON (line 3, column 8)'],
    ['two values', '{"a": 1} {"CANARY": 2}', 'is not valid JSON (line 1, column 10)'],
    ['a list', '[]', 'next: '],
    ['an empty object', '{}', 'next: '],
    ['an object for a subject', '{"sub":{}}', 'next: '],
    ['lists for values', '{"idToken":[],"sub":[]}', 'next: '],
    ['a string', '"text"', 'next: '],
    ['words', 'CANARY CANARY', 'next: '],
    ['JSON with NUL', '{"sub":"\0"}', NO_TEXT],
    ['NUL', '\0\0\0', NO_TEXT],
    ['no UTF-8', Buffer.from([0x80, 0x81]), NO_TEXT],
    ['random bytes', randomBytes(1_000), NO_TEXT],
    ['half a character', '\ud800', NO_TEXT],
    ['lists, as deep as a file can be', OPEN + CLOSE, 'next: '],
    ['objects, as deep', `${'{"sub":'.repeat(140_000)}1${'}'.repeat(140_000)}`, 'next: '],
    ['a member of lists, as deep', `{"sub":${OPEN}${CLOSE}}`, 'next: '],
  ])('may be %s', async (_name, bytes, words) => {
    expectError(await feed(argsOf('-'), bytes), 3, 'ERR_FILE', words);
  });

  it.each([
    ['EFBIG', 'standard input is larger than 1 MiB'],
    ['EISDIR', 'standard input is a folder'],
    ['EIO', 'standard input could not be read: the device failed (EIO)'],
  ])('may fail to be read: %s', async (code, words) => {
    const readInput = () => Promise.reject(Object.assign(new Error('test'), { code }));
    expectError(await feed(argsOf('-'), '', { readInput }), 3, 'ERR_FILE', words);
  });

  it('may be a file of 50 MB, a folder, or nothing', async () => {
    const large = await writeTemporaryFile('large.json', '{');
    await truncate(large, 50 * 1024 * 1024);
    const folder = await makeTemporaryFolder();
    for (const [path, words] of [
      [large, `the file ${large} is larger than 1 MiB`],
      [folder, `the file ${folder} is a folder`],
      [`${folder}/absent.json`, `the file ${folder}/absent.json does not exist`],
      [await writeTemporaryFile('empty.json', ''), 'empty.json is empty'],
    ] as const)
      expectError(await feed(argsOf(path), ''), 3, 'ERR_FILE', words);
  });

  it.each([
    ['CANARYC4n4ryC4n4ryC4n4ry', 'there is no such file'],
    ['eyJhbGciOiJSUzI1NiJ9.CANARY.CANARY', 'there is no such file'],
    ['{"CANARY":1}', 'not the path of a file'],
  ])('may stand where its path belongs, and is not repeated: %s', async (text, words) => {
    expectError(await feed(argsOf(text), ''), 3, 'ERR_FILE', words);
  });
});

describe('the callback URL on standard input', () => {
  const transaction = JSON.stringify({
    state: 'a',
    nonce: 'b',
    codeChallenge: 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk',
    codeVerifier: 'bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S',
    redirectUri: 'http://localhost:5001/x',
    clientId: ENV.SGID_CLIENT_ID,
    hostname: ENV.SGID_HOSTNAME,
    createdAt: new Date().toISOString(),
  });
  const REPEATED = `?${'a=CANARY&'.repeat(100_000)}a=1`;

  it.each<[string, string, RunOptions['terminal'], number, SgidErrorCode, string]>([
    ['empty', '', {}, 3, 'ERR_NO_INPUT', ''],
    [
      'no URL',
      'CANARY',
      {},
      7,
      'ERR_CALLBACK_INVALID',
      'the pasted text is not the URL that the browser was redirect',
    ],
    ['bytes', '\0', {}, 3, 'ERR_FILE', 'the callback URL: standard input is not text'],
    ['a megabyte of parameters', REPEATED, {}, 7, 'ERR_CALLBACK_INVALID', 'the callback repeats a parameter'],
    ['a terminal', '', AT_A_TERMINAL, 2, 'ERR_USAGE', ''],
  ])('may be %s', async (_name, stdin, terminal, exitCode, code, words) => {
    const path = await writeTemporaryFile('transaction.json', transaction);
    expectError(await feed(['callback', '--transaction', path], stdin, terminal), exitCode, code, words);
  });
});

describe('a token nested too deep', () => {
  it.each<[string, (deep: string) => string, number, SgidErrorCode]>([
    ['an ID token', (deep) => `eyJhbGciOiJSUzI1NiJ9.${deep}.AA`, 7, 'ERR_ID_TOKEN_INVALID'],
    ['a JWE', (deep) => `${deep}.AA.AA.AA.AA`, 8, 'ERR_JWE_INVALID'],
  ])('is refused: %s', async (_name, wrap, exitCode, code) => {
    const json = `{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}`;
    const result = await feed(['inspect'], wrap(Buffer.from(json).toString('base64url')));
    expectError(result, exitCode, code);
  });
});
