import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { keyBytes, keyText, PASSPHRASE, rsaJwk } from '../keys/key-fixtures.ts';

describe('sgid key public', () => {
  it.each([
    'rsa-2048.pkcs8.pem',
    'rsa-2048.pkcs1.pem',
    'rsa-2048.pkcs8.der',
    'rsa-2048.jwk.json',
    'rsa-2048.pkcs1-encrypted.pem',
    'rsa-2048.modern.p12',
  ])('prints the SPKI PEM that openssl prints: %s', async (name) => {
    const folder = await writeKeyFiles({ [name]: keyBytes(name) });
    const run = await runKey(['public', join(folder, name)], {
      env: { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE },
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: keyText('public.pem'), stderr: '' });
  });

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
