import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { startSteps } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

describe('--save-canary', () => {
  it('keeps the encrypted key of the reply and nothing else, and the private key opens it', async () => {
    const path = join(await makeTemporaryFolder(), 'canary.txt');
    const login = ['login', '--mock', '--persona', 'zoe', '--save-canary', path];
    const { exitCode, stdout } = await runSgid(login);
    expect(exitCode).toBe(0);
    const canary = await readFile(path, 'utf8');
    expect(canary.trim()).toMatch(/^[\w-]+(?:\.[\w-]+){4}$/);
    expect(canary).not.toContain(JSON.parse(stdout).sub);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { env } = await startSteps();
    const check = await runSgid(['check', '--offline', '--only', 'canary', '--canary', path], { env });
    expect(check).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^pass {2}canary/) });
  });

  it('of userinfo does the same', async () => {
    const { run, obtainTokens } = await startSteps();
    const path = join(await makeTemporaryFolder(), 'canary.txt');
    const { exitCode } = await run(['userinfo', '--save-canary', path], { stdin: await obtainTokens() });
    expect(exitCode).toBe(0);
    expect((await readFile(path, 'utf8')).split('.')).toHaveLength(5);
  });

  it('keeps it although an expectation fails: the result was printed as well', async () => {
    const { run, obtainTokens } = await startSteps();
    const path = join(await makeTemporaryFolder(), 'canary.txt');
    const userinfo = ['userinfo', '--save-canary', path, '--expect', 'myinfo.name=nobody'];
    const result = await run(userinfo, { stdin: await obtainTokens() });
    expect(errorCodeOf(result)).toBe('ERR_EXPECTATION');
    expect(result.stdout).toContain('myinfo.name');
    expect((await readFile(path, 'utf8')).split('.')).toHaveLength(5);
    const login = ['login', '--mock', '--persona', 'zoe', '--expect', 'myinfo.name=nobody'];
    const other = join(await makeTemporaryFolder(), 'canary.txt');
    expect(errorCodeOf(await runSgid([...login, '--save-canary', other]))).toBe('ERR_EXPECTATION');
    expect((await readFile(other, 'utf8')).split('.')).toHaveLength(5);
  });

  it('is refused with a scope that brings no data, before anything is done', async () => {
    const path = join(await makeTemporaryFolder(), 'canary.txt');
    const args = ['login', '--mock', '--persona', 'zoe', '--scope', 'openid', '--save-canary', path];
    const result = await runSgid(args);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(errorCodeOf(result)).toBe('ERR_USAGE');
  });
});
