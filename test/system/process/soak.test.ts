import { expect, it } from 'vitest';
import { ROOT } from '../../helpers/packed-package.ts';
import { runCommand } from '../../helpers/sgid-process.ts';

const SOAK = `${ROOT}/scripts/soak.mjs`;

interface Report {
  readonly logins: readonly { readonly done: number; readonly errors: number }[];
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
  expect(logins.at(-1)?.errors).toBeGreaterThan(20);
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

it.each([
  ['a number below ten', '--logins', '9'],
  ['no number', '--processes', 'many'],
  ['an unknown part', '--only', 'everything'],
])('%s is refused', async (_what, ...args) => {
  const run = await runCommand([process.execPath, SOAK, ...args]);
  expect(run).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('Usage: npm run soak'),
  });
});
