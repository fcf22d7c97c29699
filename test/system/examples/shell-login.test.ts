import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultName, type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { decryptUserinfo } from '../../../src/sgid/userinfo.ts';
import { type EndedProcess, runBuiltSgid, runCommand } from '../../helpers/sgid-process.ts';

const SCRIPT = fileURLToPath(new URL('../../../examples/login.sh', import.meta.url));

let mock: RunningMockSgid;

beforeAll(async () => {
  mock = await startMockSgid();
});
beforeEach(() => mock.reset());
afterAll(() => mock.close());

/** Runs the script with the environment that `--env-file` would give it. */
function runScript(args: readonly string[], changes = {}): Promise<EndedProcess> {
  const { clientId, clientSecret, redirectUri } = mock.client;
  const env = {
    SGID_HOSTNAME: mock.hostname,
    SGID_CLIENT_ID: clientId,
    SGID_CLIENT_SECRET: clientSecret,
    SGID_REDIRECT_URI: redirectUri,
    ...changes,
  };
  return runCommand(['sh', SCRIPT, ...args], { env });
}

function decrypt(text: string): Record<string, string> {
  const { sub, key, data } = JSON.parse(text);
  const reply = { sub, encrypted: { key, fields: Object.entries<string>(data) } };
  return decryptUserinfo(reply, createPrivateKey(mock.client.privateKey)).data;
}

describe('examples/login.sh', () => {
  it('logs a persona in, with sh and curl alone', async () => {
    const { status, stdout, stderr } = await runScript(['zoe', 'openid myinfo.name myinfo.sex']);
    expect([status, stderr]).toEqual([0, '']);
    expect(decrypt(stdout)).toEqual({
      'myinfo.name': mock.personas.find((persona) => persona.id === 'zoe')?.name,
      'myinfo.sex': 'FEMALE',
    });
  });

  it('prints what "sgid decrypt" opens', async () => {
    const { stdout: stdin } = await runScript(['zoe']);
    const env = { SGID_PRIVATE_KEY: mock.client.privateKey };
    const { stdout } = await runBuiltSgid(['decrypt', '--field', 'myinfo.name'], { stdin, env });
    expect(stdout.trim()).toBe(mock.personas.find(({ id }) => id === 'zoe')?.name);
  });

  it('takes wei-ming and his name when it is told nothing', async () => {
    const { stdout } = await runScript([]);
    expect(decrypt(stdout)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  const elsewhere = { SGID_REDIRECT_URI: 'http://localhost:1/x' };

  it.each<[string, string, { args?: string[]; env?: object; fault?: FaultName }]>([
    ['a redirect URI that is not registered', 'no redirect', { env: elsewhere }],
    ['a persona that does not exist', 'no redirect', { args: ['nobody'] }],
    ['a scope that does not exist', 'invalid_scope', { args: ['zoe', 'openid nothing'] }],
    ['a wrong secret', 'invalid_client', { env: { SGID_CLIENT_SECRET: 'wrong "\\ one' } }],
    ['no hostname', 'SGID_HOSTNAME', { env: { SGID_HOSTNAME: '' } }],
    ['a refusal', 'access_denied', { fault: 'access-denied' }],
    ['another state', 'another state', { fault: 'wrong-state' }],
    ['no callback', 'no redirect', { fault: 'no-callback' }],
    ['a refused code', 'invalid_grant', { fault: 'invalid-grant' }],
    ['a refused access token', '401', { fault: 'userinfo-401' }],
  ])('stops at %s: %s', async (_what, reason, { args = [], env, fault }) => {
    if (fault) mock.queueFault(fault);
    const { status, stdout, stderr } = await runScript(args, env);
    expect(status).not.toBe(0);
    expect(stdout.trim()).toBe('');
    expect(stderr).toContain(reason);
  });
});
