import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultName, type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { decryptData } from '../../../src/sgid/userinfo.ts';

const SCRIPT = fileURLToPath(new URL('../../../examples/login.sh', import.meta.url));

let mock: RunningMockSgid;

beforeAll(async () => {
  mock = await startMockSgid();
});
beforeEach(() => mock.reset());
afterAll(() => mock.close());

interface ScriptRun {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script with the environment that `--env-file` would give it. */
function runScript(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ScriptRun> {
  const { clientId, clientSecret, redirectUri } = mock.client;
  const env = {
    PATH: process.env['PATH'],
    SGID_HOSTNAME: mock.hostname,
    SGID_CLIENT_ID: clientId,
    SGID_CLIENT_SECRET: clientSecret,
    SGID_REDIRECT_URI: redirectUri,
    ...environment,
  };
  return new Promise((resolve) => {
    execFile('sh', [SCRIPT, ...args], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error?.code ?? 0, stdout, stderr });
    });
  });
}

async function decryptUserinfo(text: string): Promise<Record<string, string>> {
  const { key, data } = JSON.parse(text);
  return decryptData({ key, fields: Object.entries<string>(data) }, createPrivateKey(mock.client.privateKey));
}

describe('examples/login.sh', () => {
  it('logs a persona in, with sh and curl alone', async () => {
    const { exitCode, stdout, stderr } = await runScript(['zoe', 'openid myinfo.name myinfo.sex']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(await decryptUserinfo(stdout)).toEqual({
      'myinfo.name': mock.personas.find((persona) => persona.id === 'zoe')?.name,
      'myinfo.sex': 'FEMALE',
    });
  });

  it('takes wei-ming and his name when it is told nothing', async () => {
    const { stdout } = await runScript([]);
    expect(await decryptUserinfo(stdout)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a redirect URI that is not registered',
      [],
      { SGID_REDIRECT_URI: 'http://localhost:1/x' },
      /no redirect/,
    ],
    ['a persona that does not exist', ['nobody'], {}, /no redirect/],
    ['a scope that does not exist', ['zoe', 'openid nothing'], {}, /invalid_scope/],
    ['a wrong secret', [], { SGID_CLIENT_SECRET: 'wrong "\\ one' }, /invalid_client/],
    ['no hostname', [], { SGID_HOSTNAME: '' }, /SGID_HOSTNAME/],
  ])('stops at %s', async (_what, args, environment, reason) => {
    expectFailure(await runScript(args, environment), reason);
  });

  it.each<[FaultName, RegExp]>([
    ['access-denied', /access_denied/],
    ['wrong-state', /another state/],
    ['no-callback', /no redirect/],
    ['invalid-grant', /invalid_grant/],
    ['userinfo-401', /401/],
  ])('stops at the fault %s', async (fault, reason) => {
    mock.queueFault(fault);
    expectFailure(await runScript([]), reason);
  });
});

function expectFailure({ exitCode, stdout, stderr }: ScriptRun, reason: RegExp): void {
  expect(exitCode).not.toBe(0);
  expect(stdout.trim()).toBe('');
  expect(stderr).toMatch(reason);
}
