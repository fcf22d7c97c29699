import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPortFree } from '../../../scripts/ports.mjs';
import { createGate } from '../../helpers/gate.ts';
import { hang } from '../../helpers/loopback-provider.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { openSocket } from '../../helpers/raw-http.ts';
import { startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const OLD = '{"an": "older result"}\n';

/** A login into a file that holds an older result, waiting for its callback. */
async function startLoginOut() {
  const folder = await makeTemporaryFolder();
  const file = join(folder, 'claims.json');
  await writeFile(file, OLD);
  const login = await setUpProcessLogin();
  const run = await login.start(['--no-browser', '--out', file]);
  return { folder, file, login, run, url: await run.authorizationUrl() };
}

describe('a signal to the built program', () => {
  it.each([
    ['SIGHUP', 129, 'The terminal was closed.'],
    ['SIGINT', 130, 'Interrupted.'],
    ['SIGTERM', 143, 'Terminated.'],
  ] as const)(
    'ends the wait: %s, exit %i, the port is free, the old file whole',
    async (signal, status, words) => {
      const { folder, file, login, run } = await startLoginOut();
      expect(await isPortFree(login.port)).toBe(false);
      expect(await readdir(folder)).toHaveLength(2);
      run.child.kill(signal);
      const ended = await run.ended;
      expect(await isPortFree(login.port)).toBe(true);
      expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(`\n${words}\n$`) });
      expect(await readdir(folder)).toEqual(['claims.json']);
      expect(await readFile(file, 'utf8')).toBe(OLD);
    },
  );

  it.each([['once'], ['once', 'twice']])('ends a login whose request hangs, come it %s', async (...times) => {
    const asked = createGate();
    const token = () => {
      asked.open();
      return hang();
    };
    const login = await setUpProcessLogin({ provider: { token } });
    const run = await login.start();
    const page = visit(await run.authorizationUrl()).catch(() => undefined);
    await asked.passed;
    for (const _ of times) run.child.kill('SIGINT');
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
    for (const socket of [silent, halfway]) socket.destroy();
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

  it('is not held up by an output that nobody reads, which cannot be aborted', async () => {
    const folder = await makeTemporaryFolder();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const login = await setUpProcessLogin();
    const trace = ['--trace', join(folder, 'trace.json')];
    const run = await login.start(['--no-browser', '--out', pipe, '--scope', 'openid not.known', ...trace]);
    await run.said(/not\.known/);
    run.child.kill('SIGINT');
    const stderr = expect.stringMatching(/\nInterrupted\.\n$/);
    expect(await run.ended).toMatchObject({ status: 130, stdout: '', stderr });
    expect(await readdir(folder)).toEqual(['pipe']);
  });

  it.each([
    ['decrypt', ['decrypt', 'pipe', '--out', 'x.json']],
    ['check', ['check', '--credentials', 'pipe', '--out', 'a', '--trace', 'b']],
  ])('is not held up by an input that nobody writes, and leaves nothing: sgid %s', async (_name, args) => {
    const cwd = await makeTemporaryFolder();
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const run = await startSgid(args, { cwd });
    // It opens once the program has opened the other end.
    const writer = await open(join(cwd, 'pipe'), 'w');
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual({ status: 130, stdout: '', stderr: 'Interrupted.\n' });
    expect(await readdir(cwd)).toEqual(['pipe']);
    await writer.close();
  });
});
