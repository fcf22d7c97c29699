import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

describe('the usage of sgid check', () => {
  it.each([
    [['--only', 'nothing'], 'The checks are credentials, provider'],
    [['--only', 'client-secert'], 'Did you mean client-secret?'],
    [['--only', ''], 'there is no check ""'],
    [['--only', 'jwks,'], 'there is no check ""'],
    [['--only', 'canary'], '--only canary needs --canary'],
    [['--only', 'scopes,jwks', '--offline'], '--offline and --only jwks contradict each other'],
    [['--format', 'xml'], 'text, json, junit, github'],
    [['--http-timeout', 'soon'], '--http-timeout'],
    [['--canary', ''], '--canary is empty'],
    [['--out', ' '], '--out is empty'],
    [['--client-secret', 'x'], '--client-secret'],
    [['extra'], 'too many arguments'],
  ])('is refused: %j', async (args, words) => {
    const { run, provider } = await startChecks();
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(provider.requests).toEqual([]);
  });

  it.each([
    ['the canary and the secret', ['--canary', '-', '--client-secret-file', '-']],
    ['the secret and the private key', ['--client-secret-file', '-', '--private-key-file', '-']],
  ])('is refused where standard input is to be %s', async (_name, args) => {
    const { run, provider } = await startChecks();
    const { exitCode, stderr } = await run([...args, '--hostname', provider.hostname], { stdin: 'x' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('standard input');
  });

  it('waits for nobody to type a canary', async () => {
    const { run } = await startChecks();
    const { exitCode } = await run(['--canary', '-'], { terminal: { stdinIsTerminal: true } });
    expect(exitCode).toBe(2);
  });

  it('takes checks separated by commas, and again', async () => {
    const { check } = await startChecks();
    const { report } = await check(['--only', 'scopes, provider', '--only', 'jwks']);
    expect(report.checks.map(({ id }) => id)).toEqual(['provider', 'scopes', 'jwks']);
  });

  it('passes no check that it was asked for and could not make', async () => {
    const { check } = await startChecks();
    const run = await check(['--only', 'client-secret'], { env: { SGID_CLIENT_SECRET: '' } });
    expect(run.verdicts).toEqual({ 'client-secret': 'fail ERR_MISSING_CREDENTIALS' });
    expect(run.exitCode).toBe(3);
  });

  it('explains every check in its help', async () => {
    const { stdout } = await runSgid(['check', '--help']);
    for (const id of CHECK_IDS) expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`\\b${id}[,;.]`));
  });

  it('warns of files that others can read, and of nothing that a check says', async () => {
    const { run, provider } = await startChecks();
    const client = { id: 'x', secret: 'y-secret', hostname: provider.hostname };
    const path = await writeTemporaryFile('client.json', JSON.stringify(client), 0o644);
    const args = ['--offline', '--credentials', path, '--scope', 'openid myinfo.nmae'];
    const { stdout, stderr } = await run(args);
    expect(stderr.match(/warning:/g)).toHaveLength(1);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('other users can access it; run: chmod 600');
    expect(stdout).toContain('not in the catalogue: myinfo.nmae');
    expect((await run(['-q', ...args])).stderr).toBe('');
  });

  it('tells of every request with --verbose, and of no secret', async () => {
    const { run, env } = await startChecks();
    const { stderr } = await run(['-v']);
    expect(stderr.match(/^(?:GET|POST) http/gm)).toHaveLength(7);
    expect(stderr).not.toContain(env['SGID_CLIENT_SECRET']);
  });
});
