import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import type { RunOptions } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { OTHER_PUBLIC_KEY } from '../../helpers/run-key.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { keyText } from '../keys/key-fixtures.ts';

/** What a `sgid login --save-canary` of the test client kept. */
const CANARY = `${JSON.parse(savedUserinfo()).key}\n`;

describe('credentials that are right', () => {
  it('pass every check that there is something to check for', async () => {
    const { check, provider } = await startChecks();
    const { exitCode, stderr, report, verdicts } = await check();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ id }) => id)).toEqual(CHECK_IDS);
    expect(Object.entries(verdicts).filter(([, verdict]) => verdict !== 'pass')).toEqual([
      ['public-key', 'skip'],
      ['canary', 'skip'],
    ]);
    expect(provider.countTo('authorize') + provider.countTo('token')).toBe(4);
  });

  it('pass with public key and canary as well', async () => {
    const { check, env } = await startChecks();
    const { SGID_CLIENT_ID: id, SGID_CLIENT_SECRET: secret, SGID_PRIVATE_KEY: privateKey } = env;
    const credentials = await writeTemporaryFile(
      'client.json',
      JSON.stringify({ id, secret, privateKey, publicKey: TEST_PUBLIC_KEY, hostname: env['SGID_HOSTNAME'] }),
    );
    const canary = await writeTemporaryFile('canary.txt', CANARY);
    const { exitCode, verdicts } = await check(['--credentials', credentials, '--canary', canary]);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['pass']));
    expect(exitCode).toBe(0);
  });

  it('start no login: no code is issued', async () => {
    const landings: (string | undefined)[] = [];
    const { check, provider } = await startChecks({
      provider: {
        authorize: async (_request, honest) => {
          const answer = await honest();
          landings.push(answer.headers['location']);
          return answer;
        },
      },
    });
    expect((await check()).exitCode).toBe(0);
    expect(landings).toEqual([undefined, undefined]);
    expect(provider.countTo('userinfo')).toBe(0);
  });

  it('pass at a provider where somebody consents at once', async () => {
    const { check } = await startChecks({ approve: 'wei-ming' });
    const { exitCode, verdicts } = await check();
    expect(exitCode).toBe(0);
    expect(verdicts['redirect-uri-registered']).toBe('pass');
  });

  it('are not asked about with --offline', async () => {
    const { check, provider } = await startChecks();
    const { exitCode, verdicts } = await check(['--offline']);
    expect(exitCode).toBe(0);
    expect(provider.requests).toEqual([]);
    expect(verdicts).toMatchObject({ scopes: 'pass', discovery: 'skip', 'client-secret': 'skip' });
  });

  it('pass although the port of the callback is in use, which is a warning', async () => {
    const { check, redirectUri } = await startChecks();
    const other = await occupyPort('127.0.0.1', Number(new URL(redirectUri).port));
    const { exitCode, verdicts } = await check();
    await other.close();
    expect(verdicts['callback-port']).toBe('warn');
    expect(exitCode).toBe(0);
  });
});

describe('credentials of which one is wrong', () => {
  interface Scenario extends RunOptions {
    readonly args?: readonly string[];
    readonly scopes?: readonly string[];
  }
  const NOT_REGISTERED = 'redirect-uri-registered: fail ERR_AUTHORIZATION';
  const NOT_TAKEN = 'client-secret: fail ERR_TOKEN_REFUSED';
  const forbidden = { args: ['--scope', 'openid myinfo.sex'], scopes: ['openid', 'myinfo.name'] };
  const proxied = { args: ['--hostname', 'https://sgid.provider.test'], env: { https_proxy: 'ftp://x' } };
  const weak = { env: { SGID_PRIVATE_KEY: keyText('rsa-1024.pem') } };
  const broken = { env: { SGID_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\nAAAA' } };
  const elsewhere = { args: ['--redirect-uri', 'http://localhost:11099/other'] };
  const noSecret = { env: { SGID_CLIENT_SECRET: '' } };

  it.each<[string, number, string, Scenario]>([
    ['client secret', 4, NOT_TAKEN, { env: { SGID_CLIENT_SECRET: 'wrong' } }],
    ['redirect URI', 4, NOT_REGISTERED, elsewhere],
    ['client id', 4, `${NOT_REGISTERED}, ${NOT_TAKEN}`, { env: { SGID_CLIENT_ID: 'UNKNOWN-1' } }],
    ['scope that the client may not ask for', 4, NOT_REGISTERED, forbidden],
    ['scope that is malformed', 3, 'scopes: fail ERR_SCOPE', { args: ['--scope', 'openid,myinfo.name'] }],
    ['private key', 3, 'private-key: fail ERR_PRIVATE_KEY', broken],
    ['private key that is too small', 3, 'private-key: fail ERR_PRIVATE_KEY_SIZE', weak],
    ['provider', 3, 'provider: fail ERR_HOSTNAME', { args: ['--hostname', 'https://x.test/v2'] }],
    [
      'redirect URI that is none',
      3,
      'redirect-uri: fail ERR_REDIRECT_URI',
      { args: ['--redirect-uri', 'x'] },
    ],
    ['secret that is missing', 3, 'credentials: fail ERR_MISSING_CREDENTIALS', noSecret],
    ['proxy on the way', 3, 'provider: fail ERR_PROXY', proxied],
  ])('fail: the %s, exit %i', async (_name, exit, failures, { args = [], scopes, ...run }) => {
    const { check } = await startChecks({ scopes });
    const { exitCode, report, stderr, verdicts } = await check(args, run);
    const failed = Object.entries(verdicts).filter(([, verdict]) => verdict.startsWith('fail'));
    expect(failed.map(([id, verdict]) => `${id}: ${verdict}`).join(', ')).toBe(failures);
    expect(exitCode).toBe(exit);
    expect(report.ok).toBe(false);
    const [, code] = failures.match(/fail (\w+)/) ?? [];
    expect(errorCodeOf({ exitCode, stderr, stdout: '' })).toBe(code);
    expect(stderr).toContain(`sgid explain ${code}`);
  });

  it('fail: a private key that is not that of the public key beside it, exit 3', async () => {
    const { check, env } = await startChecks();
    const file = { id: 'x', secret: env['SGID_CLIENT_SECRET'], publicKey: OTHER_PUBLIC_KEY };
    const path = await writeTemporaryFile('client.json', JSON.stringify(file));
    const { exitCode, verdicts, stderr } = await check(['--offline', '--credentials', path]);
    expect(verdicts['public-key']).toBe('fail ERR_PRIVATE_KEY');
    expect(exitCode).toBe(3);
    // What a check says is not said again as a warning.
    expect(stderr).not.toContain('warning');
  });

  it('fail: a private key that does not open the canary, exit 8', async () => {
    const { check } = await startChecks();
    const canary = await writeTemporaryFile('canary.txt', CANARY);
    const env = { SGID_PRIVATE_KEY: keyText('rsa-2048.pkcs8.pem') };
    const { exitCode, verdicts } = await check(['--canary', canary], { env });
    expect(verdicts).toMatchObject({ canary: 'fail ERR_DECRYPT_KEY', 'private-key': 'pass' });
    expect(exitCode).toBe(8);
  });

  it.each([
    ['is no canary', 'hello', 8, 'fail ERR_JWE_INVALID'],
    ['is empty', '', 3, 'fail ERR_FILE'],
    ['is no text', '\0', 3, 'fail ERR_FILE'],
  ])('fail: a canary file that %s, and all else is checked', async (_name, content, exit, verdict) => {
    const { check } = await startChecks();
    const canary = await writeTemporaryFile('canary.txt', content);
    const { exitCode, verdicts } = await check(['--canary', canary]);
    expect(verdicts).toMatchObject({ canary: verdict, 'client-secret': 'pass' });
    expect(exitCode).toBe(exit);
  });

  it('read the canary from standard input, and fail for a file that is not there', async () => {
    const { check } = await startChecks();
    const { verdicts } = await check(['--offline', '--canary', '-'], { stdin: CANARY });
    expect(verdicts['canary']).toBe('pass');
    const missing = await check(['--offline', '--canary', '/nowhere/canary.txt']);
    expect(missing.verdicts['canary']).toBe('fail ERR_FILE');
    expect(missing.exitCode).toBe(3);
  });

  it('end with the code of the first failure in the order of the checks', async () => {
    const { check } = await startChecks();
    const canary = await writeTemporaryFile('canary.txt', 'hello');
    const env = { SGID_CLIENT_SECRET: 'wrong', SGID_SCOPE: 'openid,' };
    const run = await check(['--canary', canary], { env });
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain('3 checks failed: scopes, canary, client-secret');
    const later = await check(['--canary', canary, '--scope', 'openid'], { env });
    expect(later.exitCode).toBe(8);
  });
});

describe('credentials that cannot be read at all', () => {
  it.each([
    ['a file that is not there', ['--credentials', '/nowhere/x.json'], 'ERR_FILE'],
    ['an environment file that is not there', ['-e', '/nowhere/.env'], 'ERR_FILE'],
    ['a profile that is not there', ['-p', 'nowhere'], 'ERR_PROFILE'],
  ])('are a report of one failure: %s, exit 3', async (_name, args, code) => {
    const { check, provider } = await startChecks();
    const folder = await writeTemporaryFile('x', '');
    const run = await check(args, { env: { XDG_CONFIG_HOME: `${folder}-none`, HOME: `${folder}-none` } });
    expect(run.verdicts['credentials']).toBe(`fail ${code}`);
    expect(run.report.checks.filter(({ verdict }) => verdict === 'skip')).toHaveLength(CHECK_IDS.length - 1);
    expect(run.exitCode).toBe(3);
    expect(provider.requests).toEqual([]);
  });

  it('are a report of one failure: a broken file', async () => {
    const { check } = await startChecks();
    const path = await writeTemporaryFile('client.json', '{"id": "APP", "secret": ');
    const run = await check(['--credentials', path, '--only', 'client-secret']);
    expect(run.verdicts).toEqual({ credentials: 'fail ERR_CREDENTIALS_FILE', 'client-secret': 'skip' });
    expect(run.exitCode).toBe(3);
  });
});
