import { type AsymmetricKeyDetails, createPrivateKey, type KeyObject } from 'node:crypto';
import { attempt } from '../text/guards.ts';

export const MINIMUM_BITS = 2048;

/** The most base64url characters of a 16384-bit number. Node 20 and 22 take quadratic time to read a longer one. */
const LONGEST_NUMBER = Math.ceil(16_384 / 6);

export function isGiant(...numbers: readonly string[]): boolean {
  return numbers.some((number) => number.replace(/=+$/, '').length > LONGEST_NUMBER);
}

/** The length of the modulus; 0 for a key without one, and for one that is too long for OpenSSL. */
export function bitsOf(key: KeyObject): number {
  return detailsOf(key).modulusLength ?? 0;
}

export function detailsOf(key: KeyObject): AsymmetricKeyDetails {
  const details = key.asymmetricKeyDetails ?? {};
  dropErrors();
  return details;
}

/**
 * Reading the details of a key with giant numbers leaves errors in OpenSSL's queue (Node 24 and 26), and then the next key
 * fails to load. A failed parse of our own clears the queue.
 */
export function dropErrors(): void {
  attempt(() => createPrivateKey({ key: Buffer.alloc(0), format: 'der', type: 'pkcs8' }));
}
