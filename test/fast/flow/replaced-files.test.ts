import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { MAX_FILE_BYTES, type systemFiles } from '../../../src/system/files.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { giveAway } from '../../helpers/give-away.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

/** Runs a command on one file, of which nobody has a copy, and gives what it then holds. */
async function runOnFile(args: readonly string[], options: RunOptions = {}, precious = 'precious') {
  const file = await writeTemporaryFile('precious', precious);
  const ending = new AbortController();
  const run = await runSgid(
    args.map((arg) => (arg === 'FILE' ? file : arg)),
    // What a mock says when it serves.
    { signal: ending.signal, terminal: { writeOut: async () => ending.abort() }, ...options },
  );
  const stderr = run.stderr.replaceAll(file, 'PATH');
  return { exitCode: run.exitCode, stderr, text: await readFile(file, 'utf8') };
}

/** What reads a file before it decides whether to write over it. */
const WRITERS = [
  'key generate --out FILE',
  'mock --port 0 -e FILE',
  'mock --port 0 --https --cert-file FILE',
];

describe('a file is not written over', () => {
  it.each([
    'key generate --out FILE',
    'key convert --to env open.pem --into FILE',
    'mock --port 0 -e FILE',
    'authorize-url --client-id X --redirect-uri http://localhost/ --out FILE',
  ])('that another user made, by sgid %s', async (line) => {
    const key = await writeTemporaryFile('open.pem', TEST_PRIVATE_KEY);
    const file = await writeTemporaryFile('.env', '');
    giveAway(file);
    const args = line.split(' ').map((arg) => ({ FILE: file, 'open.pem': key })[arg] ?? arg);
    expect(await runSgid(args)).toMatchObject({ exitCode: 3, code: 'ERR_OUTPUT', stdout: '' });
    expect(await readFile(file, 'utf8')).toBe('');
  });

  it.each([
    ['EACCES', 'may not be read by this user'],
    ['EIO', 'could not be read: the device failed'],
    ['EMFILE', 'could not be read: too many files are open'],
    ['EOVERFLOW', 'could not be read (EOVERFLOW)'],
  ])('that cannot be read: %s', async (code, words) => {
    const readReplaced = () => Promise.reject(Object.assign(new Error(code), { code }));
    const stderr = expect.stringContaining(`the output file PATH ${words}`);
    for (const line of WRITERS) {
      const run = await runOnFile(line.split(' '), { files: { readReplaced } });
      expect([line, run]).toEqual([line, { exitCode: 3, text: 'precious', stderr }]);
    }
  });

  it.each([...WRITERS, 'key generate --to env --into FILE'])(
    'that is larger than what is read, by sgid %s',
    async (line) => {
      const text = 'x'.repeat(MAX_FILE_BYTES + 1);
      const run = await runOnFile(line.split(' '), {}, text);
      expect([run.exitCode, run.text === text]).toEqual([3, true]);
      expect(run.stderr).toContain('PATH is larger than 1 MiB');
    },
  );

  it.each([
    ['a new file', 'new.pem', 'ENOENT'],
    ['a pipe', 'pipe', 'EFTYPE'],
    // macOS opens such a name only as it was opened before.
    ['a descriptor that is open for writing alone', '/dev/fd/63', 'EACCES'],
  ])('but %s is written: %s, %s', async (_name, path, code) => {
    const readReplaced = () => Promise.reject(Object.assign(new Error(code), { code }));
    const written: string[] = [];
    const prepareOutput: typeof systemFiles.prepareOutput = async () => ({
      commit: async (content) => void written.push(`${content}`),
      [Symbol.asyncDispose]: async () => {},
    });
    const options = { files: { readReplaced, prepareOutput } };
    expect(await runSgid(['key', 'generate', '--out', path], options)).toMatchObject({ exitCode: 0 });
    expect(written).toEqual([expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/)]);
  });

  it.each<[string, string, readonly string[]]>([
    ['--out', '--trace', ['login', '--mock', '--out', 'FILE', '--trace', 'FILE']],
    ['--out', '--junit', ['login', '--mock', '--junit', 'FILE', '--out', 'FILE']],
    ['--junit', '--save-canary', ['login', '--mock', '--save-canary', 'FILE', '--junit', 'FILE']],
    ['--trace', '--save-canary', ['login', '--mock', '--trace', 'FILE', '--save-canary', 'FILE']],
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
    const stderr = expect.stringContaining(`${one} and ${other} name the same file`);
    expect(await runOnFile(args)).toEqual({ exitCode: 2, text: 'precious', stderr });
  });

  it.each([
    ['linux', false],
    ['darwin', true],
    ['win32', true],
  ] as const)('whose name differs in case alone: on %s %s', async (platform, isRefused) => {
    const file = join(await makeTemporaryFolder(), 'new.json');
    pretendPlatform(platform);
    const other = file.replace('new.json', 'NEW.json');
    const { stderr } = await runSgid(['check', '--offline', '--trace', other, '--out', file]);
    expect(stderr.includes('--out and --trace name the same file')).toBe(isRefused);
  });

  it('that holds anything but a certificate, by sgid mock --cert-file', async () => {
    const stderr = expect.stringContaining(
      'holds lines that sgid mock did not write, and is not overwritten',
    );
    const run = await runOnFile('mock --port 0 --https --cert-file FILE'.split(' '));
    expect(run).toEqual({ exitCode: 3, text: 'precious', stderr });
  });
});
