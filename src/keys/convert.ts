import { createPrivateKey } from 'node:crypto';
import { outlineDer } from './der.ts';
import { notAPrivateKey } from './key-errors.ts';
import { unescapeKeyText } from './key-text.ts';
import { findPemBlocks } from './pem.ts';

/**
 * Converts an RSA private key from PKCS#1 PEM (RFC 8017 A.1.2) to PKCS#8 PEM (RFC 5958), under the name that
 * the official SDK has for it. Escaped newlines, quotes and text around the PEM do no harm. The result has no
 * final newline.
 *
 * @throws SgidError `ERR_PRIVATE_KEY` when the text holds no unencrypted PKCS#1 private key.
 */
export function convertPkcs1ToPkcs8(pkcs1: string): string {
  const block = findPemBlocks(unescapeKeyText(pkcs1)).find(({ label }) => label === 'RSA PRIVATE KEY');
  if (block?.body === undefined || outlineDer(block.body).shape !== 'pkcs1')
    throw notAPrivateKey('not-pkcs1');
  try {
    const key = createPrivateKey({ key: block.body, format: 'der', type: 'pkcs1' });
    return key.export({ format: 'pem', type: 'pkcs8' }).toString().trimEnd();
  } catch {
    throw notAPrivateKey('damaged');
  }
}
