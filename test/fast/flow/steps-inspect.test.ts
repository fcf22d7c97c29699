import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { savedUserinfo, withHeader } from '../../helpers/saved-userinfo.ts';
import {
  assembleJws,
  HOSTNAME,
  idTokenClaims,
  NONCE,
  SUB,
  signIdToken,
  strangerKey,
} from '../../helpers/sign-id-token.ts';
import { startSteps } from '../../helpers/step-flow.ts';

/** Runs the step at the time of the tests, as the test client at the provider of the tests. */
function inspect(stdin: string, args: readonly string[] = [], options: RunOptions = {}): Promise<RunResult> {
  const env = { SGID_HOSTNAME: HOSTNAME, SGID_CLIENT_ID: TEST_CLIENT_ID };
  return runSgid(['inspect', ...args], { env, stdin, clock: createFakeClock(), ...options });
}

/** Each check and its verdict. */
function verdictsOf({ stdout }: RunResult): Readonly<Record<string, string>> {
  const { verdicts } = JSON.parse(stdout);
  return Object.fromEntries(verdicts.map(({ check, verdict }: Record<string, string>) => [check, verdict]));
}

const GOOD = {
  algorithm: 'pass',
  issuer: 'pass',
  audience: 'pass',
  subject: 'pass',
  expiry: 'pass',
  'issued-at': 'pass',
  nonce: 'skip',
  signature: 'skip',
};

describe('sgid inspect, of an ID token', () => {
  it('prints header, claims and verdicts', async () => {
    const result = await inspect(await signIdToken());
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const report = JSON.parse(result.stdout);
    expect(Object.keys(report)).toEqual(['kind', 'header', 'claims', 'verdicts']);
    expect(report).toMatchObject({ kind: 'id-token', header: { alg: 'RS256' }, claims: idTokenClaims() });
    expect(verdictsOf(result)).toEqual(GOOD);
    for (const verdict of report.verdicts) {
      expect(Object.keys(verdict)).toEqual(['check', 'verdict', 'evidence']);
      expect(verdict.evidence).not.toBe('');
    }
  });

  it.each<[string, (token: string) => string]>([
    ['with white space around it', (token) => `\n ${token}\r\n`],
    ['in quotes, as jq prints it', (token) => JSON.stringify(token)],
    ['as sgid callback prints it', (idToken) => JSON.stringify({ sub: 'x', idToken, claims: {} })],
    ['as a token endpoint gives it', (token) => JSON.stringify({ access_token: 'a', id_token: token })],
  ])('takes it %s', async (_name, wrap) => {
    expect(verdictsOf(await inspect(wrap(await signIdToken())))).toEqual(GOOD);
  });

  it('compares the nonce with the one that is given', async () => {
    const token = await signIdToken();
    expect(verdictsOf(await inspect(token, ['--nonce', NONCE]))).toMatchObject({ nonce: 'pass' });
    const wrong = await inspect(token, ['--nonce', 'wrong']);
    expect(verdictsOf(wrong)).toMatchObject({ nonce: 'fail' });
    expect([wrong.exitCode, errorCodeOf(wrong)]).toEqual([7, 'ERR_ID_TOKEN_NONCE']);
  });

  it('skips the audience of a client that is not known', async () => {
    const result = await inspect(await signIdToken({ aud: 'x' }), [], { env: { SGID_HOSTNAME: HOSTNAME } });
    expect(result.exitCode).toBe(0);
    expect(verdictsOf(result)).toEqual({ ...GOOD, audience: 'skip' });
  });

  it('prints all of it when a check fails, and ends with 7, as for one that has only expired', async () => {
    const expired = await inspect(await signIdToken({ exp: 1 }));
    expect([expired.exitCode, errorCodeOf(expired)]).toEqual([7, 'ERR_ID_TOKEN_EXPIRED']);
    const changes = { exp: 1, iss: 'https://elsewhere.test/v2', aud: 'CANARY' };
    const result = await inspect(await signIdToken(changes));
    expect(verdictsOf(result)).toEqual({ ...GOOD, issuer: 'fail', audience: 'fail', expiry: 'fail' });
    expect(result.exitCode).toBe(7);
    expect(errorCodeOf(result)).toBe('ERR_ID_TOKEN_ISSUER');
    expect(result.stderr).toContain('a login would reject it: issuer, audience, expiry failed');
    expect(result.stderr).not.toMatch(/CANARY|elsewhere/);
    expect(JSON.parse(result.stdout).verdicts).toContainEqual({
      check: 'expiry',
      verdict: 'fail',
      evidence: 'expired at 1970-01-01T00:00:01Z; it is 2026-01-15T08:00:00Z',
      code: 'ERR_ID_TOKEN_EXPIRED',
    });
  });

  it('spells what a terminal would obey as escapes', async () => {
    const { stdout } = await inspect(await signIdToken({ note: '\u001b[2J\u202e\u009b##[add-mask]' }));
    for (const control of ['\u001b', '\u202e', '\u009b', '##[']) expect(stdout).not.toContain(control);
    expect(JSON.parse(stdout).claims.note).toBe('\u001b[2J\u202e\u009b##[add-mask]');
  });

  it('sends nothing, and needs no settings', async () => {
    const { run, provider, obtainTokens } = await startSteps();
    const stdin = await obtainTokens();
    const before = provider.requests.length;
    expect(await run(['inspect'], { stdin })).toMatchObject({ exitCode: 0 });
    expect(provider.requests).toHaveLength(before);
    expect(await inspect(await signIdToken(), [], { env: {} })).toMatchObject({ exitCode: 7 });
  });
});

const OTHER_CLAIMS = Buffer.from('{"sub":"x"}').toString('base64url');
const NOTHING = () => Buffer.alloc(0);

describe('sgid inspect --verify', () => {
  it('checks the signature with the keys of the provider', async () => {
    const { run, provider, obtainTokens } = await startSteps();
    const stdin = await obtainTokens();
    const before = provider.countTo('jwks');
    const result = await run(['inspect', '--verify'], { stdin });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(verdictsOf(result)).toEqual({ ...GOOD, 'access-token-hash': 'pass', signature: 'pass' });
    expect(provider.countTo('jwks')).toBe(before + 1);
  });

  it.each<[string, (idToken: string) => string | Promise<string>, string]>([
    ['of a stranger', () => signIdToken({}, { key: strangerKey }), 'ERR_ID_TOKEN_SIGNATURE'],
    ['of another token', (token) => token.replace(/\..*\./, `.${OTHER_CLAIMS}.`), 'ERR_ID_TOKEN_SIGNATURE'],
    ['by nobody', () => assembleJws({ alg: 'none' }, idTokenClaims(), NOTHING), 'ERR_ID_TOKEN_ALGORITHM'],
  ])('fails one %s', async (_name, change, code) => {
    const { run, obtainTokens } = await startSteps();
    const { idToken } = JSON.parse(await obtainTokens());
    const result = await run(['inspect', '--verify'], { stdin: await change(idToken) });
    expect(result.exitCode).toBe(7);
    const { verdicts } = JSON.parse(result.stdout);
    expect(verdicts).toContainEqual(expect.objectContaining({ check: 'signature', verdict: 'fail', code }));
  });

  it('ends with 5 when the keys are not to be had', async () => {
    const { run } = await startSteps({ provider: { jwks: () => reply(404) } });
    const result = await run(['inspect', '--verify'], { stdin: await signIdToken() });
    expect(result).toMatchObject({ exitCode: 5, stdout: '' });
  });
});

describe('sgid inspect, of what is encrypted', () => {
  const saved = JSON.parse(savedUserinfo({ 'myinfo.name': 'CANARY' }));

  it('prints the header of a JWE, and needs neither settings nor key', async () => {
    for (const jwe of [saved.key, saved.data['myinfo.name']]) {
      const result = await inspect(jwe, [], { env: {} });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(result.stdout)).toMatchObject({ kind: 'jwe', header: { alg: expect.any(String) } });
      expect(verdictsOf(result)).toEqual({ algorithm: 'pass', encryption: 'pass' });
    }
  });

  it('prints the headers of a userinfo reply', async () => {
    const result = await inspect(JSON.stringify(saved));
    expect(JSON.parse(result.stdout)).toMatchObject({
      kind: 'userinfo',
      sub: SUB,
      key: { header: { alg: 'RSA-OAEP-256' } },
      data: { 'myinfo.name': { header: { alg: 'A128GCMKW' } } },
    });
    expect(verdictsOf(result)).toEqual({
      'key.algorithm': 'pass',
      'key.encryption': 'pass',
      'data.myinfo.name.algorithm': 'pass',
      'data.myinfo.name.encryption': 'pass',
    });
    expect(result.stdout).not.toContain('CANARY');
    const empty = await inspect(JSON.stringify({ sub: SUB }));
    expect(JSON.parse(empty.stdout)).toEqual({ kind: 'userinfo', sub: SUB, verdicts: [] });
  });

  it('fails an algorithm outside the allow-list, and ends with 8', async () => {
    const jwe = withHeader(saved.key, { alg: 'RSA1_5', enc: 'A128CBC' });
    const result = await inspect(jwe);
    expect(verdictsOf(result)).toEqual({ algorithm: 'fail', encryption: 'fail' });
    expect([result.exitCode, errorCodeOf(result)]).toEqual([8, 'ERR_JWE_ALGORITHM']);
    const reply = { ...saved, data: { 'myinfo.name': jwe, 'myinfo.sex': saved.key } };
    expect(verdictsOf(await inspect(JSON.stringify(reply)))).toMatchObject({
      'key.algorithm': 'pass',
      'data.myinfo.name.algorithm': 'fail',
      // Accepted for the payload key alone.
      'data.myinfo.sex.algorithm': 'fail',
    });
  });

  it('counts failures beyond ten', async () => {
    const fields = [...'abcdefghijkl'].map((name) => [name, saved.key]);
    const { stderr } = await inspect(JSON.stringify({ ...saved, data: Object.fromEntries(fields) }));
    expect(stderr).toContain('data.j.algorithm and 2 more failed');
  });

  it('says that --verify and --nonce do not count for it', async () => {
    const warning = expect.stringContaining('warning: --nonce and --verify count for an ID token only');
    const args = ['--verify', '--nonce', 'x'];
    expect(await inspect(saved.key, args)).toMatchObject({ exitCode: 0, stderr: warning });
  });
});
