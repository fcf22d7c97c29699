import { once } from 'node:events';
import { join } from 'node:path';
import { request } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../scripts/ports.mjs';
import { startMockSgid } from '../../src/mock/mock-sgid.ts';
import { commandOf, startGuide } from '../helpers/guide-process.ts';
import { describeGuide } from '../helpers/guide-visits.ts';
import { ROOT } from '../helpers/packed-package.ts';
import { runCommand, startProgram } from '../helpers/sgid-process.ts';

describeGuide('Next.js', commandOf('nextjs'), { settings: { NEXT_TELEMETRY_DISABLED: '1' } });

const ODD = {
  'an empty list': { 'myinfo.vehicles': '' },
  'a list of nothing': { 'myinfo.vehicles': '[null]' },
  'a list of something else': { 'myinfo.vehicles': '[{"vehicle_number":{"a":1}},"b",3]' },
  'no list': { 'myinfo.vehicles': '{"a":1}' },
  'a name that is an object': { 'myinfo.name': '{"a":{"b":1}}' },
};

it('ends with what to do, and no stack, without settings', async () => {
  const next = [
    process.execPath,
    'node_modules/next/dist/bin/next',
    'start',
    '--port',
    `${await takePort()}`,
  ];
  const { status, stderr } = await runCommand(next, { cwd: join(ROOT, 'examples/nextjs'), env: {} });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^missing: clientId, .*\nPass clientId, .*\n$/m),
  ]);
});

it('runs in development, too', async () => {
  const guide = await startGuide('npm run dev --prefix examples/nextjs', { NEXT_TELEMETRY_DISABLED: '1' });
  onTestFinished(() => guide.stop());
  expect(await (await fetch(guide.origin)).text()).toContain('You are not logged in.');
});

it.each(Object.entries(ODD))('shows a page for %s', async (_what, data) => {
  const port = await takePort();
  const origin = `http://localhost:${port}`;
  const mock = await startMockSgid({
    redirectUris: [`${origin}/callback`],
    personas: [{ id: 'odd', name: 'ODD', data }],
    approve: 'odd',
  });
  onTestFinished(() => mock.close());
  // The build is that of the guide.
  const { child } = await startProgram(
    [
      process.execPath,
      'node_modules/next/dist/bin/next',
      'start',
      '--hostname',
      'localhost',
      '--port',
      `${port}`,
    ],
    {
      cwd: join(ROOT, 'examples/nextjs'),
      env: {
        NEXT_TELEMETRY_DISABLED: '1',
        SGID_CLIENT_ID: mock.client.clientId,
        SGID_CLIENT_SECRET: mock.client.clientSecret,
        SGID_PRIVATE_KEY: mock.client.privateKey,
        SGID_REDIRECT_URI: mock.client.redirectUri,
        SGID_HOSTNAME: mock.hostname,
      },
    },
  );
  await once(child.stdout ?? child, 'data');
  const browser = await request.newContext({ timeout: 0 });
  onTestFinished(() => browser.dispose());
  const page = await browser.get(`${origin}/login`);
  expect([page.status(), await page.text()]).toEqual([200, expect.stringContaining('You are logged in.')]);
});
