import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { runNpm } from '../../../scripts/run-npm.mjs';
import { installPackages, makeSharedFolder, packPackage } from '../../helpers/packed-package.ts';

const run = promisify(execFile);

/** Applications as others write them, each with its lock file, and how `npm test` says that they logged in. */
const APPS: readonly (readonly [app: string, success: RegExp])[] = [
  ['commonjs-jest', /^Tests: +\d+ passed, \d+ total$/m],
  ['esm-vitest', /^ +Tests +3 passed \(3\)$/m],
  ['plain-require', /^\S+@\S+$/m],
];

/** TypeScript 5 and 6 know all of them; TypeScript 7 has dropped the first, which is that of each tsconfig.json. */
const RESOLUTIONS: readonly (readonly [resolution: string, ...options: string[]])[] = [
  ['node10'],
  ['node16', '--module', 'node16'],
  ['nodenext', '--module', 'nodenext'],
  ['bundler', '--module', 'preserve'],
];

describe.each(APPS)('the application %s, with the packed package', (app, success) => {
  let folder: string;

  beforeAll(async () => {
    folder = await makeSharedFolder();
    const { path } = await packPackage(folder);
    await cp(fileURLToPath(new URL(`apps/${app}`, import.meta.url)), folder, { recursive: true });
    await runNpm(['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
    await installPackages(folder, '--no-save', path);
  }, 240_000);

  it.each(RESOLUTIONS)('type checks, our declarations included, under %s', async (resolution, ...options) => {
    const tsc = join(folder, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '-p', '.', '--moduleResolution', resolution, ...options];
    const { stdout } = await run(process.execPath, args, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it('logs in', async () => {
    const env = { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' };
    const { stdout, stderr } = await runNpm(['test'], { cwd: folder, env });
    expect(stdout + stderr).toMatch(success);
  });
});
