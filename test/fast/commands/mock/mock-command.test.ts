import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SgidError } from '../../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_ID } from '../../../../src/mock/test-credentials.ts';
import { runSgid } from '../../../helpers/fake-platform.ts';
import { get } from '../../../helpers/mock-http.ts';
import { pretendPlatform } from '../../../helpers/pretend-platform.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';

const CHOICE = { mock_persona: 'zoe' };
const NOBODY =
  /^warning: the page that asks who logs in was shown (once|2 times) and nobody chose; --approve logs somebody in/m;

it.each<[string, number, readonly object[], string | undefined, readonly string[]]>([
  ['one page, and failed', 1, [{}], 'once', []],
  ['two pages, and failed', 7, [{}, {}], '2 times', []],
  ['a page, and went well', 0, [{}], undefined, []],
  ['a page on which somebody chose', 1, [{}, CHOICE], undefined, []],
  ['no page', 1, [], undefined, []],
  ['a login without a page', 1, [{}], undefined, ['--approve']],
  ['a page, and failed where nobody wants words', 1, [{}], undefined, ['-q']],
])('sgid mock -- says why the command got %s', async (_name, status, visits, times, args) => {
  const runForeground = async (
    _command: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ) => {
    for (const visit of visits) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: TEST_CLIENT_ID,
        redirect_uri: String(env['SGID_REDIRECT_URI']),
        scope: 'openid',
        code_challenge: 'c'.repeat(43),
        code_challenge_method: 'S256',
        ...visit,
      });
      await get(`${env['SGID_HOSTNAME']}/v2/oauth/authorize?${query}`);
    }
    return status;
  };
  const { exitCode, stderr } = await runSgid(['mock', ...args, '--', 'npm', 'test'], { runForeground });
  expect(exitCode).toBe(status);
  expect(NOBODY.exec(stderr)?.[1]).toBe(times);
});

it('sgid mock -- starts no command after a signal', async () => {
  const ending = new AbortController();
  let isStarted = false;
  const { exitCode, stderr } = await runSgid(['mock', '--', 'npm', 'test'], {
    signal: ending.signal,
    onError: (text) => text.includes('listens at') && ending.abort(new SgidError('ERR_INTERRUPTED', 'x')),
    runForeground: async () => {
      isStarted = true;
      return 0;
    },
  });
  expect([exitCode, isStarted]).toEqual([130, false]);
  expect(stderr).not.toContain('could not be started');
});

it.each([
  ['EAGAIN', 3, 'the command npm could not be started: this machine has no', 'Close other programs'],
  ['EMFILE', 3, 'the command npm could not be started: too many files', 'ulimit -n'],
  ['E2BIG', 2, 'the command npm could not be started (E2BIG)', 'Check its name and PATH'],
])('sgid mock -- says why the command could not be started: %s', async (code, status, words, hint) => {
  const runForeground = () => Promise.reject(Object.assign(new Error(code), { code }));
  const { exitCode, stderr } = await runSgid(['mock', '--', 'npm', 'test'], { runForeground });
  expect([exitCode, stderr]).toEqual([status, expect.stringContaining(hint)]);
  expect(stderr).toContain(words);
});

it.each([
  ['linux', 'ENOENT', 'was not found', false],
  ['win32', 'ENOENT', 'was not found', true],
  ['win32', 'EINVAL', 'could not be started (EINVAL)', true],
] as const)('on %s sgid mock -- says of %s what the command %s', async (platform, code, words, named) => {
  pretendPlatform(platform);
  const runForeground = () => Promise.reject(Object.assign(new Error(code), { code }));
  const { exitCode, stderr } = await runSgid(['mock', '--', 'npm', 'test'], { runForeground });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
  expect(stderr.includes('sgid mock -- cmd /c npm test')).toBe(named);
});

it.each([
  ['nothing', undefined, false],
  ['its own file', 'mock.pem', false],
  ['another', '/etc/own-ca.pem', true],
])('sgid mock -- hands the certificate on in place of %s', async (_name, own, isReplaced) => {
  const folder = await makeTemporaryFolder();
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  const given: (string | undefined)[] = [];
  const runForeground = async (
    _command: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ) => {
    given.push(env['NODE_EXTRA_CA_CERTS']);
    return 0;
  };
  const env = { NODE_EXTRA_CA_CERTS: own };
  const run = await runSgid(['mock', '--https', '--cert-file', 'mock.pem', '--', 'npm', 'test'], {
    runForeground,
    env,
  });
  // In full: the command may change its folder.
  expect(given).toEqual([join(process.cwd(), 'mock.pem')]);
  expect(run.exitCode).toBe(0);
  expect(run.stderr.includes(`warning: the command gets NODE_EXTRA_CA_CERTS`)).toBe(isReplaced);
  expect(run.stderr.includes('in place of /etc/own-ca.pem')).toBe(isReplaced);
});
