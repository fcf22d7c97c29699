import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBrowser } from '../../../src/system/browser.ts';
import { bundleProgram } from '../../helpers/bundle-program.ts';

const unused = (): never => {
  throw new Error('the system browser was used');
};
const browser = createBrowser(unused);
const url = 'https://provider.example/authorize?a=1&b=$(touch%20x)&c=%s';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sgid-browser-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Opens with a program that writes down what it was given. */
async function argumentsOf(...args: string[]): Promise<unknown> {
  const script = join(folder, 'note.mjs');
  const note = join(folder, 'note.json');
  await writeFile(
    script,
    `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(note)}, JSON.stringify(process.argv.slice(2)));`,
  );
  const launch = await browser.open(url, [process.execPath, script, ...args]);
  expect(await launch.failed).toBeUndefined();
  return JSON.parse(await readFile(note, 'utf8'));
}

describe('a browser command', () => {
  it('gets the URL as its last word, untouched by any shell', async () => {
    expect(await argumentsOf('--new window', '$HOME;')).toEqual(['--new window', '$HOME;', url]);
  });

  it('gets the URL in place of %s', async () => {
    expect(await argumentsOf('--url=%s', '%s', 'x')).toEqual([`--url=${url}`, url, 'x']);
  });

  it.each<[string, string[], string]>([
    ['is not there', ['sgid-no-such-browser'], 'sgid-no-such-browser was not found'],
    ['is no program', [import.meta.dirname], 'could not be started (EACCES)'],
    ['cannot be named', ['a\0b'], 'could not be started (ERR_INVALID_ARG_VALUE)'],
    ['exits with a failure', [process.execPath, '-e', 'process.exit(3)'], 'exited with status 3'],
    ['is killed', [process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'], 'was ended by SIGKILL'],
  ])('that %s tells why', async (_what, command, reason) => {
    const launch = await browser.open(url, command);
    expect(await launch.failed).toContain(reason);
  });

  it('neither keeps this program alive nor ends with it, out of reach of Ctrl-C', async () => {
    const pidFile = join(folder, 'pid');
    const longLived = join(folder, 'long-lived.mjs');
    await writeFile(
      longLived,
      `import { renameSync, writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(`${pidFile}.new`)}, String(process.pid));
renameSync(${JSON.stringify(`${pidFile}.new`)}, ${JSON.stringify(pidFile)});
setTimeout(() => {}, 60_000);`,
    );
    const launcher = join(folder, 'launch.mjs');
    await bundleProgram(
      launcher,
      `import { systemBrowser } from './src/system/browser.ts';
await systemBrowser.open('http://localhost/', [process.execPath, ${JSON.stringify(longLived)}]);`,
    );
    const child = spawn(process.execPath, [launcher], { stdio: 'ignore' });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    const pid = Number(await vi.waitFor(() => readFile(pidFile, 'utf8'), { timeout: 10_000 }));
    expect(pid).toBeGreaterThan(1);
    // Signal 0 only asks: whether it lives, and whether it leads a process group, which Ctrl-C goes by.
    expect([process.kill(pid, 0), process.kill(-pid, 0)]).toEqual([true, true]);
    process.kill(pid, 'SIGKILL');
  });
});

describe('the system browser', () => {
  const run = (code: string): ChildProcess => spawn(process.execPath, ['-e', code]);

  it('is used where no command is given', async () => {
    const opened: string[] = [];
    const system = createBrowser(async (target) => {
      opened.push(target);
      return run('');
    });
    expect(await (await system.open(url)).failed).toBeUndefined();
    expect(await (await system.open(url, [])).failed).toBeUndefined();
    expect(opened).toEqual([url, url]);
  });

  it('tells when its launcher fails, even one that has exited before it was handed over', async () => {
    const system = createBrowser(async () => {
      const child = run('process.exit(4)');
      await new Promise((resolve) => child.once('close', resolve));
      return child;
    });
    expect(await (await system.open(url)).failed).toBe('the system browser exited with status 4');
  });

  it('tells when there is none', async () => {
    const error = Object.assign(new Error('spawn xdg-open ENOENT'), { code: 'ENOENT' });
    const system = createBrowser(() => Promise.reject(error));
    expect(await (await system.open(url)).failed).toBe('the system browser was not found');
  });
});

describe('what is never opened', () => {
  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'myapp://x',
    'ftp://x.example/',
    'not a url',
    '',
    '--version',
  ])('%j', async (target) => {
    await expect(browser.open(target)).rejects.toThrow(TypeError);
    await expect(browser.open(target, [process.execPath])).rejects.toThrow(TypeError);
  });
});
