import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { unwrapValue } from '../text/credential-value.ts';
import { decodeText, parseJson } from '../text/guards.ts';
import { hasPemBoundary, looksLikeDer } from './encoding.ts';
import { publicKeyMismatch } from './key-errors.ts';
import { bitsOf, detailsOf, requireSoundKey, type UnlockedKey } from './private-key.ts';
import { findForeignClaims, fingerprintKey, type PublicKeyClaim } from './public-key.ts';

export function inspectKey(
  input: string | Uint8Array,
  { key, format, encrypted, emptyPassphrase }: UnlockedKey,
  claims: readonly PublicKeyClaim[],
) {
  const tooSmall = sizeFault(key);
  const mismatches = findForeignClaims(key, claims).map(({ origin }) => publicKeyMismatch(origin));
  const publicExponent = describeExponent(key);
  const problems = mismatches.map((fault) => problemOf('public-key-mismatch', fault));
  if (tooSmall !== undefined) problems.unshift(problemOf('too-small', tooSmall));
  if (publicExponent !== 65537)
    problems.push({
      id: 'unusual-exponent',
      evidence: `the public exponent is ${publicExponent}, not 65537`,
      hint: 'Some programs refuse such a key. Make a new one: sgid key generate --out private.pem',
    });
  if (emptyPassphrase)
    problems.push({
      id: 'empty-passphrase',
      evidence: 'the key is encrypted with the empty passphrase: anybody can open it',
      hint: 'Encrypt it with another: sgid key convert --to pkcs12 --out <new file> <this file>',
    });
  const report = {
    format,
    bits: bitsOf(key),
    publicExponent,
    fingerprint: fingerprintKey(key),
    encrypted,
    ...(claims.some(({ keys }) => keys.length > 0) && { matchesPublicKey: mismatches.length === 0 }),
    problems: [...problems, ...findWrappings(input)],
  };
  return { report, fault: tooSmall ?? mismatches[0] };
}

function sizeFault(key: KeyObject): SgidError | undefined {
  try {
    requireSoundKey(key);
    return undefined;
  } catch (error) {
    if (error instanceof SgidError && error.code === 'ERR_PRIVATE_KEY_SIZE') return error;
    throw error;
  }
}

function problemOf(id: string, { message, hint }: SgidError) {
  return { id, evidence: message, hint };
}

function describeExponent(key: KeyObject) {
  const { publicExponent = 0n } = detailsOf(key);
  const number = Number(publicExponent);
  // As hex, because decimal digits of a very large number take too long.
  return Number.isSafeInteger(number) ? number : `0x${publicExponent.toString(16)}`;
}

/** Finds what surrounds a key or changed its text: this program accepts it, most others do not. */
function findWrappings(input: string | Uint8Array) {
  if (looksLikeDer(Buffer.from(input))) return [];
  const text = typeof input === 'string' ? input : decodeText(input);
  const bare = unwrapValue(text);
  const isJson = bare.startsWith('{');
  const isEscaped = isJson ? parseJson(bare) === undefined : /-----\\+[nr]/.test(bare);
  const isBase64 = !isJson && !hasPemBoundary(bare);
  const wrappings = [
    ['byte-order-mark', hasByteOrderMark(input), 'a byte order mark stands before the key'],
    ['quoted', bare !== text.trim(), 'there are quotes around the key'],
    ['escaped', isEscaped, 'the line breaks of the key are spelt \\n'],
    ['base64', isBase64, 'the key is base64 without the -----BEGIN and -----END lines'],
  ] as const;
  const hint =
    'Write a clean copy for other programs: sgid key convert --to pkcs8 --out <new file> <this file>';
  return wrappings.flatMap(([id, isThere, evidence]) => (isThere ? [{ id, evidence, hint }] : []));
}

/** From the bytes, because `decodeText` removes the mark. */
function hasByteOrderMark(input: string | Uint8Array): boolean {
  return ['efbbbf', 'fffe'].some((mark) => Buffer.from(input).indexOf(mark, 'hex') === 0);
}
