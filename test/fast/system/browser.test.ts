import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBrowser } from '../../../src/system/browser.ts';
import { bundleProgram } from '../../helpers/bundle-program.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const browser = createBrowser(() => {
  throw new Error('the system browser was used');
});
const ENV = { PATH: process.env['PATH'] };
const url = 'https://provider.example/authorize?a=1&b=$(touch%20x)&c=%s';

describe('a browser command', () => {
  it.each([
    ['as its last word, untouched by any shell', ['--new window', '$HOME;'], ['--new window', '$HOME;', url]],
    ['in place of %s', ['--url=%s', '%s', 'x'], [`--url=${url}`, url, 'x']],
  ])('gets the URL %s', async (_where, args, received) => {
    const note = join(await makeTemporaryFolder(), 'note.json');
    const script = `require('node:fs').writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))`;
    const command = [process.execPath, '-e', script, '--', note, ...args];
    expect(await browser.open(url, command, ENV)).toBeUndefined();
    expect(JSON.parse(await readFile(note, 'utf8'))).toEqual(received);
  });

  it('is not looked for in the current folder, where Windows would begin', async () => {
    const name = 'NoDefaultCurrentDirectoryInExePath';
    onTestFinished(() => void delete process.env[name]);
    await browser.open(url, [process.execPath, '-e', ''], ENV);
    expect(process.env[name]).toBeUndefined();
    pretendPlatform('win32');
    await browser.open(url, [process.execPath, '-e', ''], ENV);
    expect(process.env[name]).toBe('1');
  });

  it.each<[string, string[], string]>([
    ['is not a program', [import.meta.dirname], 'could not be started (EACCES)'],
    ['cannot be named', ['a\0b'], 'could not be started (ERR_INVALID_ARG_VALUE)'],
    ['is killed', [process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'], 'was ended by SIGKILL'],
  ])('that %s gives the reason', async (_what, command, reason) => {
    expect(await browser.open(url, command, ENV)).toContain(reason);
  });

  it('neither keeps this program alive nor ends with it, out of reach of Ctrl-C', async () => {
    const folder = await makeTemporaryFolder();
    const pidFile = join(folder, 'pid');
    const command = ['sh', '-c', 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 60', pidFile];
    const launcher = await bundleProgram(
      join(folder, 'launch.mjs'),
      `import { systemBrowser } from './src/system/browser.ts';
void systemBrowser.open('http://localhost/', ${JSON.stringify(command)}, process.env);`,
    );
    const child = spawn(process.execPath, [launcher], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    const pid = Number(await vi.waitFor(() => readFile(pidFile, 'utf8'), { timeout: 60_000 }));
    expect(pid).toBeGreaterThan(1);
    // Signal 0 only asks: whether it lives, and whether it leads a process group, which Ctrl-C goes by.
    expect([process.kill(pid, 0), process.kill(-pid, 0)]).toEqual([true, true]);
    process.kill(pid, 'SIGKILL');
  });
});

describe('the system browser', () => {
  const POWERSHELL = String.raw`\System32\WindowsPowerShell\v1.0\powershell.exe`;
  const flags = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand'];
  it.each([
    ['darwin', 'open', [url]],
    ['win32', `C:${POWERSHELL}`, [...flags, `$ProgressPreference = 'SilentlyContinue'; Start '${url}'`]],
  ])('of %s is %s, which gets the whole URL', async (platform, launcher, received) => {
    const folder = await makeTemporaryFolder();
    const note = join(folder, 'note.json');
    const look = `require('node:fs').writeFileSync('${note}', JSON.stringify(process.argv.slice(2)))`;
    await writeFile(join(folder, launcher), `#!${process.execPath}\n${look}\n`, { mode: 0o755 });
    const program = await bundleProgram(
      join(folder, 'open.mjs'),
      `import { systemBrowser } from './src/system/browser.ts';
Object.defineProperty(process, 'platform', { value: '${platform}' });
const alive = setInterval(() => {}, 1000);
console.log(await systemBrowser.open(process.argv[2], [], process.env));
clearInterval(alive);`,
    );
    const env = { PATH: folder, SYSTEMROOT: join(folder, 'C:') };
    const { stdout } = await promisify(execFile)(process.execPath, [program, url], { env, cwd: folder });
    expect(stdout).toBe('undefined\n');
    const args: string[] = JSON.parse(await readFile(note, 'utf8'));
    const last = args.pop() ?? '';
    expect([...args, platform === 'win32' ? Buffer.from(last, 'base64').toString('utf16le') : last]).toEqual(
      received,
    );
  });
});

it('the system browser gives the reason when its launcher fails, even before it was handed over', async () => {
  const system = createBrowser(async () => {
    const child = spawn(process.execPath, ['-e', 'process.exit(4)']);
    await once(child, 'close');
    return child;
  });
  expect(await system.open(url, [], ENV)).toBe('the system browser exited with status 4');
});

it.each([
  ...['file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'myapp://x', 'ftp://x.example/'],
  ...['not a url', '', '--version'],
])('%j is never opened', async (target) => {
  await expect(browser.open(target, [], ENV)).rejects.toThrow(TypeError);
  await expect(browser.open(target, [process.execPath], ENV)).rejects.toThrow(TypeError);
});
