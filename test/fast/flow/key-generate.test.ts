import { createPrivateKey, createPublicKey } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, rsaJwk } from '../keys/key-fixtures.ts';

describe('sgid key generate', () => {
  it('prints a PKCS#8 PEM of 2048 bits, another one each time', async () => {
    const [one, two] = [await runKey(['generate']), await runKey(['generate'])];
    for (const { exitCode, stdout, stderr } of [one, two]) {
      const key = createPrivateKey(stdout);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^-]+\n-----END PRIVATE KEY-----\n$/);
      expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n });
      expect(stderr).toBe(`A new key of 2048 bits, fingerprint ${fingerprint(key)}.\n`);
    }
    expect(one.stdout).not.toBe(two.stdout);
  });

  it('makes as many bits as it is told', async () => {
    const { stdout } = await runKey(['generate', '--bits', '3072', '--to', 'jwk', '-q']);
    const key = createPrivateKey({ key: JSON.parse(stdout), format: 'jwk' });
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  it('writes a file that only its owner can read, and says what to register', async () => {
    const folder = await writeKeyFiles({});
    const out = join(folder, 'private.pem');
    const run = await runKey(['generate', '--out', out]);
    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    expect(run.stderr).toContain(
      `Register its public half in the developer portal: sgid key public ${out}\n`,
    );
    expect((await lstat(out)).mode & 0o777).toBe(0o600);
    expect(createPrivateKey(await readFile(out)).asymmetricKeyType).toBe('rsa');
  });

  it('encrypts it', async () => {
    const args = ['generate', '--to', 'pkcs12', '--out-passphrase-file', '-'];
    const run = await runKey(args, { input: PASSPHRASE });
    expect(run.exitCode).toBe(0);
    expect((await loadPrivateKey(run.bytes, { passphrase: PASSPHRASE })).asymmetricKeyType).toBe('rsa');
  });

  it('prints nothing when it was interrupted meanwhile', async () => {
    const controller = new AbortController();
    const running = runKey(['generate'], { signal: controller.signal });
    controller.abort(new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' }));
    expect(await running).toMatchObject({ exitCode: 130, stdout: '' });
  });
});

describe('sgid key public', () => {
  it.each(['rsa-2048.pkcs1.pem', 'rsa-2048.pkcs8.der', 'rsa-2048.jwk.json', 'rsa-2048.modern.p12'])(
    'prints the SPKI PEM that openssl prints: %s',
    async (name) => {
      const env = { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE };
      const run = await runKey(['public'], { input: keyBytes(name), env });
      expect(run).toMatchObject({ exitCode: 0, stdout: keyText('public.pem'), stderr: '' });
    },
  );

  it('prints a JWK with public numbers only', async () => {
    const { stdout } = await runKey(['public', '--format', 'jwk'], { input: keyText('rsa-2048.pkcs8.pem') });
    const { n, e } = rsaJwk();
    expect(JSON.parse(stdout)).toEqual({ kty: 'RSA', n, e });
    expect(createPublicKey({ key: JSON.parse(stdout), format: 'jwk' }).asymmetricKeyType).toBe('rsa');
  });

  it('prints what inspect takes for the other half', async () => {
    const input = (await runKey(['generate'])).stdout;
    const folder = await writeKeyFiles({ 'public.pem': (await runKey(['public'], { input })).stdout });
    const run = await runKey(['inspect', '--public-key', join(folder, 'public.pem')], { input });
    expect(JSON.parse(run.stdout)).toMatchObject({ matchesPublicKey: true });
  });
});
