import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
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

function read(run: RunResult) {
  const report = JSON.parse(run.stdout);
  const entries = report.verdicts.map(({ check, verdict }: Record<string, string>) => [check, verdict]);
  const verdicts: Readonly<Record<string, string>> = Object.fromEntries(entries);
  return { ...run, report, verdicts };
}

/** Runs the step at the time of the tests, as the test client at the provider of the tests. */
async function inspect(stdin: string, args: readonly string[] = [], options: RunOptions = {}) {
  const env = { SGID_HOSTNAME: HOSTNAME, SGID_CLIENT_ID: TEST_CLIENT_ID };
  return read(await runSgid(['inspect', ...args], { env, stdin, clock: createFakeClock(), ...options }));
}

const PASSED = { algorithm: 'pass', issuer: 'pass', audience: 'pass', subject: 'pass', expiry: 'pass' };
const GOOD = { ...PASSED, 'issued-at': 'pass', nonce: 'skip', signature: 'skip' };

describe('sgid inspect, of an ID token', () => {
  it('prints header, claims and verdicts', async () => {
    const { exitCode, stderr, report, verdicts } = await inspect(await signIdToken());
    expect({ exitCode, stderr, verdicts }).toEqual({ exitCode: 0, stderr: '', verdicts: GOOD });
    expect(Object.keys(report)).toEqual(['kind', 'header', 'claims', 'verdicts']);
    expect(report).toMatchObject({ kind: 'id-token', header: { alg: 'RS256' }, claims: idTokenClaims() });
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
    expect((await inspect(wrap(await signIdToken()))).verdicts).toEqual(GOOD);
  });

  it('compares the nonce with the one that is given', async () => {
    const token = await signIdToken();
    expect((await inspect(token, ['--nonce', NONCE])).verdicts).toMatchObject({ nonce: 'pass' });
    const stderr = 'warning: a login would reject it: nonce failed\n';
    const wrong = { exitCode: 0, stderr, verdicts: { nonce: 'fail' } };
    expect(await inspect(token, ['--nonce', 'wrong'])).toMatchObject(wrong);
  });

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['client', { SGID_HOSTNAME: HOSTNAME }, { ...GOOD, audience: 'skip' }],
    ['provider', { SGID_CLIENT_ID: 'x' }, { ...GOOD, issuer: 'skip' }],
    ['client and no provider', {}, { ...GOOD, issuer: 'skip', audience: 'skip' }],
  ])('compares with no %s that nobody gave', async (_name, env, expected) => {
    const { exitCode, stderr, verdicts } = await inspect(await signIdToken({ aud: 'x' }), [], { env });
    expect({ exitCode, stderr, verdicts }).toEqual({ exitCode: 0, stderr: '', verdicts: expected });
  });

  it('warns of what fails, with the exit code 0, as of one that has only expired', async () => {
    const expired = { exitCode: 0, stderr: expect.stringContaining('reject it: expiry failed') };
    expect(await inspect(await signIdToken({ exp: 1 }))).toMatchObject(expired);
    const changes = { exp: 1, iss: 'https://elsewhere.test/v2', aud: 'CANARY' };
    const run = await inspect(await signIdToken(changes));
    expect(run.exitCode).toBe(0);
    expect(run.verdicts).toEqual({ ...GOOD, issuer: 'fail', audience: 'fail', expiry: 'fail' });
    expect(run.stderr).toContain('a login would reject it: issuer, audience, expiry failed');
    expect(run.stderr).not.toMatch(/CANARY|elsewhere/);
    const evidence = 'expired at 1970-01-01T00:00:01Z; it is 2026-01-15T08:00:00Z';
    const verdict = { check: 'expiry', verdict: 'fail', evidence, code: 'ERR_ID_TOKEN_EXPIRED' };
    expect(run.report.verdicts).toContainEqual(verdict);
  });

  it('names a check as the trace of a login does: critical extensions are a matter of form', async () => {
    const token = assembleJws({ alg: 'RS256', crit: ['x'] }, idTokenClaims(), () => Buffer.from('x'));
    const { algorithm: _, ...others } = GOOD;
    expect((await inspect(token)).verdicts).toEqual({ form: 'fail', ...others });
  });

  it('spells what a terminal would obey as escapes', async () => {
    const note = '\u001b[2J\u202e\u009b##[add-mask]';
    const { stdout, report } = await inspect(await signIdToken({ note }));
    for (const control of ['\u001b', '\u202e', '\u009b', '##[']) expect(stdout).not.toContain(control);
    expect(report.claims.note).toBe(note);
  });

  it('sends nothing, and needs no settings', async () => {
    const { run, provider, obtainTokens } = await startSteps();
    const stdin = await obtainTokens();
    const before = provider.requests.length;
    expect(await run(['inspect'], { stdin })).toMatchObject({ exitCode: 0 });
    expect(provider.requests).toHaveLength(before);
  });
});

const OTHER_CLAIMS = Buffer.from('{"sub":"x"}').toString('base64url');
const NOTHING = () => Buffer.alloc(0);

describe('sgid inspect --verify', () => {
  it('checks the signature with the keys of the provider', async () => {
    const { run, provider, obtainTokens } = await startSteps();
    const stdin = await obtainTokens();
    const before = provider.countTo('jwks');
    const { exitCode, stderr, verdicts } = read(await run(['inspect', '--verify'], { stdin }));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(verdicts).toEqual({ ...GOOD, 'access-token-hash': 'pass', signature: 'pass' });
    expect(provider.countTo('jwks')).toBe(before + 1);
  });

  it.each<[string, (idToken: string) => string | Promise<string>, SgidErrorCode]>([
    ['of a stranger', () => signIdToken({}, { key: strangerKey }), 'ERR_ID_TOKEN_SIGNATURE'],
    ['of another token', (token) => token.replace(/\..*\./, `.${OTHER_CLAIMS}.`), 'ERR_ID_TOKEN_SIGNATURE'],
    ['by nobody', () => assembleJws({ alg: 'none' }, idTokenClaims(), NOTHING), 'ERR_ID_TOKEN_ALGORITHM'],
  ])('fails one %s', async (_name, change, code) => {
    const { run, obtainTokens } = await startSteps();
    const { idToken } = JSON.parse(await obtainTokens());
    const { exitCode, report } = read(await run(['inspect', '--verify'], { stdin: await change(idToken) }));
    expect(exitCode).toBe(7);
    const verdict = { check: 'signature', verdict: 'fail', code };
    expect(report.verdicts).toContainEqual(expect.objectContaining(verdict));
  });

  it.each<[string, readonly string[], RunOptions, SgidErrorCode]>([
    ['for another client', ['--client-id', 'another'], {}, 'ERR_ID_TOKEN_AUDIENCE'],
    ['with another nonce', ['--nonce', 'another'], {}, 'ERR_ID_TOKEN_NONCE'],
    ['from the future', [], { clock: createFakeClock(0) }, 'ERR_ID_TOKEN_ISSUED_AT'],
  ])('fails one %s, whose signature is good', async (_name, args, options, code) => {
    const { run, obtainTokens } = await startSteps();
    const stdin = await obtainTokens();
    const result = read(await run(['inspect', '--verify', ...args], { stdin, ...options }));
    expect(result).toMatchObject({ exitCode: 7, code, verdicts: { signature: 'pass' } });
  });

  it('compares with the real sgID where no other is named', async () => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    const run = await inspect(await signIdToken(), ['--verify'], { env });
    expect(run).toMatchObject({ exitCode: 5, code: 'ERR_NETWORK', verdicts: { issuer: 'fail' } });
  });

  it('prints header and claims when the keys are not to be had, and ends with 5', async () => {
    const { run } = await startSteps({ provider: { jwks: () => reply(404) } });
    const result = read(await run(['inspect', '--verify'], { stdin: await signIdToken() }));
    expect(result).toMatchObject({
      exitCode: 5,
      code: 'ERR_RESPONSE_INVALID',
      report: { claims: { sub: SUB } },
    });
    expect(result.verdicts).toMatchObject({ subject: 'pass', signature: 'skip' });
  });
});

describe('sgid inspect, of what is encrypted', () => {
  const saved = JSON.parse(savedUserinfo({ 'myinfo.name': 'CANARY' }));

  it.each([saved.key, saved.data['myinfo.name']])(
    'prints the header of a JWE, and needs neither settings nor key: #%#',
    async (jwe) => {
      const { exitCode, stderr, report, verdicts } = await inspect(jwe, [], { env: {} });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(report).toMatchObject({ kind: 'jwe', header: { alg: expect.any(String) } });
      expect(verdicts).toEqual({ algorithm: 'pass', encryption: 'pass' });
    },
  );

  it('prints the headers of a userinfo reply', async () => {
    const { stdout, report, verdicts } = await inspect(JSON.stringify(saved));
    expect(report).toMatchObject({
      kind: 'userinfo',
      sub: SUB,
      key: { header: { alg: 'RSA-OAEP-256' } },
      data: { 'myinfo.name': { header: { alg: 'A128GCMKW' } } },
    });
    expect(verdicts).toEqual({
      'key.algorithm': 'pass',
      'key.encryption': 'pass',
      'data.myinfo.name.algorithm': 'pass',
      'data.myinfo.name.encryption': 'pass',
    });
    expect(stdout).not.toContain('CANARY');
    const empty = await inspect(JSON.stringify({ sub: SUB }));
    expect(empty.report).toEqual({ kind: 'userinfo', sub: SUB, verdicts: [] });
  });

  it('fails an algorithm outside the allow-list, and with --verify ends with 8', async () => {
    const jwe = withHeader(saved.key, { alg: 'RSA1_5', enc: 'A128CBC' });
    const verdicts = { algorithm: 'fail', encryption: 'fail' };
    expect(await inspect(jwe)).toMatchObject({ exitCode: 0, verdicts });
    expect(await inspect(jwe, ['--verify'])).toMatchObject({
      exitCode: 8,
      code: 'ERR_JWE_ALGORITHM',
      verdicts,
    });
    const data = { 'myinfo.name': jwe, 'myinfo.sex': saved.key };
    expect((await inspect(JSON.stringify({ ...saved, data }))).verdicts).toMatchObject({
      'key.algorithm': 'pass',
      'data.myinfo.name.algorithm': 'fail',
      // Accepted for the payload key alone.
      'data.myinfo.sex.algorithm': 'fail',
    });
  });

  const GOOD_HEADER = { alg: 'RSA-OAEP-256', enc: 'A128GCM' };
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a critical extension', { ...GOOD_HEADER, crit: ['exp'], exp: 1 }, 'extensions ERR_JWE_ALGORITHM'],
    ['compression', { ...GOOD_HEADER, zip: 'DEF' }, 'extensions ERR_JWE_ALGORITHM'],
    ['another encryption', { ...GOOD_HEADER, enc: 'A128CTR' }, 'encryption ERR_JWE_ALGORITHM'],
    ['no algorithm', { enc: 'A128GCM' }, 'algorithm ERR_JWE_INVALID'],
    ['an algorithm in a list', { ...GOOD_HEADER, alg: ['RSA-OAEP'] }, 'algorithm ERR_JWE_INVALID'],
  ])('fails %s, as sgid decrypt does', async (_name, header, expected) => {
    const stdin = JSON.stringify({ ...saved, key: withHeader(saved.key, header) });
    const { report, exitCode, code } = await inspect(stdin, ['--verify']);
    const failures = report.verdicts.filter(({ verdict }: Record<string, string>) => verdict === 'fail');
    expect(failures.map((found: Record<string, string>) => `${found['check']} ${found['code']}`)).toEqual([
      `key.${expected}`,
    ]);
    const env = { SGID_PRIVATE_KEY: TEST_PRIVATE_KEY };
    expect(await runSgid(['decrypt'], { env, stdin })).toMatchObject({ exitCode, code });
  });

  it('counts failures beyond ten', async () => {
    const data = Object.fromEntries([...'abcdefghijkl'].map((name) => [name, saved.key]));
    const { stderr } = await inspect(JSON.stringify({ ...saved, data }));
    expect(stderr).toContain('data.j.algorithm and 2 more failed');
  });

  it('says that it has neither signature nor nonce', async () => {
    const warning = 'warning: only an ID token has a nonce and a signature to compare\n';
    const run = await inspect(saved.key, ['--verify', '--nonce', 'x']);
    expect(run).toMatchObject({ exitCode: 0, stderr: warning });
  });
});
