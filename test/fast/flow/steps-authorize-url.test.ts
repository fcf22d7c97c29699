import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateCodeChallenge } from '../../../src/oidc/pkce.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { REDIRECT_URI, startSteps } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** All that the step needs: an invented client. */
const ENV = { SGID_CLIENT_ID: 'TEST-1a2b3c4d', SGID_REDIRECT_URI: REDIRECT_URI };
const CHALLENGE = 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk';

function authorize(args: readonly string[] = [], env: Readonly<Record<string, string>> = ENV) {
  return runSgid(['authorize-url', ...args], { env, clock: createFakeClock() });
}

describe('sgid authorize-url', () => {
  it('prints a transaction', async () => {
    const { exitCode, stdout, stderr } = await authorize();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const transaction = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(transaction, null, 2)}\n`);
    expect(Object.keys(transaction)).toEqual([
      ...['url', 'state', 'nonce', 'codeVerifier', 'codeChallenge', 'redirectUri', 'scope'],
      ...['clientId', 'hostname', 'createdAt'],
    ]);
    expect(transaction).toMatchObject({
      redirectUri: REDIRECT_URI,
      scope: 'openid myinfo.name',
      clientId: 'TEST-1a2b3c4d',
      hostname: 'https://api.id.gov.sg',
      createdAt: '2026-01-15T08:00:00.000Z',
    });
    for (const name of ['state', 'nonce']) expect(transaction[name]).toMatch(/^[\w-]{43}$/);
    expect(transaction.codeChallenge).toBe(generateCodeChallenge(transaction.codeVerifier));
  });

  it('puts all of it into the URL, but never the verifier', async () => {
    const { url, codeVerifier, ...transaction } = JSON.parse((await authorize()).stdout);
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://api.id.gov.sg/v2/oauth/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: transaction.clientId,
      redirect_uri: transaction.redirectUri,
      scope: transaction.scope,
      code_challenge: transaction.codeChallenge,
      code_challenge_method: 'S256',
      state: transaction.state,
      nonce: transaction.nonce,
    });
    expect(url).not.toContain(codeVerifier);
  });

  it('makes state, nonce and verifier anew each time', async () => {
    const [one, other] = await Promise.all([authorize(), authorize()]);
    for (const name of ['state', 'nonce', 'codeVerifier'])
      expect(JSON.parse(one.stdout)[name]).not.toBe(JSON.parse(other.stdout)[name]);
  });

  it('takes state, nonce, scope and redirect URI from the command line, a leading dash included', async () => {
    const redirectUri = 'http://localhost:1/x';
    const given = { state: '-my-state', nonce: '--nonce', scope: 'openid myinfo.sex', redirectUri };
    const { stdout } = await authorize([
      ...['--state', given.state, '--nonce', given.nonce],
      ...['--scope', given.scope, '--redirect-uri', given.redirectUri],
    ]);
    expect(JSON.parse(stdout)).toMatchObject(given);
  });

  it('leaves the verifier out when the challenge is given', async () => {
    const transaction = JSON.parse((await authorize(['--code-challenge', CHALLENGE])).stdout);
    expect(transaction.codeChallenge).toBe(CHALLENGE);
    expect(transaction).not.toHaveProperty('codeVerifier');
    expect(new URL(transaction.url).searchParams.get('code_challenge')).toBe(CHALLENGE);
  });

  it('needs no secret, reads none, and touches no network', async () => {
    const { provider, run } = await startSteps();
    const { exitCode } = await run(['authorize-url'], {
      env: {
        SGID_CLIENT_SECRET: undefined,
        SGID_PRIVATE_KEY: undefined,
        SGID_CLIENT_SECRET_FILE: '/nonexistent/secret.txt',
        SGID_PRIVATE_KEY_PATH: '/nonexistent/key.pem',
      },
    });
    expect(exitCode).toBe(0);
    expect(provider.requests).toEqual([]);
  });

  it('misses nothing but what it needs', async () => {
    const run = await authorize([], {});
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('missing: client id (--client-id, SGID_CLIENT_ID); redirect URI (');
    expect(run.stderr).not.toContain('SECRET');
    expect(errorCodeOf(run)).toBe('ERR_MISSING_CREDENTIALS');
  });

  it('warns of an unknown scope, and asks for it all the same', async () => {
    const { exitCode, stdout, stderr } = await authorize(['-s', 'openid myinfo.nam']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'warning: the scope myinfo.nam is not in the catalogue; did you mean myinfo.name?',
    );
    expect(JSON.parse(stdout).scope).toBe('openid myinfo.nam');
  });

  it.each([
    [['--code-challenge', `${CHALLENGE}A`], '--code-challenge is not an S256 challenge'],
    [['--code-challenge', `${CHALLENGE.slice(1)}=`], '--code-challenge is not an S256 challenge'],
  ])('refuses %j', async (args, words) => {
    const run = await authorize(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(words) });
  });

  it.each([
    [['--scope', 'myinfo.name'], 'ERR_SCOPE'],
    [['--redirect-uri', 'localhost/x'], 'ERR_REDIRECT_URI'],
    [['--hostname', 'https://provider.test/'], 'ERR_HOSTNAME'],
    [['--hostname', 'http://provider.test'], 'ERR_HOSTNAME'],
  ])('refuses %j with %s', async (args, code) => {
    const run = await authorize(args);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
  });

  it('writes to --out with mode 0600, and then nothing to standard output', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'transaction.json');
    expect(await authorize(['--out', path])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ clientId: 'TEST-1a2b3c4d' });
    const refused = await authorize(['--out', join(folder, 'nowhere', 'x.json')]);
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(refused)).toBe('ERR_OUTPUT');
  });
});
