import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { takePort } from '../../scripts/ports.mjs';

const MOCKPASS = createRequire(import.meta.url).resolve('@opengovsg/mockpass/index.js');

/** Starts MockPass as a process of its own; with `loginPage` the person chooses who logs in. */
export async function startMockPass({ loginPage }: { readonly loginPage: boolean }) {
  const port = await takePort();
  const child = spawn(process.execPath, [MOCKPASS], {
    // It reads a .env of its working folder.
    cwd: tmpdir(),
    env: {
      MOCKPASS_PORT: String(port),
      // The only default persona that it can serve userinfo for.
      MOCKPASS_NRIC: 'S9812379B',
      SHOW_LOGIN_PAGE: String(loginPage),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  // Its log goes to stdout; this is the one line of stderr.
  await Promise.race([once(child.stderr, 'data'), closed]);
  if (child.exitCode !== null) throw new Error('MockPass did not start');
  return {
    hostname: `http://127.0.0.1:${port}`,
    privateKey: await readFile(new URL('static/certs/key.pem', `file://${MOCKPASS}`), 'utf8'),
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

export type MockPass = Awaited<ReturnType<typeof startMockPass>>;
