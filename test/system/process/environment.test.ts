import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Variables as a `.env` file. */
function envFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');
}

describe('the built program', () => {
  it('runs in an empty environment, without HOME and PATH, and writes nothing into its working folder', async () => {
    const script = 'env -i $SGID login --mock --persona zoe --field sub && ls -A';
    expect(await runInShell(script)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^u=.+\n$/) });
  });

  it('runs in a folder that is gone', async () => {
    const script = 'mkdir gone; cd gone; rmdir ../gone; $SGID login --mock --persona zoe --field myinfo.name';
    expect(await runInShell(script)).toMatchObject({ status: 0, stdout: expect.stringContaining('ZO') });
  });

  it('takes its credentials from ./.env', async () => {
    const login = await setUpProcessLogin();
    const run = await startSgid(['login', '--no-browser'], { files: { '.env': envFile(login.env) } });
    await visit(await run.authorizationUrl());
    const { status, stderr } = await run.ended;
    expect(status).toBe(0);
    expect(stderr).not.toContain('warning');
  });

  it('warns of a ./.env that others can read', async () => {
    const login = await setUpProcessLogin();
    const folder = await makeTemporaryFolder();
    const files = { '.env': envFile(login.env) };
    // Writes the file, and stops at once.
    await runBuiltSgid(['--version'], { cwd: folder, files });
    await chmod(join(folder, '.env'), 0o644);
    const run = await startSgid(['login', '--no-browser'], { cwd: folder });
    await run.said(/^warning: \.env holds secrets and other users can access it; run: chmod 600 \.env$/m);
  });

  it('does not send the secret of the environment to a provider named by ./.env', async () => {
    const login = await setUpProcessLogin();
    const { SGID_HOSTNAME = '', ...env } = login.env;
    const { status, stderr } = await runBuiltSgid(['login', '--no-browser'], {
      env,
      files: { '.env': envFile({ SGID_HOSTNAME }) },
    });
    expect(status).toBe(3);
    expect(stderr).toContain('ERR_PROVIDER_BINDING');
    expect(login.provider.requests).toEqual([]);
  });
});
