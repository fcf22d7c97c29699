import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadPrivateKey } from '../../../src/keys/private-key.ts';
import { createPkcs12, encryptPkcs8 } from '../../../src/keys/write-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { fingerprint, keyText, RSA_2048 } from './key-fixtures.ts';

const key = createPrivateKey(keyText('rsa-2048.pkcs8.pem'));
const DER_KEY = ['pkey', '-inform', 'DER', '-passin', 'env:PASSPHRASE', '-pubout'];
const PKCS12_INFO = ['pkcs12', '-passin', 'env:PASSPHRASE', '-info', '-noout'];

/** Runs openssl and gives what it writes, to either stream. */
function openssl(args: readonly string[], input: Buffer, passphrase: string): string {
  const command = 'exec openssl "$@" 2>&1';
  const env = { ...process.env, PASSPHRASE: passphrase };
  return execFileSync('/bin/sh', ['-c', command, 'sh', ...args], { input, env, stdio: 'pipe' }).toString();
}

describe('encryptPkcs8', () => {
  it.each(['x', 'with "quotes" and $ign', 'pässwörd 密码🔑', 'a'.repeat(1024)])(
    'is opened by openssl and by us with %j',
    async (passphrase) => {
      const der = encryptPkcs8(key, passphrase);
      expect(openssl(DER_KEY, der, passphrase)).toBe(keyText('public.pem'));
      expect(fingerprint(await loadPrivateKey(der, { passphrase }))).toBe(RSA_2048);
    },
  );

  it('uses AES-256-CBC and 600,000 rounds of PBKDF2-HMAC-SHA256', () => {
    const outline = openssl(['asn1parse', '-inform', 'DER'], encryptPkcs8(key, 'x'), 'x');
    for (const part of [':PBES2', ':PBKDF2', ':0927C0', ':hmacWithSHA256', ':aes-256-cbc'])
      expect(outline).toContain(part);
  });

  it('is another text each time', () => {
    const [one, two] = [encryptPkcs8(key, 'x'), encryptPkcs8(key, 'x')];
    expect(one.subarray(-64).equals(two.subarray(-64))).toBe(false);
  });
});

describe('createPkcs12', () => {
  it.each(['x', 'pässwörd 密码🔑'])('is opened by openssl and by us with %j', async (passphrase) => {
    const file = createPkcs12(key, passphrase);
    expect(openssl(PKCS12_INFO, file, passphrase)).toContain('Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC');
    expect(fingerprint(await loadPrivateKey(file, { passphrase }))).toBe(RSA_2048);
  });

  it('has a MAC by SHA-256 over 600,000 rounds, which sees a changed byte', async () => {
    const file = createPkcs12(key, 'x');
    expect(openssl(PKCS12_INFO, file, 'x')).toContain('MAC: sha256, Iteration 600000');
    const at = file.length - 200;
    file.writeUInt8(file.readUInt8(at) ^ 1, at);
    expect(() => openssl(PKCS12_INFO, file, 'x')).toThrow();
    const error = await errorOf(() => loadPrivateKey(file, { passphrase: 'wrong' }));
    expect(error.code).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
  });
});
