import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { READERS } from '../../helpers/check-reports.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { findJunitFaults } from '../../helpers/junit-schema.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const HOSTILE = '\n::error::pwned\r::set-env name=X::y\n##[group]pwned\u001b[2J <b>x</b> | **y** ]]>';

/** A client whose credentials come to each of the four verdicts, at a provider with words of its own. */
function startMixedChecks() {
  return startChecks({ provider: { token: () => reply(400, JSON.stringify({ message: HOSTILE })) } });
}

const ARGS = ['--redirect-uri', 'http://localhost:11097/other', '--scope', 'openid myinfo.unknown'];

describe('the four formats', () => {
  it('report the same verdicts, with the same exit code', async () => {
    const { run } = await startMixedChecks();
    const print = async (format: string): Promise<string> => {
      const { exitCode, stdout } = await run([...ARGS, '--format', format]);
      expect(exitCode).toBe(4);
      return stdout;
    };
    const told = READERS.json(await print('json'));
    expect(new Set(told.map(([, verdict]) => verdict))).toEqual(new Set(['pass', 'fail', 'warn', 'skip']));
    for (const [format, read] of Object.entries(READERS)) expect(read(await print(format))).toEqual(told);
    const junit = await print('junit');
    expect(await findJunitFaults(junit)).toEqual([]);
    expect(junit).toContain('it said: ');
  });

  it('print text when nothing is said, with colour on a terminal that has it alone', async () => {
    const { run } = await startChecks();
    const print = async (args: readonly string[] = [], env = {}, stdoutIsTerminal = true): Promise<string> =>
      (await run(['--offline', ...args], { terminal: { stdoutIsTerminal, stdoutColumns: 100 }, env })).stdout;
    expect(await print()).toContain('\u001b[32mpass\u001b[39m');
    const file = `${await makeTemporaryFolder()}/report.txt`;
    await print(['--out', file]);
    for (const plain of [
      await readFile(file, 'utf8'),
      await print([], {}, false),
      await print(['--no-color']),
      await print([], { NO_COLOR: '1' }),
      await print([], { TERM: 'dumb' }),
      await print([], { CI: 'true' }),
    ]) {
      expect(READERS.text(plain)).toHaveLength(CHECK_IDS.length);
      expect(plain).not.toContain('\u001b');
    }
  });

  it('end with the command that logs in with what was checked', async () => {
    const { run, env } = await startChecks();
    const [file, id = ''] = [await writeTemporaryFile('my app.env', ''), env['SGID_CLIENT_ID']];
    const lastLine = async (args: readonly string[]): Promise<string | undefined> =>
      (await run(['--offline', ...args])).stdout.trimEnd().split('\n').at(-1);
    expect(await lastLine([])).toBe('- a person can log in: sgid login');
    expect(await lastLine(['-e', file])).toBe(`- a person can log in: sgid login -e '${file}'`);
    const others = ', with the other options of this run';
    expect(await lastLine(['--client-id', id])).toBe(`- a person can log in: sgid login${others}`);
    expect(await lastLine(['-e', file, '--client-id', id])).toContain(`'${others}`);
  });

  it.each([
    ['openid', 0, 'pass'],
    ['x', 3, 'fail'],
  ])('are written to --out, whole and for its owner alone: scope %s', async (scope, exitCode, verdict) => {
    const { run } = await startChecks();
    const path = `${await makeTemporaryFolder()}/sgid.xml`;
    const args = ['--offline', '--scope', scope, '--format', 'junit', '--out', path];
    expect(await run(args)).toMatchObject({ exitCode, stdout: '' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const report = await readFile(path, 'utf8');
    expect(await findJunitFaults(report)).toEqual([]);
    expect(READERS.junit(report)).toContainEqual(['scopes', verdict]);
  });

  it('begin with nothing when there is no folder to write to', async () => {
    const { run, provider } = await startChecks();
    expectError(await run(['--out', '/nowhere/report.json']), 3, 'ERR_OUTPUT');
    expect(provider.requests).toEqual([]);
  });
});

describe('a check in GitHub Actions', () => {
  const GITHUB = { GITHUB_ACTIONS: 'true', CI: 'true' };
  const COMMAND = /^\s*::/;

  it('annotates, summarises and sets the outputs of its step', async () => {
    const { run } = await startMixedChecks();
    const summary = await writeTemporaryFile('summary.md', 'before\n');
    const outputs = await writeTemporaryFile('outputs', 'other=1\n');
    const env = { ...GITHUB, GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs };
    const { exitCode, stdout } = await run([...ARGS, '--format', 'github'], { env });
    expect(exitCode).toBe(4);
    expect(READERS.github(stdout)).toContainEqual(['redirect-uri-registered', 'fail']);

    const markdown = await readFile(summary, 'utf8');
    expect(markdown).toMatch(/^before\n### sgID credentials\n/);
    expect(markdown).toContain('| ❌ fail | `redirect-uri-registered` |');
    // No word of the provider is markup.
    const rows = markdown.split('\n').filter((line) => line.includes('client-secret'));
    expect(rows).toEqual([expect.stringContaining('pwned')]);
    expect(rows[0]?.split('|')).toHaveLength(6);
    expect(rows[0]).not.toMatch(/<b>|\*\*/);
    const [, report = ''] = /^other=1\nok=false\nreport=(.*)\n$/.exec(await readFile(outputs, 'utf8')) ?? [];
    expect(JSON.parse(report).checks).toHaveLength(CHECK_IDS.length);
  });

  it('obeys no word of the provider, in any format', async () => {
    const { run } = await startMixedChecks();
    for (const format of ['text', 'json', 'junit', 'github']) {
      const { stdout, stderr } = await run([...ARGS, '--format', format], { env: GITHUB });
      const lines = `${stdout}\n${stderr}`.split(/\r\n|\r|\n/);
      const annotations = /^::(?:error|warning) title=sgid check%3A [a-z-]+::/;
      const commands = lines.filter((line) => COMMAND.test(line) && !annotations.test(line));
      expect(commands).toEqual([]);
      expect(stdout).not.toContain('##[');
      expect(stdout).toContain('pwned');
    }
  });

  it('obeys no word of the provider where a line of text happens to be broken before it', async () => {
    const said = { current: '' };
    const { run } = await startChecks({ provider: { token: () => reply(400, said.current) } });
    for (let length = 1; length < 60; length += 1) {
      said.current = JSON.stringify({ message: `${'x'.repeat(length)} ::error::pwned` });
      const { stdout } = await run(['--only', 'client-secret'], { env: GITHUB });
      expect(stdout).toContain('pwned');
      expect(stdout.split('\n').filter((line) => COMMAND.test(line))).toEqual([]);
    }
  });

  it('writes no summary and no outputs in another format', async () => {
    const { run } = await startChecks();
    const summary = await writeTemporaryFile('summary.md', '');
    const env = { ...GITHUB, GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: summary };
    expect((await run(['--offline', '--format', 'json'], { env })).exitCode).toBe(0);
    expect(await readFile(summary, 'utf8')).toBe('');
  });

  it.runIf(process.platform !== 'win32')(
    'writes the summary through no link, and waits for no pipe',
    async () => {
      const { run } = await startChecks();
      const folder = await makeTemporaryFolder();
      const [pipe, link, target] = ['pipe', 'link', 'target'].map((name) => join(folder, name));
      execFileSync('mkfifo', [pipe ?? '']);
      await symlink(target ?? '', link ?? '');
      const env = { ...GITHUB, GITHUB_STEP_SUMMARY: pipe, GITHUB_OUTPUT: link };
      const { exitCode, stderr } = await run(['--offline', '--format', 'github'], { env });
      expect(exitCode).toBe(0);
      expect(stderr).toContain('warning: GITHUB_STEP_SUMMARY: ');
      expect(stderr).toContain('warning: GITHUB_OUTPUT: ');
      expect((await readdir(folder)).sort()).toEqual(['link', 'pipe']);
    },
  );

  it('says so where the summary cannot be written, and ends as the checks do', async () => {
    const { run } = await startChecks();
    const env = { ...GITHUB, GITHUB_STEP_SUMMARY: '/nowhere/summary.md', GITHUB_OUTPUT: '/nowhere/out' };
    const good = await run(['--offline', '--format', 'github'], { env });
    expect(good.exitCode).toBe(0);
    expect(good.stderr).toContain('warning: GITHUB_STEP_SUMMARY: ');
    expect(good.stderr).toContain('warning: GITHUB_OUTPUT: ');
    const wrong = { ...env, SGID_CLIENT_SECRET: 'wrong' };
    expect((await run(['--format', 'github'], { env: wrong })).exitCode).toBe(4);
  });
});
