import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import type { CheckResult } from '../../../src/check/run-checks.ts';
import { MOCKPASS_PROFILE, SDK_PROFILE } from '../../../src/mock/encryption.ts';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { broken, found, runCheck, verdictOf } from '../../helpers/check-context.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { savedUserinfo, withHeader } from '../../helpers/saved-userinfo.ts';
import { keyText, RSA_2048 } from '../keys/key-fixtures.ts';

const MISSING = broken('ERR_MISSING_CREDENTIALS');

describe('the check of the credentials', () => {
  it('says where each value comes from', async () => {
    const clientId = found('APP-1', 'SGID_CLIENT_ID');
    expect(await runCheck('credentials', { clientId, clientSecret: found('x', 'a file') })).toMatchObject({
      verdict: 'pass',
      evidence:
        'client APP-1 from SGID_CLIENT_ID, secret from a file, private key from a test, redirect URI from a test',
    });
  });

  it('names every value that is missing, at once', async () => {
    const all = { clientId: MISSING, clientSecret: MISSING, privateKey: MISSING, redirectUri: MISSING };
    const result = await runCheck('credentials', all);
    expect(verdictOf(result)).toBe('fail ERR_MISSING_CREDENTIALS');
    const names = ['SGID_CLIENT_ID', 'SGID_CLIENT_SECRET', 'SGID_PRIVATE_KEY', 'SGID_REDIRECT_URI'];
    expect(result.evidence?.split('; ')).toEqual(names.map((name) => expect.stringContaining(name)));
  });

  it.each(['clientId', 'clientSecret', 'privateKey', 'redirectUri'])('fails without %s', async (name) => {
    const result = await runCheck('credentials', { [name]: MISSING });
    expect(verdictOf(result)).toBe('fail ERR_MISSING_CREDENTIALS');
  });

  it('fails for a secret that cannot be used, and leaves other values to their own checks', async () => {
    const clientSecret = broken('ERR_PROVIDER_BINDING');
    expect(verdictOf(await runCheck('credentials', { clientSecret }))).toBe('fail ERR_PROVIDER_BINDING');
    for (const name of ['privateKey', 'redirectUri', 'scope', 'hostname'])
      expect(verdictOf(await runCheck('credentials', { [name]: broken('ERR_SCOPE') }))).toBe('pass');
  });
});

describe('the check of the provider', () => {
  it.each([
    ['https://api.id.gov.sg', 'https://api.id.gov.sg (the real sgID), from x'],
    ['http://localhost:5157', 'http://localhost:5157 (not https://api.id.gov.sg), from x'],
  ])('says whether it is the real one: %s', async (hostname, evidence) => {
    expect((await runCheck('provider', { hostname: found(hostname, 'x') })).evidence).toBe(evidence);
  });
});

describe('the check of the redirect URI', () => {
  it.each([
    ['pass', 'http://localhost:5001/callback'],
    ['pass', 'http://127.0.0.1:5001/callback'],
    ['pass', 'http://[::1]:5001/callback'],
    ['pass', 'https://app.example.sg/callback'],
    ['warn', 'http://app.example.sg/callback'],
    ['warn', 'http://192.168.1.10:5001/callback'],
  ])('is a %s for %s', async (verdict, uri) => {
    const result = await runCheck('redirect-uri', { redirectUri: found(uri) });
    expect(result.verdict).toBe(verdict);
    expect(result.evidence).toContain(uri);
  });
});

describe('the check of the callback port', () => {
  it('passes for one that is free, and warns of one that is taken', async () => {
    const port = await takePort();
    const redirectUri = found(`http://localhost:${port}/callback`);
    const { verdict, evidence } = await runCheck('callback-port', { redirectUri });
    expect(verdict).toBe('pass');
    expect(evidence).toMatch(new RegExp(`^port ${port} is free on 127.0.0.1(?: and \\[::1\\])?$`));
    const other = await occupyPort('127.0.0.1', port);
    const taken = await runCheck('callback-port', { redirectUri });
    await other.close();
    expect(taken).toMatchObject({ verdict: 'warn', hint: expect.stringContaining('Stop the program') });
    expect(taken.evidence).toContain(`port ${port} on 127.0.0.1 is in use`);
  });

  it('is skipped where the callback goes elsewhere', async () => {
    const redirectUri = found('https://app.example.sg/callback');
    expect(await runCheck('callback-port', { redirectUri })).toMatchObject({
      verdict: 'skip',
      evidence: expect.stringContaining('does not lead to this machine'),
    });
  });
});

describe('the check of the scopes', () => {
  it.each([
    ['openid myinfo.name', 'pass', 'openid myinfo.name, from x', undefined],
    ['openid myinfo.nmae x.y', 'warn', 'not in the catalogue: myinfo.nmae, x.y', 'Did you mean myinfo.name'],
    ['openid q', 'warn', 'not in the catalogue: q', 'sgid scopes'],
  ])('of %s', async (scope, verdict, evidence, hint) => {
    const result = await runCheck('scopes', { scope: found(scope.split(' '), 'x') });
    expect(result).toMatchObject({ verdict, evidence });
    if (hint) expect(result.hint).toContain(hint);
  });
});

describe('the checks of the keys', () => {
  const OWN = createPublicKey(TEST_PUBLIC_KEY);
  const OTHER = createPublicKey(keyText('public.pem'));
  const BOTH = [
    { keys: [OWN], origin: 'a.json' },
    { keys: [OTHER], origin: 'b.json' },
  ];

  it('say size and fingerprint', async () => {
    const privateKey = found(createPrivateKey(keyText('rsa-2048.pkcs8.pem')));
    expect((await runCheck('private-key', { privateKey })).evidence).toBe(
      `RSA of 2048 bits, fingerprint SHA-256 ${RSA_2048}`,
    );
  });

  it.each([
    ['pass', 'its own', [{ keys: [OWN], origin: 'a.json' }], 'the public key in a.json belongs'],
    ['pass', 'its own among others', [{ keys: [OTHER, OWN], origin: 'a.json' }], 'a.json'],
    ['fail ERR_PRIVATE_KEY', 'another', BOTH, 'b.json'],
    ['skip', 'none', [], 'no public key was given'],
  ])('are a %s for a public key that is %s', async (verdict, _name, publicKeys, evidence) => {
    const result = await runCheck('public-key', { publicKeys });
    expect(verdictOf(result)).toBe(verdict);
    expect(result.evidence).toContain(evidence);
  });
});

describe('the check of the canary', () => {
  /** The `key` of a userinfo reply. */
  function canaryFor(publicKey = TEST_PUBLIC_KEY, profile = SDK_PROFILE): string {
    return JSON.parse(savedUserinfo(undefined, {}, profile, createPublicKey(publicKey))).key;
  }
  const check = (canary: string): Promise<CheckResult> =>
    runCheck('canary', { canary: found(canary, 'canary.txt') });
  const changed = canaryFor().replace(
    /\.(.)([^.]*)$/,
    (_tag, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`,
  );

  it.each([
    ['pass', 'what the SDK encrypts to the client', canaryFor()],
    ['pass', 'what MockPass encrypts to the client', canaryFor(TEST_PUBLIC_KEY, MOCKPASS_PROFILE)],
    ['fail ERR_DECRYPT_KEY', 'what is encrypted to another key', canaryFor(keyText('public.pem'))],
    ['fail ERR_DECRYPT_KEY', 'one that was changed', changed],
  ])('is a %s for %s', async (verdict, _name, canary) => {
    expect(verdictOf(await check(canary))).toBe(verdict);
  });

  const forbidden = withHeader(canaryFor(), { alg: 'RSA1_5', enc: 'A256GCM' });
  it.each([
    ['no JWE', 'hello', 'fail ERR_JWE_INVALID'],
    ['a whole userinfo reply', savedUserinfo(), 'fail ERR_JWE_INVALID'],
    ['one cut off', canaryFor().slice(0, 300), 'fail ERR_JWE_INVALID'],
    ['an algorithm that is not accepted', forbidden, 'fail ERR_JWE_ALGORITHM'],
  ])('blames the file for %s', async (_name, text, verdict) => {
    const result = await check(text);
    expect(verdictOf(result)).toBe(verdict);
    expect(result.evidence).toContain('canary.txt is not a canary');
    expect(result.hint).toContain('sgid login --save-canary');
    expect(result.evidence).not.toContain(text);
  });

  it('is skipped where none was given, and says how to make one', async () => {
    const result = await runCheck('canary');
    expect(result).toMatchObject({ verdict: 'skip', evidence: expect.stringContaining('--save-canary') });
  });
});
