import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { canariesIn, canariesOfKey, echo, findCanaries } from '../../helpers/canaries.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { openTerminal } from '../../helpers/terminal-session.ts';

describe('the built program', () => {
  it('prints the version of its package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    for (const option of ['--version', '-V'])
      expect(await runBuiltSgid([option])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([[[]], [['--help']], [['-h']], [['help']]])(
    'has its help put in by the build as it renders it: sgid %j',
    async (args) => {
      const rendered = await runBuiltSgid(['--no-color', '--help']);
      expect(rendered).toMatchObject({ status: 0, stderr: '' });
      expect(rendered.stdout).toContain('Usage: sgid [options] [command]');
      expect(await runBuiltSgid(args)).toEqual(rendered);
    },
  );

  it.each([
    ['--help', 60],
    ['--help', 80],
    ['--help', 120],
    ['scopes --help', 120],
  ])('has help that fits its terminal, and is never wider than 80: %s, %i', async (commandLine, columns) => {
    const terminal = await openTerminal(commandLine, { columns });
    await terminal.ended;
    const usage = terminal.bytes().split('Examples:')[0]?.split('\r\n') ?? [];
    const longest = Math.max(...usage.map((line) => line.length));
    expect(longest).toBeGreaterThan(columns === 60 ? 50 : 70);
    expect(longest).toBeLessThanOrEqual(Math.min(columns, 80));
  });

  it.each([
    ['0', '$SGID login --mock --persona zoe >claims.json'],
    ['2', '$SGID login --nonsense'],
    ['3', '$SGID login'],
    ['9', '$SGID login --mock --persona zoe --expect myinfo.email >claims.json'],
  ])('gives a shell its exit code %s: %s', async (status, script) => {
    expect((await runInShell(`${script}; echo $?`)).stdout).toBe(`${status}\n`);
  });

  it('says no secret, though the provider says all back and libraries are made to talk', async () => {
    const provider = { token: (request: Parameters<typeof echo>[0][number]) => reply(500, echo([request])) };
    const login = await setUpProcessLogin({ provider });
    const run = await login.start(['--no-browser', '-v', '--json-errors'], { env: { DEBUG: '*' } });
    await visit(await run.authorizationUrl());
    const { status, stdout, stderr } = await run.ended;
    expect(status).toBe(5);
    const secrets = new Map([...canariesIn(login.provider.requests), ...canariesOfKey(TEST_PRIVATE_KEY)]);
    expect([...secrets.keys()]).toEqual(expect.arrayContaining(['code', 'code_verifier', 'client_secret']));
    expect(findCanaries(stdout + stderr, secrets)).toEqual([]);
  });
});

describe('the environment of the built program', () => {
  it('may be empty, without HOME and PATH, and nothing is written into its working folder', async () => {
    const script = `env -i $SGID login --mock --persona zoe --field sub &&
      env -i $SGID authorize-url --client-id x --redirect-uri http://localhost:1/x --scope openid && ls -A`;
    const stdout = expect.stringMatching(/^u=\S+\n\{[\s\S]+"codeVerifier"[^}]+\}\n$/);
    expect(await runInShell(script)).toMatchObject({ status: 0, stdout });
  });

  it('may be a folder that is gone', async () => {
    const script = 'mkdir gone; cd gone; rmdir ../gone; $SGID login --mock --persona zoe --field myinfo.name';
    expect(await runInShell(script)).toMatchObject({ status: 0, stdout: expect.stringContaining('ZO') });
  });

  it.each(['login --mock --persona zoe --out x', 'key generate --out x', 'mock -e x -- true'])(
    'may be a folder that is gone, where sgid %s can write nothing',
    async (line) => {
      const { stdout, stderr } = await runInShell(
        `mkdir gone; cd gone; rmdir ../gone; $SGID ${line}; echo $?`,
      );
      expect(stdout).toBe('3\n');
      expect(stderr).toContain(
        'x is in the current folder, which is gone\n  next: Change to another folder.\n',
      );
    },
  );

  it('may give its credentials in ./.env, with a warning where others can read that', async () => {
    const login = await setUpProcessLogin();
    const cwd = await makeTemporaryFolder();
    const text = Object.entries(login.env).map(([name, value]) => `${name}="${value}"\n`);
    const run = await startSgid(['login', '--no-browser'], { cwd, files: { '.env': text.join('') } });
    await visit(await run.authorizationUrl());
    expect(await run.ended).toMatchObject({ status: 0, stderr: expect.not.stringContaining('warning') });
    await chmod(join(cwd, '.env'), 0o644);
    const warned = await startSgid(['login', '--no-browser'], { cwd });
    await warned.said(/^warning: \.env holds secrets and other users can access it; run: chmod 600 \.env$/m);
  });
});
