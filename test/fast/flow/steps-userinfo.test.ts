import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Files, systemFiles } from '../../../src/system/files.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { hang, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { startSteps } from '../../helpers/step-flow.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const SCOPE = ['--scope', 'openid myinfo.name myinfo.vehicles'];

/** A `./.env` with these variables, and the machine's other files. */
function dotEnv(variables: Readonly<Record<string, string>>): Partial<Files> {
  const bytes = Buffer.from(
    Object.entries(variables)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(''),
  );
  return {
    readSecretFile: async (path, only) =>
      path === '.env' ? { bytes, readableByOthers: false } : systemFiles.readSecretFile(path, only),
  };
}

describe('sgid userinfo', () => {
  it('takes what sgid callback printed, and prints the data', async () => {
    const { run, obtainTokens } = await startSteps();
    const stdin = await obtainTokens(SCOPE);
    const { exitCode, stdout, stderr } = await run(['userinfo'], { stdin });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
    expect(JSON.parse(stdout)).toEqual({
      sub: JSON.parse(stdin).sub,
      data: {
        'myinfo.name': 'TAN WEI MING',
        'myinfo.vehicles': [{ vehicle_number: 'SAA0011A' }, { vehicle_number: 'FAA0011B' }],
      },
    });
  });

  it('needs the private key and nothing else of the client', async () => {
    const { run, obtainTokens } = await startSteps();
    const env = { SGID_CLIENT_ID: undefined, SGID_CLIENT_SECRET: undefined, SGID_REDIRECT_URI: undefined };
    expect(await run(['userinfo'], { stdin: await obtainTokens(), env })).toMatchObject({ exitCode: 0 });
    const result = await run(['userinfo'], {
      stdin: await obtainTokens(),
      env: { ...env, SGID_PRIVATE_KEY: undefined },
    });
    expect(result.stderr).toContain('missing: private key (');
    expect(result.stderr).not.toMatch(/client id|client secret|redirect URI/);
  });

  it('takes the same from the file of --token, and warns when others can read it', async () => {
    const { run, obtainTokens } = await startSteps();
    const path = await writeTemporaryFile('tokens.json', await obtainTokens(), 0o644);
    const warning = expect.stringContaining('run: chmod 600');
    expect(await run(['userinfo', '--token', path])).toMatchObject({ exitCode: 0, stderr: warning });
  });

  it('takes an access token alone, and says what cannot be compared', async () => {
    const { run, obtainTokens } = await startSteps();
    const { accessToken } = JSON.parse(await obtainTokens());
    const { exitCode, stdout, stderr } = await run(['userinfo', '--token', '-'], {
      stdin: `${accessToken}\n`,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(stderr).toBe('warning: the access token came alone: the subject is not compared with any\n');
  });

  it('prints no data for the scope openid alone', async () => {
    const { run, obtainTokens } = await startSteps();
    const { stdout } = await run(['userinfo'], { stdin: await obtainTokens(['--scope', 'openid']) });
    expect(JSON.parse(stdout).data).toEqual({});
  });

  it('prints as sgid login does', async () => {
    const { run, obtainTokens } = await startSteps();
    const stdin = await obtainTokens(SCOPE);
    const print = async (...args: string[]) => (await run(['userinfo', ...args], { stdin })).stdout;
    expect(await print('--field', 'myinfo.name')).toBe('TAN WEI MING\n');
    expect(await print('--format', 'env')).toContain("\nMYINFO_NAME='TAN WEI MING'\n");
    expect(JSON.parse(await print('--raw')).data['myinfo.vehicles']).toMatch(/^\[\{"vehicle_number"/);
    const path = join(await makeTemporaryFolder(), 'claims.json');
    expect(await print('--out', path)).toBe('');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8')).data).toHaveProperty(['myinfo.name']);
  });

  it('checks --expect last, and --field by what came', async () => {
    const { run, obtainTokens } = await startSteps();
    const stdin = await obtainTokens(SCOPE);
    const failed = await run(['userinfo', '--expect', 'myinfo.name~^LIM'], { stdin });
    expect(failed).toMatchObject({ exitCode: 9, stdout: expect.stringContaining('TAN WEI MING') });
    expect(errorCodeOf(failed)).toBe('ERR_EXPECTATION');
    expect(await run(['userinfo', '--expect', 'myinfo.name~^TAN'], { stdin })).toMatchObject({ exitCode: 0 });
    const absent = await run(['userinfo', '--field', 'myinfo.sex'], { stdin });
    expect(absent).toMatchObject({ exitCode: 9, stdout: '' });
    expect(errorCodeOf(absent)).toBe('ERR_CLAIM_ABSENT');
  });

  it.each([
    [['--field', 'sub', '--format', 'env'], '--field and --format contradict each other'],
    [['--expect', '=x'], '--expect takes <claim>'],
    [['--http-timeout', 'soon'], '--http-timeout takes a duration'],
    [['--private-key-file', '-'], 'the access token and --private-key-file cannot both read standard input'],
  ])('refuses %j before anything is sent', async (args, words) => {
    const { run, provider } = await startSteps();
    const stdin = JSON.stringify({ sub: 'x', accessToken: 'x' });
    const result = await run(['userinfo', ...args], { stdin });
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(provider.requests).toEqual([]);
  });
});

describe('sgid userinfo refuses', () => {
  it.each<[string, Misbehaviours, number, string]>([
    ['another person', { userinfo: changeJson((json) => ({ ...json, sub: 'u=x' })) }, 7, 'ERR_SUB_MISMATCH'],
    ['nobody', { userinfo: changeJson(({ sub, ...rest }) => rest) }, 7, 'ERR_SUB_MISMATCH'],
    ['data without a key', { userinfo: changeJson(({ key, ...rest }) => rest) }, 8, 'ERR_JWE_KEY_MISSING'],
    ['a broken key', { userinfo: changeJson((json) => ({ ...json, key: 'x' })) }, 8, 'ERR_JWE_INVALID'],
    ['an answer of 401', { userinfo: () => reply(401) }, 4, 'ERR_USERINFO_REFUSED'],
    ['an answer that never comes', { userinfo: hang }, 5, 'ERR_HTTP_TIMEOUT'],
    ['a redirect', { userinfo: () => reply(302, '', { location: '/x' }) }, 5, 'ERR_RESPONSE_REDIRECT'],
  ])('%s', async (_name, provider, exitCode, code) => {
    const { run, obtainTokens } = await startSteps({ provider });
    const result = await run(['userinfo', '--http-timeout', '0.3s'], { stdin: await obtainTokens() });
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(errorCodeOf(result)).toBe(code);
  });

  it('a subject that is not that of the callback', async () => {
    const { run, obtainTokens } = await startSteps();
    const stdin = JSON.stringify({ ...JSON.parse(await obtainTokens()), sub: 'u=another' });
    const result = await run(['userinfo'], { stdin });
    expect(result).toMatchObject({ exitCode: 7, stdout: '' });
    expect(errorCodeOf(result)).toBe('ERR_SUB_MISMATCH');
  });

  it('the subject of nobody for an access token alone', async () => {
    const provider = { userinfo: changeJson((json) => ({ ...json, sub: '' })) };
    const { run, obtainTokens } = await startSteps({ provider });
    const { accessToken } = JSON.parse(await obtainTokens());
    const result = await run(['userinfo', '--token', '-'], { stdin: accessToken });
    expect(errorCodeOf(result)).toBe('ERR_SUB_MISMATCH');
  });
});

describe('an access token goes to its own provider only', () => {
  it('which its issuer names', async () => {
    const { run, obtainTokens, provider } = await startSteps();
    const tokens = JSON.parse(await obtainTokens());
    const stdin = JSON.stringify({
      ...tokens,
      claims: { ...tokens.claims, iss: 'https://elsewhere.test/v2' },
    });
    const result = await run(['userinfo', '--hostname', provider.hostname], { stdin });
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(result)).toBe('ERR_PROVIDER_BINDING');
    expect(result.stderr).not.toContain('elsewhere.test');
    expect(provider.countTo('userinfo')).toBe(0);
  });

  it('and one alone not to a provider that ./.env names, unless that file is named', async () => {
    const { run, obtainTokens, provider, env } = await startSteps();
    const { accessToken: stdin } = JSON.parse(await obtainTokens());
    const { SGID_HOSTNAME = '', SGID_PRIVATE_KEY = '' } = env;
    const files = dotEnv({ SGID_HOSTNAME });
    const options = { stdin, files, env: { SGID_HOSTNAME: undefined } };
    const refused = await run(['userinfo', '--token', '-'], options);
    expect(errorCodeOf(refused)).toBe('ERR_PROVIDER_BINDING');
    expect(refused.stderr).toContain(`pass --hostname ${provider.hostname}`);
    expect(provider.countTo('userinfo')).toBe(0);

    const named = ['userinfo', '--token', '-', '--hostname', SGID_HOSTNAME];
    expect(await run(named, options)).toMatchObject({ exitCode: 0 });
    // A stranger can put a key of theirs beside it.
    const unset = { SGID_HOSTNAME: undefined, SGID_PRIVATE_KEY: undefined };
    const both = { files: dotEnv({ SGID_HOSTNAME, SGID_PRIVATE_KEY }), stdin, env: unset };
    expect(errorCodeOf(await run(['userinfo', '--token', '-'], both))).toBe('ERR_PROVIDER_BINDING');
    expect(await run(['userinfo', '--token', '-', '-e', '.env'], both)).toMatchObject({ exitCode: 0 });
  });
});
