import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { collectInput, MAX_FILE_BYTES, systemFiles } from '../../../src/system/files.ts';
import { bundleProgram } from '../../helpers/bundle-program.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const { readSecretFile } = systemFiles;
const read = async (path: string) => (await readSecretFile(path)).bytes;
const onPosix = process.platform !== 'win32';
let folder: string;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
});

function place(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('read', () => {
  it('gives the bytes of a file as they are', async () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0a);
    expect(await read(place('binary', bytes))).toEqual(bytes);
    expect(await read(place('empty', ''))).toEqual(new Uint8Array());
  });

  it('takes 1 MiB and refuses a byte more', async () => {
    const path = place('large', '');
    truncateSync(path, MAX_FILE_BYTES);
    expect((await read(path)).length).toBe(MAX_FILE_BYTES);
    await appendFile(path, 'x');
    await expect(read(path)).rejects.toMatchObject({ code: 'EFBIG' });
  });

  it.runIf(process.platform === 'linux')('reads a file that gives its size as nothing', async () => {
    expect(new TextDecoder().decode(await read('/proc/self/status'))).toContain('\nVmHWM:');
  });
});

it.runIf(onPosix)('append says when only a part has been written', async () => {
  const script = await bundleProgram(
    join(folder, 'append.mjs'),
    `import { systemFiles } from './src/system/files.ts';
await systemFiles.append('summary', 'x'.repeat(100_000)).catch((error) => console.log(error.code));`,
  );
  const args = ['-c', 'ulimit -f 8; exec "$0" "$1"', process.execPath, script];
  expect(execFileSync('sh', args, { cwd: folder, encoding: 'utf8' })).toBe('EFBIG\n');
});

describe.runIf(onPosix)('readSecretFile', () => {
  it.each([
    [0o600, false],
    [0o640, true],
    [0o604, true],
    [0o620, true],
  ])('mode %o: readable by others is %s', async (mode, readableByOthers) => {
    const secret = await readSecretFile(place('secret', 'test-secret', mode));
    expect(secret).toEqual({ bytes: new TextEncoder().encode('test-secret'), readableByOthers });
  });

  it('checks the file that a symbolic link leads to', async () => {
    const link = join(folder, 'link');
    symlinkSync(place('secret', 'test-secret', 0o600), link);
    expect((await readSecretFile(link)).readableByOthers).toBe(false);
    chmodSync(link, 0o644);
    expect((await readSecretFile(link)).readableByOthers).toBe(true);
  });

  it('opens a pipe once, so that its writer is not cut off', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = read(pipe);
    // It writes a while after its opening, which waits for a reader, has succeeded.
    const writer = spawn('sh', ['-c', 'exec >"$0"; sleep 0.1; echo late', pipe], { stdio: 'ignore' });
    const closed = once(writer, 'close');
    expect(await reading).toEqual(new TextEncoder().encode('late\n'));
    expect(await closed).toEqual([0, null]);
  });

  it('takes 1 MiB of a pipe, and cuts off one without end', async () => {
    const most = [Buffer.alloc(MAX_FILE_BYTES - 1), Buffer.of(1)];
    expect((await collectInput(Readable.from(most), 'x')).length).toBe(MAX_FILE_BYTES);
    const longer = Readable.from([...most, Buffer.of(1)]);
    await expect(collectInput(longer, 'x')).rejects.toMatchObject({ code: 'EFBIG' });
    await expect(readSecretFile('/dev/zero')).rejects.toMatchObject({ code: 'EFBIG' });
  });

  it('takes a regular file where only that will do, and the link to one', async () => {
    const link = join(folder, 'link');
    symlinkSync(place('secret', 'test-secret'), link);
    expect(await readSecretFile(link, 'regular')).toEqual(await readSecretFile(link));
    await expect(readSecretFile(folder, 'regular')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(readSecretFile(join(folder, 'absent'), 'regular')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('refuses pipes, devices and sockets where only a regular file will do, without waiting', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    for (const path of [pipe, socket, '/dev/null', '/dev/tty']) {
      await expect(readSecretFile(path, 'regular')).rejects.toMatchObject({ code: 'EFTYPE' });
    }
  });
});
