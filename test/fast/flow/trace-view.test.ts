import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { failedTrace, hostileTrace, sampleTrace, UNPRINTABLE } from '../trace/sample-trace.ts';

const SAMPLE = JSON.stringify(sampleTrace());

/** Runs `sgid trace view` on standard input, where the sample is. */
const view = (args: readonly string[] = [], options: RunOptions = {}) =>
  runSgid(['trace', 'view', '-', ...args], { stdin: SAMPLE, ...options });

describe('sgid trace view', () => {
  it('draws a file, or standard input, as a timeline on standard output', async () => {
    const run = await runSgid(['trace', 'view', await writeTemporaryFile('trace.json', SAMPLE)]);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/^sgid login succeeded in 31\.05 s\n/);
    expect(run.stdout).toMatch(/^token +POST \/v2\/oauth\/token +200 +40 ms +#+$/m);
    expect(await view()).toEqual(run);
  });

  it.each([
    [{ LANG: 'en_SG.UTF-8' }, '█'],
    [{ LANG: 'en_SG.UTF-8', LC_ALL: 'C' }, '#'],
    [{ LC_ALL: '', LC_CTYPE: 'C.utf8' }, '█'],
    [{}, '#'],
  ])('draws with what the locale %j has', async (env, mark) => {
    expect((await view([], { env })).stdout).toContain(mark.repeat(10));
  });

  const both = { stdoutIsTerminal: true, stderrIsTerminal: true };
  it.each<[string, readonly string[], Readonly<Record<string, string>>, object, boolean]>([
    ['on a terminal', [], {}, both, true],
    ['on a terminal that gets the result alone', [], {}, { stdoutIsTerminal: true }, true],
    ['in a pipe', [], {}, { stderrIsTerminal: true }, false],
    ['with --no-color', ['--no-color'], {}, both, false],
    ['with NO_COLOR', [], { NO_COLOR: '1' }, both, false],
  ])('has colour only where it is wanted: %s', async (_name, args, env, terminal, coloured) => {
    const { stdout } = await view(args, { env, terminal });
    expect(stdout.includes('\u001b[')).toBe(coloured);
  });

  it.each([
    [{}, 80],
    [{ stderrColumns: 60 }, 80],
    [{ stdoutIsTerminal: true, stdoutColumns: 60 }, 60],
  ])('is as wide as the terminal, and 80 columns elsewhere: %j', async (terminal, columns) => {
    const { stdout } = await view(['--no-color'], { terminal });
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBe(columns);
  });

  it('sends nothing to the terminal that it would obey', async () => {
    const { stdout, stderr } = await view([], { stdin: hostileTrace() });
    for (const line of stdout.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
    expect(stderr).toBe('');
  });

  it('refuses nothing, in one line', async () => {
    const stderr = 'sgid trace view: standard input is empty, nothing was done\n';
    expect(await view([], { stdin: '' })).toMatchObject({ exitCode: 3, stdout: '', stderr });
  });

  it.each([
    ['half a trace', SAMPLE.slice(0, 500), 'not valid JSON'],
    ['another document', '{"sub":"u=CANARY","data":{}}', '$.version must be 1'],
    ['bytes', '\u0000\u0001', 'is not text'],
    ['a later version', '{"version":9}', 'later sgid'],
    ['a deep nest', '['.repeat(500_000), 'not valid JSON'],
  ])('refuses %s: exit 3', async (_name, stdin, words) => {
    const run = await view([], { stdin });
    expect(run).toMatchObject({ exitCode: 3, code: 'ERR_FILE', stdout: '' });
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toContain('CANARY');
  });

  it.each([
    [
      'of 50 MB, which is not read whole',
      () => writeTemporaryFile('x', ' '.repeat(5e7)),
      'larger than 1 MiB',
    ],
    ['that is not there', () => '/no/such/trace', 'the file /no/such/trace does not exist'],
    ['that is not here', () => 'nofile', 'the trace nofile does not exist'],
  ])('refuses a file %s: exit 3', async (_name, pathOf, words) => {
    const run = await runSgid(['trace', 'view', await pathOf()]);
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(words) });
  });

  it.each([[[]], [['']], [['-', '--html', '']]])('refuses %j: exit 2', async (args) => {
    const run = await runSgid(['trace', 'view', ...args], { stdin: SAMPLE });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('sgid trace view --html', () => {
  it('writes a page that only its owner can read, and nothing to standard output', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'trace.html');
    const run = await view(['--html', path], { stdin: JSON.stringify(failedTrace()) });
    const stderr = `The page is in ${path}; open it in any browser.\n`;
    expect(run).toEqual({ exitCode: 0, stdout: '', stderr });
    expect(await readFile(path, 'utf8')).toMatch(/^<!doctype html>.*ERR_TOKEN_REFUSED.*<\/html>\n$/s);
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['trace.html']);
  });

  it('keeps an old page when the trace is broken', async () => {
    const path = await writeTemporaryFile('trace.html', 'old');
    expect(await view(['--html', path], { stdin: '{' })).toMatchObject({ exitCode: 3 });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(join(path, '..'))).toEqual(['trace.html']);
  });

  it('reports a folder that is not there: exit 3', async () => {
    const run = await view(['--html', '/no/such/page.html']);
    expect(run).toMatchObject({ exitCode: 3, code: 'ERR_OUTPUT' });
  });
});
