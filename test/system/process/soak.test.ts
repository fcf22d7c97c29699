import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { findProcesses } from '../../../scripts/soak/find-processes.mjs';
import { ROOT } from '../../helpers/packed-package.ts';
import { runCommand, startProgram } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const SOAK = `${ROOT}/scripts/soak.mjs`;

interface Report {
  readonly logins: readonly { readonly done: number; readonly 'planned errors': number }[];
  readonly processes: readonly { readonly done: number }[];
  readonly failures: readonly string[];
}

// As many as meet each trouble and each way once.
it('logins and processes end as they must, and leave nothing', { timeout: 600_000 }, async () => {
  const run = await runCommand([process.execPath, SOAK, '--logins', '300', '--processes', '24', '--json']);
  const { logins, processes, failures }: Report = JSON.parse(run.stdout);
  expect(failures).toEqual([]);
  expect(run.status).toBe(0);
  expect(logins.map(({ done }) => done)).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300]);
  expect(logins.at(-1)?.['planned errors']).toBeGreaterThan(20);
  expect(processes.at(-1)?.done).toBe(24);
});

it('a state that comes again is noticed, and the soak fails', async () => {
  const sabotage = `
    import crypto from 'node:crypto';
    import { syncBuiltinESMExports } from 'node:module';
    crypto.randomBytes = (size) => Buffer.alloc(size, 1);
    syncBuiltinESMExports();`;
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(sabotage)}`];
  const run = await runCommand([process.execPath, ...preload, SOAK, '--logins', '10', '--only', 'logins']);
  expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('the state was used before') });
});

it('leaves neither process nor folder when SIGTERM ends it', async () => {
  const folder = await makeTemporaryFolder();
  const args = ['--processes', '24', '--only', 'processes'];
  const run = await startProgram([process.execPath, SOAK, ...args], { env: { TMPDIR: folder } });
  await run.said(/^2 of 24/m);
  run.child.kill('SIGTERM');
  expect(await run.ended).toMatchObject({ status: 143, stdout: '' });
  await expect.poll(() => findProcesses(folder)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['a number below ten', ['--logins', '9'], '--logins takes a whole number of 10 or more: 9'],
  ['no number', ['--processes', 'many'], '--processes takes a whole number of 10 or more: many'],
  ['an unknown part', ['--only', 'everything'], '--only takes one of logins, processes: everything'],
])('%s is refused', async (_what, args, problem) => {
  const run = await runCommand([process.execPath, SOAK, ...args]);
  expect(run).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining(`${problem}\nUsage: npm run soak`),
  });
});
