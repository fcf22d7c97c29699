import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { findPemBlocks, unescapeKeyText } from './encoding.ts';
import { privateKeyError } from './key-errors.ts';
import { findInDer } from './private-key.ts';

export const KEY_TARGETS = ['pkcs1', 'pkcs8', 'pkcs8-encrypted', 'pkcs12', 'jwk', 'der', 'env'] as const;
export type KeyTarget = (typeof KEY_TARGETS)[number];

export function isEncryptedTarget(target: KeyTarget): boolean {
  return target === 'pkcs8-encrypted' || target === 'pkcs12';
}

export async function writeKey(key: KeyObject, target: KeyTarget, passphrase: string) {
  switch (target) {
    case 'pkcs1':
    case 'pkcs8':
      return key.export({ type: target, format: 'pem' });
    case 'pkcs8-encrypted':
      return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
    case 'pkcs12': {
      const { createPkcs12 } = await import('./pkcs12.ts');
      return createPkcs12(key, passphrase);
    }
    case 'der':
      return key.export({ type: 'pkcs8', format: 'der' });
    case 'jwk':
      return renderJwk(key);
    case 'env':
      return renderKeyLine(key.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
}

/** A line of a `.env` file that this program, Node's `--env-file` and dotenv read; shells keep its `\n` as they are. */
function renderKeyLine(pem: string): string {
  return `SGID_PRIVATE_KEY="${pem.trimEnd().replaceAll('\n', '\\n')}"\n`;
}

export function writePublicKey(privateKey: KeyObject, format: 'pem' | 'jwk'): string {
  const publicKey = createPublicKey(privateKey);
  return format === 'jwk'
    ? renderJwk(publicKey)
    : publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

const renderJwk = (key: KeyObject): string => `${JSON.stringify(key.export({ format: 'jwk' }), null, 2)}\n`;

/**
 * Converts an RSA private key from PKCS#1 PEM to PKCS#8 PEM, under the name that the official SDK has for it. Escaped
 * newlines, quotes and text around the PEM do no harm. No other function needs it: each takes both.
 *
 * @param pkcs1 PEM, `BEGIN RSA PRIVATE KEY`.
 * @returns PEM, `BEGIN PRIVATE KEY`, without a final newline.
 * @throws SgidError `ERR_PRIVATE_KEY` when the text holds no unencrypted PKCS#1 private key.
 * @see RFC 8017 appendix A.1.2 (PKCS#1), RFC 5958 (PKCS#8).
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { convertPkcs1ToPkcs8 } from 'sgid-cli';
 *
 * const pkcs8 = convertPkcs1ToPkcs8(await readFile('pkcs1.pem', 'utf8'));
 * ```
 */
export function convertPkcs1ToPkcs8(pkcs1: string): string {
  const block = findPemBlocks(unescapeKeyText(pkcs1)).find(({ label }) => label === 'RSA PRIVATE KEY');
  if (block?.body === undefined) throw privateKeyError('not-pkcs1');
  const found = findInDer(block.body, 'pem');
  if (typeof found === 'string') throw privateKeyError(found === 'unknown' ? 'not-pkcs1' : found);
  if (found.format !== 'pkcs1-pem') throw privateKeyError('not-pkcs1');
  return found.key.export({ format: 'pem', type: 'pkcs8' }).toString().trimEnd();
}

/** Makes a private RSA key with the public exponent 65537. Takes 0.2 seconds for 2048 bits, some for 4096. */
export async function generatePrivateKey(bits: number): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return privateKey;
}
