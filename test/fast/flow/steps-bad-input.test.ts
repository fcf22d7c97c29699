import { randomBytes } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const ENV = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'a-secret-of-nobody',
  SGID_HOSTNAME: 'http://127.0.0.1:1',
};

/** Every step that reads something, with its input on standard input and in a file. */
const STEPS: Readonly<Record<string, { stdin: readonly string[]; file(path: string): readonly string[] }>> = {
  'the transaction': {
    stdin: ['callback', '--transaction', '-', 'http://localhost/x'],
    file: (path) => ['callback', '--transaction', path, 'http://localhost/x'],
  },
  'the access token': {
    stdin: ['userinfo'],
    file: (path) => ['userinfo', '--token', path],
  },
  'the userinfo reply': { stdin: ['decrypt'], file: (path) => ['decrypt', path] },
  'the token': { stdin: ['inspect', '-'], file: (path) => ['inspect', path] },
};

const NAMES = Object.keys(STEPS);

/** Runs a step on an input, and expects a plain error of no more than a few lines. */
async function feed(
  args: readonly string[],
  bytes: string | Uint8Array,
  run: RunOptions = {},
): Promise<RunResult> {
  const terminal = { readInput: async () => Buffer.from(bytes), ...run.terminal };
  const result = await runSgid(args, { env: ENV, ...run, terminal });
  expect(result.stdout).toBe('');
  expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+|RangeError|SyntaxError|unexpected failure/);
  expect(result.stderr.length).toBeLessThan(1_000);
  return result;
}

/** The arguments of a step that reads standard input. */
function stdinOf(name: string): readonly string[] {
  return STEPS[name]?.stdin ?? [];
}

describe.each(NAMES)('%s', (name) => {
  it('is never typed at a terminal', async () => {
    const readInput = (): Promise<never> => Promise.reject(new Error('the terminal was read'));
    const result = await feed(stdinOf(name), '', { terminal: { stdinIsTerminal: true, readInput } });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(`${name} is to be read from standard input, which is a terminal`);
  });

  it.each([
    ['empty', ''],
    ['white space', ' \r\n\t'],
  ])('is missed when standard input is %s', async (_what, text) => {
    const result = await feed(stdinOf(name), text);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain(`${name}: standard input is empty; did the previous command fail?`);
    expect(errorCodeOf(result)).toBe('ERR_FILE');
  });

  it('may break anywhere: line and column are told, and no text', async () => {
    for (const [text, place] of [
      ['{"sub": "CANARY",\n "data": CANARY}', '(line 2, column 10)'],
      ['{"sub": "CANARY"', '(line 1, column 17)'],
      ['{"sub": "x",}', '(line 1, column 13)'],
      ['{\n\n"sub": "CANARY\n"}', '(line 3, column 8)'],
      ['{"a": 1} {"CANARY": 2}', '(line 1, column 10)'],
    ] as const) {
      const result = await feed(stdinOf(name), text);
      expect(result.exitCode).toBe(3);
      expect(result.stderr).toContain(`standard input is not valid JSON ${place}`);
      expect(result.stderr).not.toContain('CANARY');
    }
  });

  it('must have the right shape', async () => {
    for (const text of ['[]', '{}', '{"sub":{}}', '{"idToken":[],"sub":[]}', '"text"', 'CANARY CANARY']) {
      const result = await feed(stdinOf(name), text);
      expect(result.exitCode).toBe(3);
      expect(result.stderr).not.toContain('CANARY');
      expect(result.stderr).toMatch(/next: \S/);
    }
  });

  it('must be text', async () => {
    for (const bytes of ['{"sub":"\0"}', '\0\0\0', Buffer.from([0x80, 0x81]), randomBytes(1_000), '\ud800']) {
      const result = await feed(stdinOf(name), bytes);
      expect(result.exitCode).toBe(3);
      expect(errorCodeOf(result)).toBe('ERR_FILE');
    }
    const result = await feed(stdinOf(name), '{"sub":"\0"}');
    expect(result.stderr).toContain(`${name}: standard input is not text`);
  });

  it.each([
    ['lists', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['objects', `${'{"sub":'.repeat(140_000)}1${'}'.repeat(140_000)}`],
    ['a member of lists', `{"sub":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
  ])('may be nested as deep as a file can be, in %s', async (_what, text) => {
    expect(await feed(stdinOf(name), text)).toMatchObject({ exitCode: 3 });
  });

  it('may be a file of 50 MB, a folder, or nothing', async () => {
    const { file } = STEPS[name] ?? { file: () => [] };
    const large = await writeTemporaryFile('large.json', '{');
    await truncate(large, 50 * 1024 * 1024);
    const folder = await makeTemporaryFolder();
    for (const [path, words] of [
      [large, `the file ${large} is larger than 1 MiB`],
      [folder, `the file ${folder} is a folder`],
      [`${folder}/absent.json`, `the file ${folder}/absent.json does not exist`],
      [await writeTemporaryFile('empty.json', ''), 'empty.json is empty'],
    ] as const) {
      const result = await feed(file(path), '');
      expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(words) });
    }
  });

  it('may stand where its path belongs, and is not repeated', async () => {
    const { file } = STEPS[name] ?? { file: () => [] };
    for (const text of ['C4n4ryC4n4ryC4n4ryC4n4ry', '{"C4n4ry":1}', 'eyJhbGciOiJSUzI1NiJ9.C4n4ry.C4n4ry']) {
      const result = await feed(file(text), '');
      expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('path of a file') });
      expect(result.stderr).not.toContain('C4n4ry');
    }
  });

  it('may be too large, or fail to be read, on standard input', async () => {
    for (const [code, words] of [
      ['EFBIG', 'standard input is larger than 1 MiB'],
      ['EISDIR', 'standard input is a folder'],
      ['EIO', 'standard input could not be read (EIO)'],
    ] as const) {
      const readInput = (): Promise<never> => Promise.reject(Object.assign(new Error('test'), { code }));
      const result = await feed(stdinOf(name), '', { terminal: { readInput } });
      expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(words) });
    }
  });

  it('is not waited for after Ctrl-C', async () => {
    const { SgidError } = await import('../../../src/errors/sgid-error.ts');
    const signal = AbortSignal.abort(new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' }));
    const readInput = (): Promise<never> => Promise.reject(new Error('closed'));
    expect(await feed(stdinOf(name), '', { signal, terminal: { readInput } })).toMatchObject({
      exitCode: 130,
    });
  });
});

describe('the callback URL on standard input', () => {
  const transaction = {
    state: 'a',
    nonce: 'b',
    codeChallenge: 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk',
    codeVerifier: 'bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S',
    redirectUri: 'http://localhost:5001/x',
    clientId: ENV.SGID_CLIENT_ID,
    hostname: ENV.SGID_HOSTNAME,
    createdAt: new Date().toISOString(),
  };

  it.each([
    ['empty', '', 3, 'the callback URL: standard input is empty; did the previous command fail?'],
    ['no URL', 'CANARY', 7, 'that is not the URL that the browser was redirected to'],
    ['bytes', '\0', 3, 'the callback URL: standard input is not text'],
    ['a megabyte of parameters', `?${'a=CANARY&'.repeat(100_000)}a=1`, 7, 'the callback repeats a parameter'],
  ])('may be %s', async (_name, stdin, exitCode, words) => {
    const path = await writeTemporaryFile('transaction.json', JSON.stringify(transaction));
    const result = await feed(['callback', '--transaction', path], stdin);
    expect(result).toMatchObject({ exitCode, stderr: expect.stringContaining(words) });
    expect(result.stderr).not.toContain('CANARY');
  });

  it('is never typed at a terminal', async () => {
    const path = await writeTemporaryFile('transaction.json', JSON.stringify(transaction));
    const terminal = { stdinIsTerminal: true, readInput: () => Promise.reject(new Error('it was read')) };
    expect(await feed(['callback', '--transaction', path], '', { terminal })).toMatchObject({ exitCode: 2 });
  });
});

describe('a token nested too deep', () => {
  it.each([
    ['an ID token', (deep: string) => `eyJhbGciOiJSUzI1NiJ9.${deep}.AA`, 7, 'ERR_ID_TOKEN_INVALID'],
    ['a JWE', (deep: string) => `${deep}.AA.AA.AA.AA`, 8, 'ERR_JWE_INVALID'],
  ])('is refused: %s', async (_name, wrap, exitCode, code) => {
    const json = `{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}`;
    const result = await feed(['inspect'], wrap(Buffer.from(json).toString('base64url')));
    expect([result.exitCode, errorCodeOf(result)]).toEqual([exitCode, code]);
  });
});
