import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../helpers/gate.ts';
import { hang } from '../../helpers/loopback-provider.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { openSocket } from '../../helpers/raw-http.ts';
import { startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** A provider that never answers at the token endpoint, and tells when it is asked. */
async function setUpHangingLogin() {
  const asked = createGate();
  const token = () => {
    asked.open();
    return hang();
  };
  return { login: await setUpProcessLogin({ provider: { token } }), asked };
}

describe('Ctrl-C in the built program', () => {
  it('ends a login whose request hangs', async () => {
    const { login, asked } = await setUpHangingLogin();
    const run = await login.start();
    const page = visit(await run.authorizationUrl());
    await asked.passed;
    run.child.kill('SIGINT');
    expect((await page).body).toContain('Sign-in failed');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '' });
    expect(await isPortFree(login.port)).toBe(true);
  });

  it('may come twice', async () => {
    const { login, asked } = await setUpHangingLogin();
    const run = await login.start();
    const page = visit(await run.authorizationUrl()).catch(() => undefined);
    await asked.passed;
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '' });
    expect(await isPortFree(login.port)).toBe(true);
    await page;
  });

  it('is not held up by connections that say nothing', async () => {
    const login = await setUpProcessLogin();
    const run = await login.start();
    await run.authorizationUrl();
    const silent = await openSocket(login.port);
    const halfway = await openSocket(login.port);
    halfway.write('GET /callback?code=');
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130 });
    // It ended by itself; a program that is held up is killed by the signal after two seconds.
    expect(run.child.signalCode).toBeNull();
    silent.destroy();
    halfway.destroy();
  });

  it('ends the wait for a secret on an open pipe', async () => {
    const moreThanAPipeHolds = 'x'.repeat(900_000);
    const { provider, start } = await setUpProcessLogin();
    const args = ['--hostname', provider.hostname, '--client-secret-file', '-'];
    const run = await start(args, { stdin: moreThanAPipeHolds, stdinOpen: true });
    if (run.child.stdin) await once(run.child.stdin, 'drain');
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '' });
  });

  it('ends the wait for the redirected URL on an open pipe', async () => {
    const run = await startSgid(['login', '--mock', '--manual'], { stdin: 'http://loc', stdinOpen: true });
    await run.said(/Waiting for the redirected URL/);
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '' });
  });

  it('ends a mock login in the person’s hands', async () => {
    const run = await startSgid(['login', '--mock', '--no-browser']);
    const url = await run.authorizationUrl();
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130 });
    expect(await isPortFree(Number(new URL(url).port))).toBe(true);
  });
});

describe('other ends of the built program', () => {
  it('are not held up by an output that nobody reads, which cannot be aborted', async () => {
    const folder = await makeTemporaryFolder();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const login = await setUpProcessLogin();
    const run = await login.start(['--no-browser', '--out', pipe, '--scope', 'openid not.known']);
    await run.said(/not\.known/);
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '' });
  });

  it('leave nothing behind when the terminal is closed', async () => {
    const folder = await makeTemporaryFolder();
    const login = await setUpProcessLogin();
    const run = await login.start(['--no-browser', '--out', join(folder, 'claims.json')]);
    await run.authorizationUrl();
    expect(await readdir(folder)).toHaveLength(1);
    run.child.kill('SIGHUP');
    expect(await run.ended).toMatchObject({
      status: 129,
      stdout: '',
      stderr: expect.stringMatching(/ERR_HANGUP\n$/),
    });
    expect(await readdir(folder)).toEqual([]);
    expect(await isPortFree(login.port)).toBe(true);
  });
});
