import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../src/check/run-checks.ts';
import { readTextReport } from '../../helpers/check-reports.ts';
import { type MockPass, startMockPass } from '../../helpers/mockpass.ts';
import { type EndedProcess, runBuiltSgid } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';

describe('sgid check at a MockPass, which checks neither client nor redirect URI', () => {
  let mockpass: MockPass;
  beforeAll(async () => {
    mockpass = await startMockPass({ loginPage: false });
  });
  afterAll(() => mockpass.stop());

  async function runCheck(args: readonly string[], env = {}): Promise<EndedProcess> {
    return runBuiltSgid(['check', ...args], {
      env: {
        SGID_HOSTNAME: mockpass.hostname,
        SGID_CLIENT_ID: 'any',
        SGID_CLIENT_SECRET: 'any-secret',
        SGID_PRIVATE_KEY: mockpass.privateKey,
        SGID_REDIRECT_URI: `http://localhost:${await takePort()}/callback`,
        ...env,
      },
    });
  }

  it.each([
    ['right', {}],
    ['wrong, as far as anybody knows', { SGID_CLIENT_SECRET: 'another', SGID_CLIENT_ID: 'other' }],
  ])('cannot tell of credentials that are %s', async (_name, env) => {
    const { status, stdout } = await runCheck(['--format', 'json'], env);
    const { checks }: CheckReport = JSON.parse(stdout);
    for (const id of ['client-secret', 'redirect-uri-registered']) {
      expect(checks.find((check) => check.id === id)).toMatchObject({
        verdict: 'warn',
        evidence: expect.stringContaining('cannot tell'),
      });
    }
    expect(status).toBe(0);
  });

  it('says of the rest what is so: its discovery names endpoints with a double slash', async () => {
    const { stdout } = await runCheck([]);
    const verdicts = new Map(readTextReport(stdout));
    expect(Object.fromEntries(verdicts)).toMatchObject({
      credentials: 'pass',
      'private-key': 'pass',
      jwks: 'pass',
      discovery: 'warn',
    });
  });
});
