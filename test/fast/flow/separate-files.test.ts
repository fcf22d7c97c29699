import { readFile, writeFile } from 'node:fs/promises';
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
    const { exitCode, stderr, text } = await runOnFile([
      'mock',
      '--port',
      '0',
      '--https',
      '--cert-file',
      'FILE',
    ]);
    expect(stderr).toContain('holds something else, and is not written over');
    expect(exitCode).toBe(3);
    expect(text).toBe('precious');
  });

  it('by --junit without a name', async () => {
    const { exitCode, stderr } = await runSgid([...LOGIN, '--junit', '']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--junit') });
  });
});
