import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runForeground } from '../../../src/system/run-foreground.ts';
import { abortOnSignals } from '../../../src/system/signals.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

it.each([
  ['SIGTERM', 'linux', 143],
  ['SIGHUP', 'darwin', 129],
  // A console of Windows has sent it to the child as well, and Node can send it none of these.
  ['SIGINT', 'win32', 3],
  ['SIGTERM', 'win32', 3],
  ['SIGHUP', 'win32', 3],
  ['SIGBREAK', 'win32', 3],
] as const)('%s on %s ends the command with %d', async (signal, platform, status) => {
  pretendPlatform(platform);
  const pipe = join(await makeTemporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const process = Object.assign(new EventEmitter(), { platform, pid: 0, kill: () => undefined });
  const aborted = abortOnSignals(String, () => {}, process);
  const command = ['sh', '-c', 'read -r line < "$0"; exit "$line"', pipe];
  // For both ends, so that nothing waits for a command that has ended.
  const handle = await open(pipe, 'r+');
  const running = runForeground(command, { PATH: globalThis.process.env['PATH'] });
  process.emit(signal);
  if (platform === 'win32') await handle.write(`${status}\n`);
  expect(await running).toBe(status);
  await handle.close();
  expect(aborted.aborted).toBe(false);
});
