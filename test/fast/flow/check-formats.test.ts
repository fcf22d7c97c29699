import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { type CheckFlow, startChecks } from '../../helpers/check-flow.ts';
import {
  type ReportedVerdicts,
  readGithubReport,
  readJsonReport,
  readJunitReport,
  readTextReport,
} from '../../helpers/check-reports.ts';
import { findJunitFaults } from '../../helpers/junit-schema.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const HOSTILE = '\n::error::pwned\r::set-env name=X::y\n##[group]pwned\u001b[2J <b>x</b> | **y** ]]>';

/** A client whose credentials come to each of the four verdicts, at a provider with words of its own. */
function startMixedChecks(): Promise<CheckFlow> {
  return startChecks({ provider: { token: () => reply(400, JSON.stringify({ message: HOSTILE })) } });
}

const ARGS = ['--redirect-uri', 'http://localhost:11097/other', '--scope', 'openid myinfo.unknown'];

describe('the four formats', () => {
  it('tell the same verdicts, with the same exit code', async () => {
    const { run } = await startMixedChecks();
    const reports: string[] = [];
    const read = async (
      format: string,
      parse: (report: string) => ReportedVerdicts,
    ): Promise<ReportedVerdicts> => {
      const { exitCode, stdout } = await run([...ARGS, '--format', format]);
      expect(exitCode).toBe(4);
      reports.push(stdout);
      return parse(stdout);
    };
    const told = await read('json', readJsonReport);
    expect(new Set(told.map(([, verdict]) => verdict))).toEqual(new Set(['pass', 'fail', 'warn', 'skip']));
    expect(await read('text', readTextReport)).toEqual(told);
    expect(await read('junit', readJunitReport)).toEqual(told);
    expect(await findJunitFaults(reports.at(-1) ?? '')).toEqual([]);
    expect(reports.at(-1)).toContain('it said: ');
    expect(await read('github', readGithubReport)).toEqual(told);
  });

  it('print text when nothing is said, without colour where no terminal is', async () => {
    const { run } = await startChecks();
    const { stdout } = await run(['--offline']);
    expect(readTextReport(stdout)).toHaveLength(CHECK_IDS.length);
    expect(stdout).not.toContain('\u001b');
  });

  it('colour text on a terminal, and not with --no-color, NO_COLOR, TERM=dumb or CI', async () => {
    const { run } = await startChecks();
    const terminal = { stdoutIsTerminal: true, stdoutColumns: 100 };
    const print = async (args: readonly string[], env = {}): Promise<string> =>
      (await run(['--offline', ...args], { terminal, env })).stdout;
    expect(await print([])).toContain('\u001b[32mpass\u001b[39m');
    expect(await print(['--no-color'])).not.toContain('\u001b');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { CI: 'true' }])
      expect(await print([], env)).not.toContain('\u001b');
    const file = `${await makeTemporaryFolder()}/report.txt`;
    await print(['--out', file]);
    expect(await readFile(file, 'utf8')).not.toContain('\u001b');
  });

  it('are written to a file with --out, whole and for its owner alone', async () => {
    const { run } = await startChecks();
    const path = `${await makeTemporaryFolder()}/sgid.xml`;
    const { exitCode, stdout } = await run(['--offline', '--format', 'junit', '--out', path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await findJunitFaults(await readFile(path, 'utf8'))).toEqual([]);
  });

  it('are written to a file when something failed, too', async () => {
    const { run } = await startChecks();
    const path = `${await makeTemporaryFolder()}/sgid.json`;
    const args = ['--offline', '--scope', 'x', '--format', 'json', '--out', path];
    expect((await run(args)).exitCode).toBe(3);
    expect(JSON.parse(await readFile(path, 'utf8')).ok).toBe(false);
  });

  it('begin with nothing when there is no folder to write to', async () => {
    const { run, provider } = await startChecks();
    const { exitCode, stderr } = await run(['--out', '/nowhere/report.json']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('ERR_OUTPUT');
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
    expect(readGithubReport(stdout)).toContainEqual(['redirect-uri-registered', 'fail']);

    const markdown = await readFile(summary, 'utf8');
    expect(markdown).toMatch(/^before\n### sgID credentials\n/);
    expect(markdown).toContain('| ❌ fail | `redirect-uri-registered` |');
    // No word of the provider is markup.
    const rows = markdown.split('\n').filter((line) => line.includes('client-secret'));
    expect(rows).toEqual([expect.stringContaining('pwned')]);
    expect(rows[0]?.split('|')).toHaveLength(6);
    expect(rows[0]).not.toMatch(/<b>|\*\*/);
    const lines = (await readFile(outputs, 'utf8')).split('\n');
    expect(lines.slice(0, 2)).toEqual(['other=1', 'ok=false']);
    const report = JSON.parse(lines[2]?.replace('report=', '') ?? '');
    expect(report.checks).toHaveLength(CHECK_IDS.length);
    expect(lines.slice(3)).toEqual(['']);
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
