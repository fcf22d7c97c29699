import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { canariesIn, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { startSteps } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

it('callback and userinfo write what they did, without secrets', async () => {
  const { provider, run, start } = await startSteps();
  const folder = await makeTemporaryFolder();
  const { text, url } = await start();
  const first = join(folder, 'callback.json');
  const callback = await run(['callback', '--transaction', '-', '--trace', first, url.href], { stdin: text });
  expect(callback).toMatchObject({ exitCode: 0 });
  const second = join(folder, 'userinfo.json');
  const userinfo = await run(['userinfo', '--trace', second], { stdin: callback.stdout });
  expect(userinfo).toMatchObject({ exitCode: 0 });

  const traces = [await readFile(first, 'utf8'), await readFile(second, 'utf8')];
  const steps = traces.map((trace) => JSON.parse(trace).records.map(({ step }: { step: string }) => step));
  expect(steps[0]).toEqual(expect.arrayContaining(['token', 'jwks', 'id-token']));
  expect(steps[1]).toEqual(expect.arrayContaining(['userinfo', 'decrypt']));

  const { accessToken, idToken, sub } = JSON.parse(callback.stdout);
  const canaries = new Map([
    ...canariesIn(provider.requests),
    ...canariesOfKey(TEST_PRIVATE_KEY),
    ['client secret', TEST_CLIENT_SECRET],
    ['access token', accessToken],
    ['ID token', idToken],
    ['subject', sub],
    ['name', JSON.parse(userinfo.stdout).data['myinfo.name']],
  ]);
  for (const trace of traces) expect(findCanaries(trace, canaries)).toEqual([]);
});

it('callback leaves a trace of a refusal', async () => {
  const { run, start } = await startSteps();
  const path = join(await makeTemporaryFolder(), 'trace.json');
  const { text, url } = await start();
  url.searchParams.set('state', 'another');
  const { exitCode } = await run(['callback', '--transaction', '-', '--trace', path, url.href], {
    stdin: text,
  });
  expect(exitCode).toBe(7);
  const { outcome } = JSON.parse(await readFile(path, 'utf8'));
  expect(outcome).toMatchObject({ ok: false, code: 'ERR_STATE_MISMATCH' });
});
