import { expect, it } from 'vitest';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../../src/mock/test-credentials.ts';
import { runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const PRINT = `${process.execPath} -p 'JSON.stringify(process.env)'`;

const READERS: readonly (readonly [string, string])[] = [
  ['sh', `sh -c "set -a; . ./.env.mock; ${PRINT}"`],
  ['bash', `bash --norc -c "set -a; . ./.env.mock; ${PRINT}"`],
  ['zsh', `zsh -f -c "set -a; . ./.env.mock; ${PRINT}"`],
  ['Node.js', `${process.execPath} --env-file=.env.mock -p 'JSON.stringify(process.env)'`],
];

it.each(READERS)('%s reads the .env of sgid mock', async (_reader, script) => {
  const cwd = await makeTemporaryFolder();
  const mock = await startSgid(['mock', '--port', '0', '-e', '.env.mock'], { cwd });
  await mock.said(/\.env\.mock holds the settings/);
  const { status, stdout, stderr } = await runInShell(script, { cwd });
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    SGID_CLIENT_ID: TEST_CLIENT_ID,
    SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
    SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.trim(),
    SGID_REDIRECT_URI: 'http://localhost:5001/api/redirect',
  });
});

it.each(READERS)('%s reads the values of a client file as they are', async (_reader, script) => {
  const values = { clientId: '=sh', clientSecret: '$ `id` "$(id)" \\n ~ # !' };
  const redirectUris = ['http://localhost:3000/cb?a=:=sh&b=~'];
  const files = { 'clients.json': JSON.stringify([{ ...createTestClient(redirectUris), ...values }]) };
  const cwd = await makeTemporaryFolder();
  const args = ['mock', '--port', '0', '-e', '.env.mock', '--client', 'clients.json'];
  const mock = await startSgid(args, { cwd, files });
  await mock.said(/\.env\.mock holds the settings/);
  const { status, stdout, stderr } = await runInShell(script, { cwd });
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    SGID_CLIENT_ID: values.clientId,
    SGID_CLIENT_SECRET: values.clientSecret,
    SGID_REDIRECT_URI: redirectUris[0],
  });
});
