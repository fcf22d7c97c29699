import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSgid } from '../../helpers/fake-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const LOGIN = ['login', '--mock', '--persona', 'zoe'];

/** Runs a command on one file, of which nobody has a copy, and gives what it then holds. */
async function runOnFile(
  args: readonly string[],
): Promise<{ exitCode: number; stderr: string; text: string }> {
  const file = join(await makeTemporaryFolder(), 'precious');
  await writeFile(file, 'precious', { mode: 0o600 });
  const { exitCode, stderr } = await runSgid(args.map((arg) => (arg === 'FILE' ? file : arg)));
  return { exitCode, stderr, text: await readFile(file, 'utf8') };
}

describe('a file is not written over', () => {
  it.each<[string, string, readonly string[]]>([
    ['--out', '--trace', [...LOGIN, '--out', 'FILE', '--trace', 'FILE']],
    ['--out', '--junit', [...LOGIN, '--junit', 'FILE', '--out', 'FILE']],
    ['--junit', '--save-canary', [...LOGIN, '--save-canary', 'FILE', '--junit', 'FILE']],
    ['--trace', '--save-canary', [...LOGIN, '--trace', 'FILE', '--save-canary', 'FILE']],
    ['--trace', '--save-canary', ['userinfo', '--token', '-', '--save-canary', 'FILE', '--trace', 'FILE']],
    ['--token', '--out', ['userinfo', '--token', 'FILE', '--out', 'FILE']],
    ['--transaction', '--out', ['callback', 'http://x/', '--transaction', 'FILE', '--out', 'FILE']],
    ['--private-key-file', '--out', ['check', '--offline', '--private-key-file', 'FILE', '--out', 'FILE']],
    ['--canary', '--out', ['check', '--offline', '--canary', 'FILE', '--out', 'FILE']],
    ['--canary', '--trace', ['check', '--offline', '--canary', 'FILE', '--trace', 'FILE']],
    ['--credentials', '--out', ['authorize-url', '--credentials', 'FILE', '--out', 'FILE']],
    ['--dotenv', '--out', ['decrypt', '-', '-e', 'FILE', '--out', 'FILE']],
    ['the input', '--out', ['decrypt', 'FILE', '--out', 'FILE']],
    ['the input', '--html', ['trace', 'view', 'FILE', '--html', 'FILE']],
  ])('that %s and %s both name: %j', async (one, other, args) => {
    const { exitCode, stderr, text } = await runOnFile(args);
    expect(stderr).toContain(`${one} and ${other} name the same file`);
    expect(exitCode).toBe(2);
    expect(text).toBe('precious');
  });

  it('that holds anything but a certificate, by sgid mock --cert-file', async () => {
    const { exitCode, stderr, text } = await runOnFile('mock --port 0 --https --cert-file FILE'.split(' '));
    expect(stderr).toContain('holds something else, and is not overwritten');
    expect(exitCode).toBe(3);
    expect(text).toBe('precious');
  });
});

const TOKENS = JSON.stringify({ sub: 'u=1', accessToken: 'canary-token', idToken: 'a.b.c' });
const CLAIMS = JSON.stringify({ sub: 'u=1', data: { 'myinfo.name': 'TAN AH TEST' } });

describe('the wrong file', () => {
  it.each([
    ['decrypt', TOKENS, 'is what "sgid callback" printed, and holds no data yet'],
    ['decrypt', CLAIMS, 'holds data in the clear: there is nothing to decrypt'],
    ['inspect', CLAIMS, 'holds data in the clear: there is nothing to decrypt'],
  ])('sgid %s says what %s is', async (command, stdin, words) => {
    const { exitCode, stdout, stderr } = await runSgid([command, '-'], { stdin });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/canary|TAN AH/);
  });

  it('that is not there is named', async () => {
    const { exitCode, stderr } = await runSgid(['trace', 'view', 'nofile']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the trace nofile does not exist');
  });

  it('of tokens is not named in full as an example either: a hint keeps its dots', async () => {
    const { stderr } = await runSgid(['userinfo', '--token', '-'], { stdin: '{"a":1}' });
    expect(stderr).toContain('"accessToken": "..."');
  });
});

describe('- as an output', () => {
  it('is standard output for the result', async () => {
    const { exitCode, stdout } = await runSgid([...LOGIN, '--out', '-']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('sub');
    expect(await readdir('.')).not.toContain('-');
  });

  it('is standard output for a key', async () => {
    const key = join(await makeTemporaryFolder(), 'key.pem');
    expect((await runSgid(['key', 'generate', '--out', key])).exitCode).toBe(0);
    const { exitCode, stdout } = await runSgid(['key', 'convert', '--to', 'pkcs8', key, '--out', '-']);
    expect({ exitCode, begins: stdout.slice(0, 27) }).toEqual({
      exitCode: 0,
      begins: '-----BEGIN PRIVATE KEY-----',
    });
  });

  it.each(['--trace', '--junit', '--save-canary'])('is refused for %s', async (option) => {
    const { exitCode, stderr } = await runSgid([...LOGIN, option, '-']);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`${option} cannot write to standard output`),
    });
  });

  it('is refused for a page', async () => {
    const trace = join(await makeTemporaryFolder(), 'trace.json');
    await writeFile(trace, '{}');
    expect((await runSgid(['trace', 'view', trace, '--html', '-'])).exitCode).toBe(2);
  });
});
