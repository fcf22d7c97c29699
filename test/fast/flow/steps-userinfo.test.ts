import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { type Files, systemFiles } from '../../../src/system/files.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { errorCodeOf } from '../../helpers/fake-platform.ts';
import { holdTime, outlast } from '../../helpers/held-time.ts';
import { type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { startSteps, startUserinfo } from '../../helpers/step-flow.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const VEHICLES = ['--scope', 'openid myinfo.name myinfo.vehicles'];
const ALONE = ['--token', '-'];

/** A `./.env` with these variables, and the machine's other files. */
function dotEnv(variables: Readonly<Record<string, string>>): Partial<Files> {
  const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`);
  const file = { bytes: Buffer.from(lines.join('')), readableByOthers: false };
  return {
    readSecretFile: async (path, only) => (path === '.env' ? file : systemFiles.readSecretFile(path, only)),
  };
}

describe('sgid userinfo', () => {
  it('takes what sgid callback printed, and prints the data', async () => {
    const { userinfo, tokens } = await startUserinfo({}, VEHICLES);
    const { exitCode, stdout, stderr } = await userinfo();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
    const vehicles = [{ vehicle_number: 'SAA0011A' }, { vehicle_number: 'FAA0011B' }];
    const data = { 'myinfo.name': 'TAN WEI MING', 'myinfo.vehicles': vehicles };
    expect(JSON.parse(stdout)).toEqual({ sub: tokens.sub, data });
  });

  it('needs the private key and nothing else of the client', async () => {
    const { userinfo } = await startUserinfo();
    const env = { SGID_CLIENT_ID: undefined, SGID_CLIENT_SECRET: undefined, SGID_REDIRECT_URI: undefined };
    expect(await userinfo([], { env })).toMatchObject({ exitCode: 0 });
    const result = await userinfo([], { env: { ...env, SGID_PRIVATE_KEY: undefined } });
    expectError(result, 3, 'ERR_MISSING_CREDENTIALS', 'missing:\n    private key (');
    expect(result.stderr).not.toMatch(/client id|client secret|redirect URI/);
  });

  it('takes the same from the file of --token, and warns when others can read it', async () => {
    const { run, tokens } = await startUserinfo();
    const path = await writeTemporaryFile('tokens.json', JSON.stringify(tokens), 0o644);
    const warning = expect.stringContaining('run: chmod 600');
    expect(await run(['userinfo', '--token', path])).toMatchObject({ exitCode: 0, stderr: warning });
  });

  it('takes an access token alone, and says what cannot be compared', async () => {
    const { userinfo, tokens } = await startUserinfo();
    const { exitCode, stdout, stderr } = await userinfo(ALONE, { stdin: `${tokens.accessToken}\n` });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(stderr).toBe('warning: the access token came alone: the subject is not compared with any\n');
  });

  it('prints no data for the scope openid alone', async () => {
    const { userinfo } = await startUserinfo({}, ['--scope', 'openid']);
    expect(JSON.parse((await userinfo()).stdout).data).toEqual({});
  });

  it('prints as sgid login does', async () => {
    const { userinfo } = await startUserinfo({}, VEHICLES);
    const print = async (...args: string[]) => (await userinfo(args)).stdout;
    expect(await print('--field', 'myinfo.name')).toBe('TAN WEI MING\n');
    expect(await print('--format', 'env')).toContain("\nMYINFO_NAME='TAN WEI MING'\n");
    expect(JSON.parse(await print('--raw')).data['myinfo.vehicles']).toMatch(/^\[\{"vehicle_number"/);
    const path = join(await makeTemporaryFolder(), 'claims.json');
    expect(await print('--out', path)).toBe('');
    expect(JSON.parse(await readFile(path, 'utf8')).data).toHaveProperty(['myinfo.name']);
  });

  it('checks --expect last, and --field by what came', async () => {
    const { userinfo } = await startUserinfo();
    const failed = await userinfo(['--expect', 'myinfo.name~^LIM']);
    expect(failed).toMatchObject({ exitCode: 9, stdout: expect.stringContaining('TAN WEI MING') });
    expect(errorCodeOf(failed)).toBe('ERR_EXPECTATION');
    expect(await userinfo(['--expect', 'myinfo.name~^TAN'])).toMatchObject({ exitCode: 0 });
    expectError(await userinfo(['--field', 'myinfo.sex']), 9, 'ERR_CLAIM_ABSENT');
  });

  it.each([
    ['--field sub --format env', '--field and --format contradict each other'],
    ['--expect =x', '--expect takes <claim>'],
    ['--http-timeout soon', '--http-timeout takes a duration'],
    ['--private-key-file -', 'the access token and --private-key-file cannot both read standard input'],
  ])('refuses %s before anything is sent', async (line, words) => {
    const { run, provider } = await startSteps();
    const stdin = JSON.stringify({ sub: 'x', accessToken: 'x' });
    expectError(await run(['userinfo', ...line.split(' ')], { stdin }), 2, 'ERR_USAGE', words);
    expect(provider.requests).toEqual([]);
  });
});

describe('sgid userinfo refuses', () => {
  const otherSub = (sub: string) => ({ userinfo: changeJson((json) => ({ ...json, sub })) });

  type Input = (tokens: { readonly accessToken: string }) => string;
  const changed: Input = (tokens) => JSON.stringify({ ...tokens, sub: 'u=x' });
  const alone: Input = ({ accessToken }) => accessToken;

  it.each<[string, Misbehaviours, number, SgidErrorCode, Input?]>([
    ['another person', otherSub('u=x'), 7, 'ERR_SUB_MISMATCH'],
    ['another than that of the callback', {}, 7, 'ERR_SUB_MISMATCH', changed],
    ['nobody for an access token alone', otherSub(''), 7, 'ERR_SUB_MISMATCH', alone],
    ['nobody', { userinfo: changeJson(({ sub, ...rest }) => rest) }, 7, 'ERR_SUB_MISMATCH'],
    ['data without a key', { userinfo: changeJson(({ key, ...rest }) => rest) }, 8, 'ERR_JWE_KEY_MISSING'],
    ['a broken key', { userinfo: changeJson((json) => ({ ...json, key: 'x' })) }, 8, 'ERR_JWE_INVALID'],
    ['an answer of 401', { userinfo: () => reply(401) }, 4, 'ERR_USERINFO_REFUSED'],
    ['an answer that never comes', { userinfo: outlast }, 5, 'ERR_HTTP_TIMEOUT'],
    ['a redirect', { userinfo: () => reply(302, '', { location: '/x' }) }, 5, 'ERR_RESPONSE_REDIRECT'],
  ])('%s', async (_name, provider, exitCode, code, inputOf = JSON.stringify) => {
    holdTime();
    const { userinfo, tokens } = await startUserinfo({ provider });
    expectError(await userinfo(ALONE, { stdin: inputOf(tokens) }), exitCode, code);
  });
});

describe('an access token goes to its own provider only', () => {
  it('which its issuer names', async () => {
    const { userinfo, tokens, provider } = await startUserinfo();
    const claims = { ...tokens.claims, iss: 'https://elsewhere.test/v2' };
    const stdin = JSON.stringify({ ...tokens, claims });
    const result = await userinfo(['--hostname', provider.hostname], { stdin });
    expectError(result, 3, 'ERR_PROVIDER_BINDING');
    expect(result.stderr).not.toContain('elsewhere.test');
    expect(provider.countTo('userinfo')).toBe(0);
  });

  it('and one alone not to a provider that ./.env names, unless that file is named', async () => {
    const { userinfo, tokens, provider, env } = await startUserinfo();
    const { SGID_HOSTNAME = '', SGID_PRIVATE_KEY = '' } = env;
    const stdin = tokens.accessToken;
    const hostname = { stdin, files: dotEnv({ SGID_HOSTNAME }), env: { SGID_HOSTNAME: undefined } };
    const refused = await userinfo(ALONE, hostname);
    expectError(refused, 3, 'ERR_PROVIDER_BINDING', `pass --hostname ${provider.hostname}`);
    expect(provider.countTo('userinfo')).toBe(0);
    // -e "$NOT_SET" names none.
    expectError(await userinfo([...ALONE, '-e', ''], hostname), 3, 'ERR_PROVIDER_BINDING');
    const named = await userinfo([...ALONE, '--hostname', SGID_HOSTNAME], hostname);
    expect(named).toMatchObject({ exitCode: 0 });
    // A stranger can put a key of theirs beside it.
    const unset = { SGID_HOSTNAME: undefined, SGID_PRIVATE_KEY: undefined };
    const both = { stdin, files: dotEnv({ SGID_HOSTNAME, SGID_PRIVATE_KEY }), env: unset };
    expectError(await userinfo(ALONE, both), 3, 'ERR_PROVIDER_BINDING');
    expect(await userinfo([...ALONE, '-e', '.env'], both)).toMatchObject({ exitCode: 0 });
  });
});
