import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { type KeyRun, OTHER_PUBLIC_KEY, runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { keyBytes, keyText, PASSPHRASE, RSA_2048 } from '../keys/key-fixtures.ts';

const PEM = keyText('rsa-2048.pkcs8.pem');
const PUBLIC = keyText('public.pem');
const JWK = keyText('rsa-2048.jwk.json');
const PUBLIC_JWK = { kty: 'RSA', n: JSON.parse(JWK).n, e: 'AQAB' };

function idsOf({ stdout }: KeyRun): readonly string[] {
  return JSON.parse(stdout).problems.map(({ id }: { id: string }) => id);
}

describe('sgid key inspect', () => {
  it('prints a report of a good key', async () => {
    const run = await runKey(['inspect'], { input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/^\{\n {2}"format".*\n\}\n$/s);
    expect(JSON.parse(run.stdout)).toEqual({
      format: 'pkcs8-pem',
      bits: 2048,
      publicExponent: 65537,
      fingerprint: RSA_2048,
      encrypted: false,
      problems: [],
    });
  });

  it.each([
    ['rsa-2048.pkcs1.pem', 'pkcs1-pem'],
    ['rsa-2048.pkcs8-encrypted.pem', 'pkcs8-encrypted-pem'],
    ['rsa-2048.modern.p12', 'pkcs12'],
    ['rsa-2048.jwk.json', 'jwk'],
    ['rsa-2048.pkcs8.der', 'pkcs8-der'],
  ])('recognises %s as %s', async (name, format) => {
    const env = { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE };
    const run = await runKey(['inspect'], { input: keyBytes(name), env });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ format, fingerprint: RSA_2048, problems: [] });
  });

  it('tells that other users can read the file', async () => {
    const folder = await writeKeyFiles({ 'my key.pem': PEM });
    const path = join(folder, 'my key.pem');
    await chmod(path, 0o640);
    const run = await runKey(['inspect', path]);
    expect(run.exitCode).toBe(0);
    expect(idsOf(run)).toEqual(['readable-by-others']);
    expect(JSON.parse(run.stdout).problems[0].hint).toBe(`Close it: chmod 600 '${path}'`);
  });

  it('tells of escapes and quotes in a pipe, but not in a .env, where they belong', async () => {
    const line = `"${PEM.trim().replaceAll('\n', '\\n')}"`;
    expect(idsOf(await runKey(['inspect'], { input: line }))).toEqual(['quoted', 'escaped']);
    expect(idsOf(await runKey(['inspect'], { input: `SGID_PRIVATE_KEY=${line}\n` }))).toEqual([]);
  });

  it('tells of a small key, and then that it cannot be used', async () => {
    const run = await runKey(['inspect'], { input: keyText('rsa-1024.pem') });
    expect(run.exitCode).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({ bits: 1024, problems: [{ id: 'too-small' }] });
    expect(run.stderr).toContain('standard input: the private key has 1024 bits; the minimum is 2048');
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_SIZE');
  });
});

describe('the public key', () => {
  it.each<[string, string | Uint8Array]>([
    ['SPKI', PUBLIC],
    ['a certificate', keyText('certificate.pem')],
    ['a JWK', JSON.stringify(PUBLIC_JWK)],
    ['DER', Buffer.from(PUBLIC.replace(/-----[^-]+-----|\s/g, ''), 'base64')],
  ])('of --public-key is the other half: %s', async (_name, content) => {
    const folder = await writeKeyFiles({ 'public.key': content });
    const run = await runKey(['inspect', '--public-key', join(folder, 'public.key')], { input: PEM });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ matchesPublicKey: true, problems: [] });
  });

  it('of --public-key may come from standard input', async () => {
    const folder = await writeKeyFiles({ 'private.pem': PEM });
    const args = ['inspect', join(folder, 'private.pem'), '--public-key', '-'];
    const run = await runKey(args, { input: PUBLIC });
    expect(JSON.parse(run.stdout).matchesPublicKey).toBe(true);
  });

  it('of another pair is told, and ends with 3', async () => {
    const folder = await writeKeyFiles({ 'other.pem': OTHER_PUBLIC_KEY });
    const run = await runKey(['inspect', '--public-key', join(folder, 'other.pem')], { input: PEM });
    expect(run.exitCode).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({
      fingerprint: RSA_2048,
      matchesPublicKey: false,
      problems: [{ id: 'public-key-mismatch' }],
    });
    expect(run.stderr).toContain('other.pem does not belong to the private key');
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY');
  });

  it.each<[string, string, boolean]>([
    ['a PEM bundle', `${PEM}${PUBLIC}`, true],
    ['a PEM bundle with a chain', `${PEM}${keyText('certificate.pem')}${OTHER_PUBLIC_KEY}`, true],
    ['JSON', JSON.stringify({ id: 'X', privateKey: PEM, publicKey: PUBLIC }), true],
    ['nested JSON', JSON.stringify({ client: { id: 'X', privateKey: PEM, public_key: PUBLIC } }), true],
    ['JSON with JWKs', JSON.stringify({ privateKey: JSON.parse(JWK), publicKey: PUBLIC_JWK }), true],
    ['a .env', `SGID_PRIVATE_KEY="${PEM}"\nSGID_PUBLIC_KEY="${PUBLIC}"\n`, true],
    ['a PEM bundle', `${OTHER_PUBLIC_KEY}${PEM}`, false],
    ['JSON', JSON.stringify({ id: 'X', privateKey: PEM, publicKey: OTHER_PUBLIC_KEY }), false],
    ['a .env', `SGID_PRIVATE_KEY="${PEM}"\nPUBLIC_KEY="${OTHER_PUBLIC_KEY}"\n`, false],
  ])('that stands in the same file, %s, is compared: #%#', async (_name, input, matches) => {
    const run = await runKey(['inspect'], { input });
    expect(JSON.parse(run.stdout).matchesPublicKey).toBe(matches);
    expect(idsOf(run)).toEqual(matches ? [] : ['public-key-mismatch']);
    expect(run.exitCode).toBe(matches ? 0 : 3);
    expect(errorCodeOf(run)).toBe(matches ? '' : 'ERR_PRIVATE_KEY');
  });

  it('that cannot be read is told, and not compared', async () => {
    const input = JSON.stringify({ id: 'X', privateKey: PEM, publicKey: 'see the portal' });
    const run = await runKey(['inspect'], { input });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).matchesPublicKey).toBeUndefined();
    expect(idsOf(run)).toEqual(['public-key-unreadable']);
  });

  it('is not one of the other keys of a JWKS', async () => {
    const other = { ...PUBLIC_JWK, n: PUBLIC_JWK.n.replace(/^./, 'z') };
    const run = await runKey(['inspect'], { input: JSON.stringify({ keys: [other, JSON.parse(JWK)] }) });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).matchesPublicKey).toBeUndefined();
  });

  it.each<[string, string | Uint8Array]>([
    ['a private key', PEM],
    ['words', 'no key'],
    ['binary garbage', Buffer.from('00ff13379c00aa', 'hex')],
  ])('of --public-key is refused when it is %s', async (_name, content) => {
    const folder = await writeKeyFiles({ x: content });
    const run = await runKey(['inspect', '--public-key', join(folder, 'x')], { input: PEM });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('holds no public key');
    expect(errorCodeOf(run)).toBe('ERR_FILE');
  });
});
