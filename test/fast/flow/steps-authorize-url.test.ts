import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { generateCodeChallenge } from '../../../src/oidc/pkce.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { REDIRECT_URI, startSteps } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const ENV = { SGID_CLIENT_ID: 'TEST-1a2b3c4d', SGID_REDIRECT_URI: REDIRECT_URI };
const CHALLENGE = 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk';

function authorize(args: readonly string[] = [], env: Readonly<Record<string, string>> = ENV) {
  return runSgid(['authorize-url', ...args], { env, clock: createFakeClock() });
}

describe('sgid pkce', () => {
  it('prints a pair that belongs together, another one each time', async () => {
    const [one, other] = [await runSgid(['pkce']), await runSgid(['pkce'])];
    const pair = JSON.parse(one.stdout);
    expect(one).toEqual({ exitCode: 0, stdout: `${JSON.stringify(pair, null, 2)}\n`, stderr: '' });
    const { codeVerifier } = pair;
    expect(codeVerifier).toMatch(/^[\w-]{43}$/);
    const codeChallenge = generateCodeChallenge(codeVerifier);
    expect(Object.entries(pair)).toEqual(
      Object.entries({ codeVerifier, codeChallenge, codeChallengeMethod: 'S256' }),
    );
    expect(one.stdout).not.toBe(other.stdout);
  });

  it.each([43, 44, 64, 127, 128])('makes a verifier of %i characters', async (length) => {
    const { stdout } = await runSgid(['pkce', '--length', String(length)]);
    expect(JSON.parse(stdout).codeVerifier).toMatch(new RegExp(`^[\\w-]{${length}}$`));
  });

  it.each(['42', '129', '0', '-43', '4e1', '43.5', ' 43', '0x30', '043x', 'many', '9'.repeat(400)])(
    'refuses a length of %j',
    async (length) => {
      const words = '--length takes a number of characters from 43 to 128';
      expectError(await runSgid(['pkce', '--length', length]), 2, 'ERR_USAGE', words);
    },
  );
});

describe('sgid authorize-url', () => {
  it('prints a transaction, anew each time, and puts all of it into the URL but the verifier', async () => {
    const { exitCode, stdout, stderr } = await authorize();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const transaction = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(transaction, null, 2)}\n`);
    const { url, state, nonce, codeVerifier, codeChallenge } = transaction;
    const [redirectUri, scope, clientId] = [REDIRECT_URI, 'openid myinfo.name', 'TEST-1a2b3c4d'];
    const rest = { hostname: 'https://api.id.gov.sg', createdAt: '2026-01-15T08:00:00.000Z' };
    const made = { url, state, nonce, codeVerifier, codeChallenge };
    expect(Object.entries(transaction)).toEqual(
      Object.entries({ ...made, redirectUri, scope, clientId, ...rest }),
    );
    for (const value of [state, nonce]) expect(value).toMatch(/^[\w-]{43}$/);
    expect(codeChallenge).toBe(generateCodeChallenge(codeVerifier));
    const other = JSON.parse((await authorize()).stdout);
    for (const name of ['state', 'nonce', 'codeVerifier']) expect(other[name]).not.toBe(transaction[name]);

    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://api.id.gov.sg/v2/oauth/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    expect(url).not.toContain(codeVerifier);
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
    const none = { SGID_CLIENT_SECRET: undefined, SGID_PRIVATE_KEY: undefined };
    const absent = { SGID_CLIENT_SECRET_FILE: '/nowhere/secret', SGID_PRIVATE_KEY_PATH: '/nowhere/key.pem' };
    expect(await run(['authorize-url'], { env: { ...none, ...absent } })).toMatchObject({ exitCode: 0 });
    expect(provider.requests).toEqual([]);
  });

  it('misses nothing but what it needs', async () => {
    const run = await authorize([], {});
    const words = 'missing:\n    client id (--client-id, SGID_CLIENT_ID)\n    redirect URI (';
    expectError(run, 3, 'ERR_MISSING_CREDENTIALS', words);
    expect(run.stderr).not.toContain('SECRET');
  });

  it('warns of an unknown scope, and asks for it all the same', async () => {
    const { exitCode, stdout, stderr } = await authorize(['-s', 'openid myinfo.nam']);
    expect(exitCode).toBe(0);
    const warning = 'warning: the scope myinfo.nam is not in the catalogue. Did you mean myinfo.name?';
    expect(stderr).toContain(warning);
    expect(JSON.parse(stdout).scope).toBe('openid myinfo.nam');
  });

  const NO_CHALLENGE = '--code-challenge is not an S256 challenge';

  it.each<[readonly string[], number, SgidErrorCode, string]>([
    [['--code-challenge', `${CHALLENGE}A`], 2, 'ERR_USAGE', NO_CHALLENGE],
    [['--code-challenge', `${CHALLENGE.slice(1)}=`], 2, 'ERR_USAGE', NO_CHALLENGE],
    [['--scope', 'myinfo.name'], 3, 'ERR_SCOPE', ''],
    [['--redirect-uri', 'localhost/x'], 3, 'ERR_REDIRECT_URI', ''],
    [['--hostname', 'https://provider.test/'], 3, 'ERR_HOSTNAME', ''],
    [['--hostname', 'http://provider.test'], 3, 'ERR_HOSTNAME', ''],
  ])('refuses %j: exit %i', async (args, exitCode, code, words) => {
    expectError(await authorize(args), exitCode, code, words);
  });

  it('writes to --out, and then nothing to standard output', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'transaction.json');
    expect(await authorize(['--out', path])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ clientId: 'TEST-1a2b3c4d' });
    expectError(await authorize(['--out', join(folder, 'nowhere', 'x.json')]), 3, 'ERR_OUTPUT');
  });
});
