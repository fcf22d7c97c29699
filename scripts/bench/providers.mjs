// Starts the providers as processes of their own, as a developer would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadSource } from '../load-source.mjs';
import { SGID } from './commands.mjs';
import { ENVIRONMENT } from './environment.mjs';
import { peakMemory } from './peak-memory.cjs';

export const { findFreePort } = await loadSource('src/system/ports.ts');

const floor = fileURLToPath(new URL('floor-provider.mjs', import.meta.url));
const bareServer = fileURLToPath(new URL('bare-server.cjs', import.meta.url));
const mockpass = createRequire(import.meta.url).resolve('@opengovsg/mockpass/index.js');

/** `sgid mock`: it says on stdout that it listens. */
export function startSgidMock(args = []) {
  return start([SGID, 'mock', '--port', '0', '--approve', ...args], ENVIRONMENT, 'stdout', (line) => {
    const { hostname, clients } = JSON.parse(line);
    return { hostname, clientId: clients[0].clientId };
  });
}

/** The floor of a start: it says on stdout that it listens. */
export function startBareServer() {
  return start([bareServer], ENVIRONMENT, 'stdout', (line) => JSON.parse(line));
}

/** The floor of a login: it says on stdout that it listens. */
export function startFloor() {
  return start([floor], ENVIRONMENT, 'stdout', (line) => ({ ...JSON.parse(line), clientId: 'any' }));
}

/** MockPass: the one line that it writes to stderr says that it listens; its log goes to stdout. */
export async function startMockPass() {
  const port = await findFreePort();
  const env = {
    ...ENVIRONMENT,
    MOCKPASS_PORT: String(port),
    // The only default persona that it can serve userinfo for.
    MOCKPASS_NRIC: 'S9812379B',
    SHOW_LOGIN_PAGE: 'false',
  };
  return start([mockpass], env, 'stderr', () => ({
    hostname: `http://127.0.0.1:${port}`,
    clientId: 'any',
  }));
}

async function start(args, env, readyOn, describe) {
  const spawned = performance.now();
  const child = spawn(process.execPath, args, {
    // MockPass reads a .env of its working folder.
    cwd: tmpdir(),
    env,
    stdio: ['ignore', ...['stdout', 'stderr'].map((name) => (name === readyOn ? 'pipe' : 'ignore'))],
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const closed = once(child, 'close');
  const [line] = await Promise.race([once(child[readyOn].setEncoding('utf8'), 'data'), closed]);
  const milliseconds = performance.now() - spawned;
  if (typeof line !== 'string') throw new Error(`${args.join(' ')} did not start`);
  child[readyOn].resume();
  return {
    ...describe(line),
    /** From the spawn to the word that it listens. */
    milliseconds,
    peakMemory: () => peakMemory(child.pid),
    stop: async () => {
      process.off('exit', endWithUs);
      child.kill('SIGKILL');
      await closed;
    },
  };
}
