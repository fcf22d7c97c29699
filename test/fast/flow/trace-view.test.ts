import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { failedTrace, hostileTrace, sampleTrace, UNPRINTABLE } from '../trace/sample-trace.ts';

const SAMPLE = JSON.stringify(sampleTrace());

describe('sgid trace view', () => {
  it('draws a file as a timeline on standard output', async () => {
    const path = await writeTemporaryFile('trace.json', SAMPLE);
    const run = await runSgid(['trace', 'view', path]);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/^sgid login succeeded in 31\.05 s\n/);
    expect(run.stdout).toMatch(/^token +POST \/v2\/oauth\/token +200 +40 ms +#+$/m);
  });

  it('reads standard input for -', async () => {
    expect((await runSgid(['trace', 'view', '-'], { stdin: SAMPLE })).stdout).toContain(
      'sgid login succeeded',
    );
  });

  it.each([
    [{ LANG: 'en_SG.UTF-8' }, '█'],
    [{ LANG: 'en_SG.UTF-8', LC_ALL: 'C' }, '#'],
    [{ LC_ALL: '', LC_CTYPE: 'C.utf8' }, '█'],
    [{}, '#'],
  ])('draws with what the locale %j has', async (env, mark) => {
    expect((await runSgid(['trace', 'view', '-'], { stdin: SAMPLE, env })).stdout).toContain(mark.repeat(10));
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>, object, boolean]>([
    ['on a terminal', [], {}, { stdoutIsTerminal: true, stderrIsTerminal: true }, true],
    ['on a terminal that gets the result alone', [], {}, { stdoutIsTerminal: true }, true],
    ['in a pipe', [], {}, { stderrIsTerminal: true }, false],
    ['with --no-color', ['--no-color'], {}, { stdoutIsTerminal: true, stderrIsTerminal: true }, false],
    ['with NO_COLOR', [], { NO_COLOR: '1' }, { stdoutIsTerminal: true, stderrIsTerminal: true }, false],
  ])('has colour only where it is wanted: %s', async (_name, args, env, terminal, coloured) => {
    const { stdout } = await runSgid(['trace', 'view', '-', ...args], { stdin: SAMPLE, env, terminal });
    expect(stdout.includes('\u001b[')).toBe(coloured);
  });

  it('is as wide as the terminal, and 80 columns elsewhere', async () => {
    const widths = async (terminal: object): Promise<number> => {
      const { stdout } = await runSgid(['trace', 'view', '-', '--no-color'], { stdin: SAMPLE, terminal });
      return Math.max(...stdout.split('\n').map(({ length }) => length));
    };
    expect(await widths({})).toBe(80);
    expect(await widths({ stderrColumns: 60 })).toBe(80);
    expect(await widths({ stdoutIsTerminal: true, stdoutColumns: 60 })).toBeLessThan(61);
  });

  it('sends nothing to the terminal that it would obey', async () => {
    const { stdout, stderr } = await runSgid(['trace', 'view', '-'], { stdin: hostileTrace() });
    for (const line of stdout.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
    expect(stderr).toBe('');
  });

  it.each([
    ['nothing', '', 'standard input is empty'],
    ['half a trace', SAMPLE.slice(0, 500), 'not valid JSON'],
    ['another document', '{"sub":"u=CANARY","data":{}}', '$.version must be 1'],
    ['bytes', '\u0000\u0001', 'is not text'],
    ['a newer version', '{"version":9}', 'newer sgid'],
    ['a deep nest', '['.repeat(500_000), 'not valid JSON'],
  ])('refuses %s: exit 3', async (_name, stdin, words) => {
    const run = await runSgid(['trace', 'view', '-'], { stdin });
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(words) });
    expect(errorCodeOf(run)).toBe('ERR_FILE');
    expect(run.stderr).not.toContain('CANARY');
  });

  it('refuses a file of 50 MB without reading it whole', async () => {
    const path = await writeTemporaryFile('trace.json', ' '.repeat(50_000_000));
    const run = await runSgid(['trace', 'view', path]);
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('larger than 1 MiB') });
  });

  it('names a file that is not there: exit 3', async () => {
    const run = await runSgid(['trace', 'view', '/no/such/trace.json']);
    expect(run).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('/no/such/trace.json does not exist'),
    });
  });

  it.each([[['trace', 'view']], [['trace', 'view', '']], [['trace', 'view', '-', '--html', '']]])(
    'refuses %j: exit 2',
    async (args) => {
      const run = await runSgid(args, { stdin: SAMPLE });
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    },
  );
});

describe('sgid trace view --html', () => {
  it('writes a page that only its owner can read, and nothing to standard output', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'trace.html');
    const stdin = JSON.stringify(failedTrace());
    const run = await runSgid(['trace', 'view', '-', '--html', path], { stdin });
    expect(run).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `The page is in ${path}; open it in any browser.\n`,
    });
    expect(await readFile(path, 'utf8')).toMatch(
      /^<!doctype html>[\s\S]*ERR_TOKEN_REFUSED[\s\S]*<\/html>\n$/,
    );
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['trace.html']);
  });

  it('keeps an old page when the trace is broken', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'trace.html');
    await writeFile(path, 'old');
    expect(await runSgid(['trace', 'view', '-', '--html', path], { stdin: '{' })).toMatchObject({
      exitCode: 3,
    });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['trace.html']);
  });

  it('tells of a folder that is not there: exit 3', async () => {
    const run = await runSgid(['trace', 'view', '-', '--html', '/no/such/page.html'], { stdin: SAMPLE });
    expect(errorCodeOf(run)).toBe('ERR_OUTPUT');
  });
});
