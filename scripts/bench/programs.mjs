// Starts the programs that are measured, as a developer would: with an empty environment, in a folder of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createMockSgid } from '../../dist/mock.mjs';
import { endWithUs, makeFolder } from '../end-with-us.mjs';

const { folder } = makeFolder('sgid-bench-');

/** The client that `sgid mock` has registered; its redirect URI is a callback on this machine. */
export const TEST_CLIENT = createMockSgid().client;
writeFileSync(join(folder, 'key.pem'), TEST_CLIENT.privateKey, { mode: 0o600 });

/** How to start any program. */
export const OPTIONS = {
  cwd: folder,
  env: {
    PATH: process.env.PATH,
    ...Object.fromEntries(['HOME', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'].map((name) => [name, folder])),
    SGID_CLIENT_ID: TEST_CLIENT.clientId,
    SGID_CLIENT_SECRET: TEST_CLIENT.clientSecret,
    SGID_PRIVATE_KEY_PATH: './key.pem',
    SGID_REDIRECT_URI: TEST_CLIENT.redirectUri,
  },
};

/** The command line of a build, for Node. */
export const sgidOf = (build) => join(build, 'bin/sgid.js');

/**
 * `sgid mock` of a build, which says on stdout that it listens.
 *
 * @param preload The URL of a module that it loads first, which messages may be exchanged with.
 */
export function startSgidMock(build, redirectUri = TEST_CLIENT.redirectUri, { args = [], preload } = {}) {
  const node = preload === undefined ? [] : ['--import', preload];
  const mock = [sgidOf(build), 'mock', '--port', '0', '--approve', '--redirect-uri', redirectUri, ...args];
  return start([...node, ...mock], {}, 'stdout', (line) => JSON.parse(line).hostname, preload !== undefined);
}

/** MockPass: the one line that it writes to stderr says that it listens; its log goes to stdout. */
export async function startMockPass() {
  const port = await findFreePort();
  const mockpass = createRequire(import.meta.url).resolve('@opengovsg/mockpass/index.js');
  // The only default persona that it can serve userinfo for.
  const env = { MOCKPASS_PORT: String(port), MOCKPASS_NRIC: 'S9812379B', SHOW_LOGIN_PAGE: 'false' };
  return start([mockpass], env, 'stderr', () => `http://127.0.0.1:${port}`);
}

async function start(args, env, readyOn, readHostname, hasMessages = false) {
  const stdio = [
    'ignore',
    ...['stdout', 'stderr'].map((name) => (name === readyOn ? 'pipe' : 'ignore')),
    ...(hasMessages ? ['ipc'] : []),
  ];
  const child = endWithUs(
    spawn(process.execPath, args, { cwd: folder, env: { ...OPTIONS.env, ...env }, stdio }),
  );
  const closed = once(child, 'close');
  const [line] = await Promise.race([once(child[readyOn].setEncoding('utf8'), 'data'), closed]);
  if (typeof line !== 'string') throw new Error(`${args.join(' ')} did not start`);
  child[readyOn].resume();
  return {
    child,
    hostname: readHostname(line),
    stop: async (signal = 'SIGKILL') => {
      child.kill(signal);
      const [status] = await closed;
      return status;
    },
  };
}

/** A port that nobody listens on at this moment. */
export async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
