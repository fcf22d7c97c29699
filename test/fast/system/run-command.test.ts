import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandOptions, runSystemCommand } from '../../../src/system/run-command.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const ENV = { PATH: process.env['PATH'] };

/** Runs a line of shell, or the words of a command. */
async function run(command: string | readonly string[], options: Partial<CommandOptions> = {}) {
  const outcome = await runSystemCommand(typeof command === 'string' ? ['sh', '-c', command] : command, {
    env: ENV,
    folder: await makeTemporaryFolder(),
    timeoutMs: 15_000,
    maxBytes: 1000,
    signal: new AbortController().signal,
    ...options,
  });
  return { ...outcome, text: Buffer.from(outcome.stdout).toString() };
}

/** Whether a process is there; one that has ended and was not yet waited for does not count. */
async function isRunning(pid: number): Promise<boolean> {
  const { text } = await run(['ps', '-o', 'stat=', '-p', `${pid}`]);
  return /^[^ZX\s]/.test(text.trim());
}

/** Resolves with the process ids in a file once there are as many. */
async function pidsIn(path: string, count: number): Promise<readonly number[]> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const lines = text.split('\n').slice(0, -1);
    if (lines.length >= count) return lines.map(Number);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Commands that note their ids and those of what they start. Whoever is deaf takes no notice of SIGTERM. */
const FAMILIES: Readonly<Record<string, string>> = {
  'a deaf command with a deaf child': `trap '' TERM; echo $$ >> pids; sh -c 'echo $$ >> pids; sleep 60' & wait; sleep 60`,
  'a command with a deaf child': `echo $$ >> pids; sh -c 'trap "" TERM; echo $$ >> pids; sleep 60; sleep 60' & wait`,
  'a command with a deaf child that holds no output': `echo $$ >> pids; sh -c 'trap "" TERM; echo $$ >> pids; sleep 60; sleep 60' > /dev/null 2>&1 & wait`,
};

describe('runSystemCommand', () => {
  it('gives what a program prints, byte by byte, and what it says on stderr', async () => {
    expect(await run(String.raw`printf 'a\n\377\n'; echo said >&2`)).toMatchObject({
      end: { kind: 'exited', status: 0 },
      stdout: Uint8Array.of(0x61, 0x0a, 0xff, 0x0a),
      stderr: 'said\n',
    });
  });

  it('hands words over as they are, with no shell in between', async () => {
    const { text } = await run(['printf', '%s|', '$HOME', '`id`', '; id', '*', '']);
    expect(text).toBe('$HOME|`id`|; id|*||');
  });

  it('runs in the folder and with the variables that are given, and with nothing to read', async () => {
    const folder = await makeTemporaryFolder();
    const env = { ...ENV, TEST_VARIABLE: 'test' };
    const { text } = await run('pwd -P; echo "$TEST_VARIABLE"; cat', { folder, env });
    expect(text).toBe(`${folder}\ntest\n`);
  });

  it.each([
    ['exit 3', { kind: 'exited', status: 3 }],
    ['kill -KILL $$', { kind: 'signalled', signal: 'SIGKILL' }],
    [['no-such-program-of-the-test'], { kind: 'not-started', code: 'ENOENT' }],
    [['/'], { kind: 'not-started', code: 'EACCES' }],
    // These are thrown by Node, and no event.
    [[`${process.execPath}/x`], { kind: 'not-started', code: 'ENOTDIR' }],
    [['true', 'x'.repeat(300_000)], { kind: 'not-started', code: 'E2BIG' }],
  ])('reports the end of %j', async (command, end) => {
    expect(await run(command)).toMatchObject({ end, text: '' });
  });

  it('on Windows starts no group of processes, which would be a window, and ends the command alone', async () => {
    pretendPlatform('win32');
    const { text } = await run('ps -o pgid= -p $$; echo $$');
    const [group, pid] = text.split('\n').map(Number);
    expect(group).not.toBe(pid);
    expect((await run('exec sleep 60', { timeoutMs: 1 })).end).toEqual({ kind: 'timed-out' });
  });

  it('ends a command that prints more than is wanted, or for ever', async () => {
    expect((await run('head -c 1000 /dev/zero')).end).toEqual({ kind: 'exited', status: 0 });
    expect((await run('head -c 1001 /dev/zero; sleep 60')).end).toEqual({ kind: 'too-long' });
    expect((await run('yes')).end).toEqual({ kind: 'too-long' });
  });

  it('keeps no more than 64 KiB of stderr, and passes all of it on to somebody who watches', async () => {
    let passed = '';
    const onError = (text: string): void => {
      passed += text;
    };
    const { end, stderr } = await run('head -c 300000 /dev/zero >&2; echo done >&2', { onError });
    expect(end).toEqual({ kind: 'exited', status: 0 });
    expect(stderr).toHaveLength(64 * 1024);
    expect(passed).toHaveLength(300_005);
  });

  it('waits no longer than for the command itself, when it leaves something behind that holds its output', async () => {
    const folder = await makeTemporaryFolder();
    const { end, text } = await run('sleep 60 & echo $! > pids; echo secret', { folder });
    expect({ end, text }).toEqual({ end: { kind: 'exited', status: 0 }, text: 'secret\n' });
    const [agent = 0] = await pidsIn(join(folder, 'pids'), 1);
    expect(await isRunning(agent)).toBe(true);
    process.kill(agent, 'SIGKILL');
  });

  it.each(Object.entries(FAMILIES))(
    'ends %s when the signal aborts, with its reason',
    async (_name, script) => {
      const folder = await makeTemporaryFolder();
      const controller = new AbortController();
      const running = run(script, { folder, signal: controller.signal });
      const pids = await pidsIn(join(folder, 'pids'), 2);
      for (const pid of pids) expect(await isRunning(pid)).toBe(true);
      controller.abort(new Error('interrupted by the test'));
      await expect(running).rejects.toThrow('interrupted by the test');
      for (const pid of pids) await expect.poll(() => isRunning(pid)).toBe(false);
    },
  );

  it('starts nothing when the signal has aborted', async () => {
    const folder = await makeTemporaryFolder();
    const running = run('echo $$ > pids', { folder, signal: AbortSignal.abort(new Error('too late')) });
    await expect(running).rejects.toThrow('too late');
    await expect(readFile(join(folder, 'pids'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
