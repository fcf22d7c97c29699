// What a process keeps: measured in it, when it has nothing to do. `sgid mock` loads this file first, and answers each
// message with a measure.
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const DESCRIPTORS = '/proc/self/fd';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** Bytes after garbage collection, and open descriptors where the system lists them. */
export async function measure() {
  // What a finalizer or a closed socket lets go of is collected in the next turn.
  for (let turn = 0; turn < 3; turn += 1) {
    await setImmediate();
    collectGarbage();
  }
  const { heapUsed, rss } = process.memoryUsage();
  const descriptors = existsSync(DESCRIPTORS) ? readdirSync(DESCRIPTORS).length : undefined;
  return { heapUsed, rss, descriptors };
}

/** Measures another process that has loaded this file first. */
export async function measureChild(child) {
  child.send('measure');
  const [measured] = await once(child, 'message');
  return measured;
}

if (process.channel) {
  process.on('message', async () => process.send(await measure()));
  // A listener would keep the process alive.
  process.channel.unref();
}
