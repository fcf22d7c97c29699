import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { hang, type Misbehaviour } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { keyText } from '../keys/key-fixtures.ts';

/** What a `sgid login --save-canary` of the test client kept. */
const CANARY = `${JSON.parse(savedUserinfo()).key}\n`;

describe('credentials that are right', () => {
  it('pass every check that there is something to check for', async () => {
    const { check, provider } = await startChecks();
    const { exitCode, stderr, report, verdicts } = await check();
    expect({ exitCode, stderr, ok: report.ok }).toEqual({ exitCode: 0, stderr: '', ok: true });
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
    const client = { id, secret, privateKey, publicKey: TEST_PUBLIC_KEY, hostname: env['SGID_HOSTNAME'] };
    const credentials = await writeTemporaryFile('client.json', JSON.stringify(client));
    const canary = await writeTemporaryFile('canary.txt', CANARY);
    const { exitCode, verdicts } = await check(['--credentials', credentials, '--canary', canary]);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['pass']));
    expect(exitCode).toBe(0);
  });

  it('start no login: no code is issued', async () => {
    const landings: (string | undefined)[] = [];
    const authorize: Misbehaviour = async (_request, honest) => {
      const answer = await honest();
      landings.push(answer.headers['location']);
      return answer;
    };
    const { check, provider } = await startChecks({ provider: { authorize } });
    expect((await check()).exitCode).toBe(0);
    expect(landings).toEqual([undefined, undefined]);
    expect(provider.countTo('userinfo')).toBe(0);
  });

  it('pass at a provider where somebody consents at once', async () => {
    const { exitCode, verdicts } = await (await startChecks({ approve: 'wei-ming' })).check();
    expect([exitCode, verdicts['redirect-uri-registered']]).toEqual([0, 'pass']);
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
    expect([exitCode, verdicts['callback-port']]).toEqual([0, 'warn']);
  });
});

const noSecret = { env: { SGID_CLIENT_SECRET: '' } };

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
  const noUri = { args: ['--redirect-uri', 'x'] };

  it.each<[string, number, string, Scenario]>([
    ['client secret', 4, NOT_TAKEN, { env: { SGID_CLIENT_SECRET: 'wrong' } }],
    ['redirect URI', 4, NOT_REGISTERED, elsewhere],
    ['client id', 4, `${NOT_REGISTERED}, ${NOT_TAKEN}`, { env: { SGID_CLIENT_ID: 'UNKNOWN-1' } }],
    ['scope that the client may not ask for', 4, 'scopes: fail ERR_AUTHORIZATION', forbidden],
    [
      'scope that is misspelt',
      4,
      'scopes: fail ERR_AUTHORIZATION',
      { args: ['--scope', 'openid myinfo.nmae'] },
    ],
    ['scope that is malformed', 3, 'scopes: fail ERR_SCOPE', { args: ['--scope', 'openid,myinfo.name'] }],
    ['private key', 3, 'private-key: fail ERR_PRIVATE_KEY', broken],
    ['private key that is too small', 3, 'private-key: fail ERR_PRIVATE_KEY_SIZE', weak],
    ['provider', 3, 'provider: fail ERR_HOSTNAME', { args: ['--hostname', 'https://x.test/v2'] }],
    ['redirect URI that is none', 3, 'redirect-uri: fail ERR_REDIRECT_URI', noUri],
    ['secret that is missing', 3, 'credentials: fail ERR_MISSING_CREDENTIALS', noSecret],
    ['proxy on the way', 3, 'provider: fail ERR_PROXY', proxied],
  ])('fail: the %s, exit %i', async (_name, exitCode, failures, { args = [], scopes, ...run }) => {
    const ended = await (await startChecks({ scopes })).check(args, run);
    const failed = Object.entries(ended.verdicts).filter(([, verdict]) => verdict.startsWith('fail'));
    expect(failed.map(([id, verdict]) => `${id}: ${verdict}`).join(', ')).toBe(failures);
    const [, code] = failures.match(/fail (\w+)/) ?? [];
    expect(ended).toMatchObject({ exitCode, code, report: { ok: false } });
    expect(ended.stderr).toContain(`sgid explain ${code}`);
  });

  it.each([
    [
      'client id',
      { SGID_CLIENT_ID: 'MOCK-nope' },
      'The client id is not registered. Sent MOCK-nope',
      'Check the client id MOCK-nope',
    ],
    [
      'redirect URI',
      { SGID_REDIRECT_URI: 'http://localhost:11099/x' },
      'The redirect URI is not registered',
      'Register http://localhost:11099/x',
    ],
  ])(
    'fail: the %s, with the words of the page alone and the advice for them',
    async (_name, env, words, advice) => {
      const { report } = await (await startChecks()).check(['--only', 'redirect-uri-registered'], { env });
      const [{ evidence = '', hint = '' } = {}] = report.checks;
      expect(evidence).toContain(`HTTP 400; it said: ${words}`);
      expect(hint.startsWith(advice)).toBe(true);
    },
  );

  it('fail: a private key that is not that of the public key beside it, exit 3', async () => {
    const { check, env } = await startChecks();
    const file = { id: 'x', secret: env['SGID_CLIENT_SECRET'], publicKey: keyText('public.pem') };
    const path = await writeTemporaryFile('client.json', JSON.stringify(file));
    const { exitCode, verdicts, stderr } = await check(['--offline', '--credentials', path]);
    expect([exitCode, verdicts['public-key']]).toEqual([3, 'fail ERR_PRIVATE_KEY']);
    // What a check says is not said again as a warning.
    expect(stderr).not.toContain('warning');
  });

  const otherKey = { env: { SGID_PRIVATE_KEY: keyText('rsa-2048.pkcs8.pem') } };

  it.each<[string, string, number, string, RunOptions?]>([
    ['is for another private key', CANARY, 8, 'fail ERR_DECRYPT_KEY', otherKey],
    ['is no canary', 'hello', 8, 'fail ERR_JWE_INVALID'],
    ['is empty', '', 3, 'fail ERR_FILE'],
    ['is no text', '\0', 3, 'fail ERR_FILE'],
  ])('fail: a canary file that %s, and all else is checked', async (_name, content, exit, canary, run) => {
    const { check } = await startChecks();
    const path = await writeTemporaryFile('canary.txt', content);
    const { exitCode, verdicts } = await check(['--canary', path], run);
    expect(verdicts).toMatchObject({ canary, 'private-key': 'pass', 'client-secret': 'pass' });
    expect(exitCode).toBe(exit);
  });

  it('read the canary from standard input, and fail for a file that is not there', async () => {
    const { check } = await startChecks();
    const { verdicts } = await check(['--offline', '--canary', '-'], { stdin: CANARY });
    expect(verdicts['canary']).toBe('pass');
    const missing = await check(['--offline', '--canary', '/nowhere/canary.txt']);
    expect([missing.exitCode, missing.verdicts['canary']]).toEqual([3, 'fail ERR_FILE']);
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
    const run = await check(args, { env: { XDG_CONFIG_HOME: '/nowhere', HOME: '/nowhere' } });
    const skipped = CHECK_IDS.slice(1).map((id) => [id, 'skip']);
    expect(run.verdicts).toEqual({ credentials: `fail ${code}`, ...Object.fromEntries(skipped) });
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

describe('the usage of sgid check', () => {
  it.each([
    ['--only nothing', 'The checks are credentials, provider'],
    ['--only client-secert', 'Did you mean client-secret?'],
    ['--only=', 'unknown check ""'],
    ['--only jwks,', 'unknown check ""'],
    ['--only canary', '--only canary needs --canary'],
    ['--only scopes,jwks --offline', '--offline and --only jwks contradict each other'],
    ['--format xml', 'text, json, junit, github'],
    ['--http-timeout soon', '--http-timeout'],
    ['--canary=', '--canary is empty'],
    ['--out=', '--out is empty'],
    ['--client-secret x', '--client-secret'],
    ['extra', 'too many arguments'],
    ['--canary - --client-secret-file - --hostname http://localhost:1', 'standard input'],
    ['--client-secret-file - --private-key-file - --hostname http://localhost:1', 'standard input'],
  ])('is refused: %s', async (line, words) => {
    const { run, provider } = await startChecks();
    expectError(await run(line.split(' '), { stdin: 'x' }), 2, 'ERR_USAGE', words);
    expect(provider.requests).toEqual([]);
  });

  it('waits for nobody to type a canary', async () => {
    const { run } = await startChecks();
    expectError(await run(['--canary', '-'], { terminal: { stdinIsTerminal: true } }), 2, 'ERR_USAGE');
  });

  it('takes checks separated by commas, and again', async () => {
    const { verdicts } = await (await startChecks()).check(['--only', 'scopes, provider', '--only', 'jwks']);
    expect(Object.keys(verdicts)).toEqual(['provider', 'scopes', 'jwks']);
  });

  it('explains every check in its help', async () => {
    const { stdout } = await runSgid(['check', '--help']);
    for (const id of CHECK_IDS) expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`\\b${id}[,;.]`));
  });

  it('warns of files that others can read, and of nothing that a check says', async () => {
    const { run, provider } = await startChecks();
    const client = { id: 'x', secret: 'y-secret', hostname: provider.hostname };
    const path = await writeTemporaryFile('client.json', JSON.stringify(client), 0o644);
    const args = ['--offline', '--credentials', path, '--scope', 'openid myinfo.nmae'];
    const { stdout, stderr } = await run(args);
    expect(stderr.match(/warning:/g)).toHaveLength(1);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('other users can access it; run: chmod 600');
    expect(stdout).toContain('not in the catalogue: myinfo.nmae');
    expect((await run(['-q', ...args])).stderr).toBe('');
  });

  it.each<[string, string[], boolean, string]>([
    ['on a terminal', [], true, 'Checking the credentials ...\n'],
    ['with -q', ['-q'], true, ''],
    ['in a pipe', [], false, ''],
  ])('says at once that it began, and of Ctrl-C no more than that: %s', async (_name, args, is, began) => {
    const interruption = new AbortController();
    let said = '';
    let before: string | undefined;
    const jwks: Misbehaviour = () => {
      before ??= said;
      interruption.abort(new SgidError('ERR_INTERRUPTED', 'interrupted'));
      return hang();
    };
    const { run } = await startChecks({ provider: { jwks } });
    const onError = (text: string): void => {
      said += text;
    };
    const terminal = { stderrIsTerminal: is };
    const ended = await run(args, { signal: interruption.signal, terminal, onError });
    expect([ended.exitCode, ended.stdout, before, said]).toEqual([130, '', began, `${began}Interrupted.\n`]);
  });

  it('prints every request with --verbose, and no secret', async () => {
    const { run, env } = await startChecks();
    const { stderr } = await run(['-v']);
    expect(stderr.match(/^(?:GET|POST) http/gm)).toHaveLength(7);
    expect(stderr).not.toContain(env['SGID_CLIENT_SECRET']);
  });
});
