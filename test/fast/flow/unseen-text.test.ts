import { createPublicKey } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encryptUserinfo } from '../../../src/mock/encryption.ts';
import { TEST_CLIENT_SECRET, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { logIn, visitAll } from '../../helpers/login-flow.ts';
import { type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { makeProfileHome } from '../../helpers/profile-folder.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { UNPRINTABLE } from '../trace/sample-trace.ts';

const UNSEEN = [
  '\u0001\u007f\u0085\u009b\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200f\u2028\u202e\u2060\u2066\u206a',
  '\u2800\u3164\ufe0f\ufeff\uffa0\ufff9\u{1bca0}\u{1d173}\u{e0041}\u{e0100}',
].join('');

/** Words whose letters are kept apart. */
const strange = (words: string): string => UNSEEN + words.split('').join(UNSEEN);

const SAID = strange(`::error::evil ${TEST_CLIENT_SECRET}`);
const STRANGE_LINES = `x\n::error::evil ${'\u001b'}[31m\u202e\n ::error::y`;
const refuse = () => reply(400, JSON.stringify({ error: strange('evil'), error_description: SAID }));
const give = (name: string, value: string): Misbehaviours => ({
  userinfo: changeJson(({ sub }) => ({
    sub,
    ...encryptUserinfo({ [name]: value }, createPublicKey(TEST_PUBLIC_KEY)),
  })),
});

type Outcome = Pick<RunResult, 'stdout' | 'stderr'> & { readonly files?: readonly string[] };

async function logInWithReports(args: readonly string[], provider: Misbehaviours): Promise<Outcome> {
  const folder = await makeTemporaryFolder();
  const files = ['junit', 'trace'].map((name) => join(folder, name));
  const reports = ['--junit', files[0] ?? '', '--trace', files[1] ?? ''];
  const run = await logIn(['-v', '--json-errors', ...reports, ...args], { provider });
  return { ...run, files: await Promise.all(files.map((file) => readFile(file, 'utf8'))) };
}

const check = async (format: string): Promise<Outcome> =>
  (await startChecks({ provider: { token: refuse } })).run(['--format', format]);

async function listPersonas(format: string): Promise<Outcome> {
  const personas = [{ id: 'evil', name: strange('evil'), data: { 'myinfo.name': strange('evil') } }];
  const file = await writeTemporaryFile('personas.json', JSON.stringify(personas));
  return runSgid(['mock', 'personas', '--personas', file, '--format', format]);
}

it.each<[string, () => Promise<Outcome>]>([
  ['a refusal, in errors and reports', () => logInWithReports([], { token: refuse })],
  ['a claim, in JSON', () => logInWithReports([], give('myinfo.name', strange('evil')))],
  [
    'a claim, in variables',
    () => logIn(['--format', 'env'], { provider: give('myinfo.name', strange('evil')) }),
  ],
  [
    'a claim, by itself',
    () => logIn(['--field', 'myinfo.name'], { provider: give('myinfo.name', strange('evil')) }),
  ],
  [
    "a claim's name",
    () => logInWithReports(['--field', 'x', '--expect', strange('evil')], give(strange('evil'), 'x')),
  ],
  ['a refusal, in the text of a check', () => check('text')],
  ['a refusal, in the JSON of a check', () => check('json')],
  ['a refusal, in the JUnit of a check', () => check('junit')],
  ['a refusal, in the annotations of a check', () => check('github')],
  ['a persona, in JSON', () => listPersonas('json')],
  ['a persona, in a table', () => listPersonas('table')],
  [
    'the paths of files that are used',
    async () => {
      const credentials = JSON.stringify({ clientId: 'OTHER-1a2b3c4d', clientSecret: 'x'.repeat(20) });
      const file = await writeTemporaryFile(`${STRANGE_LINES}.json`, credentials);
      await chmod(file, 0o644);
      const dotenv = await writeTemporaryFile(STRANGE_LINES, 'SGID_REDIRECT_URI="http://localhost:1/x"\n');
      const { env } = await makeProfileHome({ mock: { redirectUri: 'http://localhost:2/x' } });
      const show = ['profile', 'show', 'mock', '--resolved', '--format', 'table'];
      return runSgid([...show, '--credentials', file, '--dotenv', dotenv], { env });
    },
  ],
  [
    'a redirect URI of a file',
    async () => {
      const redirectUris = ['a', 'b'].map((name) => `http://localhost:1/${name}${STRANGE_LINES}`);
      const file = await writeTemporaryFile('client.json', JSON.stringify({ redirectUris }));
      const env = { HOME: await makeTemporaryFolder() };
      return runSgid(['init', '--from', file, '--profile', 'x', '--yes'], { env });
    },
  ],
  [
    'the provider in a .env',
    async () => {
      const dotenv = await writeTemporaryFile('.env', `SGID_HOSTNAME="https://x.test${STRANGE_LINES}"\n`);
      const env = { SGID_CLIENT_ID: 'MOCK-7e57c11e', SGID_CLIENT_SECRET: TEST_CLIENT_SECRET };
      return runSgid(['profile', 'show', '--resolved', '--format', 'table', '--dotenv', dotenv], { env });
    },
  ],
  ['a claim that is asked for', () => logIn(['--field', STRANGE_LINES])],
  ['a claim that is expected', () => logIn(['--expect', STRANGE_LINES])],
  ['a command line', () => runSgid(['explain', strange('evil')])],
  ['an option', () => runSgid(['login', `--${strange('evil')}`])],
])('%s: nothing unseen is printed, and no secret that it kept apart', async (_name, run) => {
  const { stdout, stderr, files = [] } = await run();
  const lines = [stdout, stderr, ...files].flatMap((text) => text.split('\n'));
  for (const line of lines) expect(line).not.toMatch(UNPRINTABLE);
  for (const line of lines) expect(line).not.toMatch(/^\s*::(?!(?:error|warning) title=sgid check%3A )/);
  // What is spelt is there to be read, and tells no secret.
  const words = lines.join().replaceAll(/\\u[\da-f]{4}/g, '');
  expect(words).toContain('evil');
  expect(words).not.toContain(TEST_CLIENT_SECRET);
});

it.each<[string, (code: string) => string]>([
  ['plainly', (code) => `::evil ${code}`],
  ['with what nobody sees in it', (code) => `\u0085\u00ad::evil ${code.split('').join('\u00ad\u{e0041}')}`],
  ['in base64', (code) => `evil ${Buffer.from(`{"code":"${code}"}`).toString('base64')}`],
  ['where the words are cut', (code) => `evil${' word'.repeat(402)} ${code}`],
])('no code is printed that a refusal quotes %s', async (_name, quote) => {
  let code = '';
  const visit = visitAll((url) => {
    code = url.searchParams.get('code') ?? '';
    url.searchParams.set('error', 'server_error');
    url.searchParams.set('error_description', quote(code));
    return [url.href];
  });
  const { exitCode, stderr, pages } = await logIn(['-v'], { visit });
  expect(exitCode).toBe(4);
  for (const line of stderr.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
  expect(stderr).toContain('(server_error: ');
  expect(stderr).toContain('evil');
  for (const text of [stderr, pages[0]?.body ?? '']) {
    expect(text).not.toContain(code.slice(0, 8));
    expect(text).not.toContain(Buffer.from(code).toString('base64').slice(4, 12));
  }
});
