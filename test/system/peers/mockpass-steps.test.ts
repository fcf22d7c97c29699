import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockPass, startMockPass } from '../../helpers/mockpass.ts';
import { type EndedProcess, runInShell } from '../../helpers/sgid-process.ts';
import {
  FIVE_STEPS,
  INSPECTED,
  NO_FILES,
  OFFLINE,
  ONE_PIPE,
  STEP_FILES,
} from '../../helpers/step-scripts.ts';

describe('a MockPass answers a login step by step', () => {
  let mockpass: MockPass;
  beforeAll(async () => {
    mockpass = await startMockPass({ loginPage: false });
  });
  afterAll(() => mockpass.stop());

  function runSteps(script: string): Promise<EndedProcess> {
    return runInShell(script, {
      env: {
        NODE: process.execPath,
        SGID_HOSTNAME: mockpass.hostname,
        SGID_CLIENT_ID: 'any',
        SGID_CLIENT_SECRET: 'any',
        SGID_PRIVATE_KEY: mockpass.privateKey,
        SGID_REDIRECT_URI: 'http://localhost:5001/api/redirect',
        SGID_SCOPE: 'openid myinfo.name myinfo.date_of_birth',
      },
      files: STEP_FILES,
    });
  }

  it.each([
    ['in five steps', FIVE_STEPS],
    ['in one pipe', ONE_PIPE],
    ['without files', NO_FILES],
    ['with the reply decrypted offline', OFFLINE],
  ])('%s', async (_name, script) => {
    const { status, stdout, stderr } = await runSteps(script);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      sub: expect.stringMatching(/^u=[\da-f-]{36}$/),
      // An invented person of MockPass, under our names; the last comes asked for or not.
      data: {
        'myinfo.name': 'LIM YONG XIANG',
        'myinfo.date_of_birth': '1980-10-06',
        'myinfo.nric_number': 'S9812379B',
      },
    });
  });

  it('with the ID token inspected', async () => {
    const { status, stdout, stderr } = await runSteps(INSPECTED);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'id-token', header: { alg: 'RS256' } });
  });
});
