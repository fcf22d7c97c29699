import type { KeyObject } from 'node:crypto';
import { createPkcs12 } from './create-pkcs12.ts';
import { encryptPkcs8 } from './encrypt-pkcs8.ts';
import type { EncryptedTarget, PlainTarget } from './key-target.ts';
import { formatPem } from './pem.ts';

/**
 * Writes an RSA private key as it is: PKCS#1 (RFC 8017 A.1.2) or PKCS#8 (RFC 5958) PEM, PKCS#8 DER, JWK (RFC
 * 7517), or `env`, a line of a `.env` file that this program, Node's `--env-file`, dotenv and shells read. Text
 * ends in a newline.
 */
export function writePlainKey(key: KeyObject, target: PlainTarget): string | Buffer {
  switch (target) {
    case 'pkcs1':
    case 'pkcs8':
      return key.export({ type: target, format: 'pem' }).toString();
    case 'der':
      return key.export({ type: 'pkcs8', format: 'der' });
    case 'jwk':
      return `${JSON.stringify(key.export({ format: 'jwk' }), null, 2)}\n`;
    case 'env': {
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd();
      return `SGID_PRIVATE_KEY="${pem.replaceAll('\n', '\\n')}"\n`;
    }
  }
}

/** Writes an RSA private key under a passphrase: PKCS#8 PEM (RFC 5958) or PKCS#12 (RFC 7292). */
export function writeEncryptedKey(
  key: KeyObject,
  target: EncryptedTarget,
  passphrase: string,
): string | Buffer {
  return target === 'pkcs12'
    ? createPkcs12(key, passphrase)
    : formatPem('ENCRYPTED PRIVATE KEY', encryptPkcs8(key, passphrase));
}
