import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { parseJson } from '../text/guards.ts';
import { looksLikeDer } from './der.ts';
import { publicKeyMismatch } from './key-errors.ts';
import type { KeyFormat } from './key-format.ts';
import { decodeText, hasPemBoundary, unwrapKeyText } from './key-text.ts';
import type { OpenedKey } from './open-private-key.ts';
import { requireSoundKey } from './private-key.ts';
import { belongTogether, fingerprintKey } from './public-key.ts';

/** Something about a key that its owner should know, in the words of `sgid check`. */
export interface KeyProblem {
  /** Stable, in kebab-case. */
  readonly id: string;
  readonly evidence: string;
  readonly hint: string;
}

/** What is known about a private key; nothing in it is secret. */
export interface KeyReport {
  readonly format: KeyFormat;
  /** Length of the modulus. */
  readonly bits: number;
  /** 65537 in nearly every key; in hex (`0x...`) beyond what a number can hold. */
  readonly publicExponent: number | string;
  /** SHA-256 of the SPKI in hex. */
  readonly fingerprint: string;
  readonly encrypted: boolean;
  /** Whether every public key that was compared belongs to it; absent when there was none. */
  readonly matchesPublicKey?: boolean;
  readonly problems: readonly KeyProblem[];
}

/** Public keys from one place; one of them is said to belong to the private key. */
export interface PublicKeyClaim {
  /** What people call the place, for example `--public-key`. */
  readonly origin: string;
  readonly keys: readonly KeyObject[];
}

/** What an inspection found. */
export interface KeyInspection {
  readonly report: KeyReport;
  /** Why the key cannot be used; `undefined` when it can. It is among the problems as well. */
  readonly fault: SgidError | undefined;
}

const CLEAN_COPY =
  'Write a clean copy for other programs: sgid key convert --to pkcs8 --out <new file> <this file>';

const WRAPPINGS: Readonly<Record<KeyWrapping, string>> = {
  'byte-order-mark': 'a byte order mark stands before the key',
  quoted: 'there are quotes around the key',
  escaped: 'the line breaks of the key are spelt \\n',
  base64: 'the key is base64 without the -----BEGIN and -----END lines',
};

/**
 * Describes a private key and compares it with public keys.
 *
 * @param input What it was read from.
 * @throws SgidError `ERR_PRIVATE_KEY_TYPE` and `ERR_PRIVATE_KEY` for what is no sound RSA key of any size.
 */
export function inspectKey(
  input: string | Uint8Array,
  { key, format, encrypted, emptyPassphrase }: OpenedKey,
  claims: readonly PublicKeyClaim[],
): KeyInspection {
  const tooSmall = sizeFault(key);
  const compared = claims.filter(({ keys }) => keys.length > 0);
  const mismatches = compared
    .filter(({ keys }) => !belongTogether(key, keys))
    .map(({ origin }) => publicKeyMismatch(origin));
  const publicExponent = readExponent(key);
  const problems: KeyProblem[] = [
    ...(tooSmall === undefined ? [] : [problemOf('too-small', tooSmall)]),
    ...mismatches.map((mismatch) => problemOf('public-key-mismatch', mismatch)),
  ];
  if (publicExponent !== 65537) {
    problems.push({
      id: 'unusual-exponent',
      evidence: `the public exponent is ${publicExponent}, not 65537`,
      hint: 'Some programs refuse such a key. Make a new one: sgid key generate --out private.pem',
    });
  }
  if (emptyPassphrase) {
    problems.push({
      id: 'empty-passphrase',
      evidence: 'the key is encrypted with the empty passphrase: anybody can open it',
      hint: 'Encrypt it with another: sgid key convert --to pkcs12 --out <new file> <this file>',
    });
  }
  for (const wrapping of listWrappings(input))
    problems.push({ id: wrapping, evidence: WRAPPINGS[wrapping], hint: CLEAN_COPY });
  const { modulusLength: bits = 0 } = key.asymmetricKeyDetails ?? {};
  return {
    report: {
      format,
      bits,
      publicExponent,
      fingerprint: fingerprintKey(key),
      encrypted,
      ...(compared.length === 0 ? {} : { matchesPublicKey: mismatches.length === 0 }),
      problems,
    },
    fault: tooSmall ?? mismatches[0],
  };
}

/** The error about the size; any other is thrown. */
function sizeFault(key: KeyObject): SgidError | undefined {
  try {
    requireSoundKey(key);
    return undefined;
  } catch (error) {
    if (error instanceof SgidError && error.code === 'ERR_PRIVATE_KEY_SIZE') return error;
    throw error;
  }
}

function problemOf(id: string, { message, hint = '' }: SgidError): KeyProblem {
  return { id, evidence: message, hint };
}

function readExponent(key: KeyObject): number | string {
  const { publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const number = Number(publicExponent);
  // As hex, because the decimal digits of a giant would take for ever.
  return Number.isSafeInteger(number) ? number : `0x${publicExponent.toString(16)}`;
}

/** What is around a key or was done to its text: this program looks through it, most others do not. */
export type KeyWrapping = 'byte-order-mark' | 'quoted' | 'escaped' | 'base64';

/** Lists what a key is wrapped in. The input must be one that a key was found in. */
export function listWrappings(input: string | Uint8Array): readonly KeyWrapping[] {
  if (typeof input !== 'string' && looksLikeDer(Buffer.from(input))) return [];
  const text = typeof input === 'string' ? input : decodeText(input);
  const bare = unwrapKeyText(text);
  const wrappings: KeyWrapping[] = [];
  if (hasByteOrderMark(input)) wrappings.push('byte-order-mark');
  if (bare !== text.trim()) wrappings.push('quoted');
  if (isEscaped(bare)) wrappings.push('escaped');
  if (!bare.startsWith('{') && !hasPemBoundary(bare)) wrappings.push('base64');
  return wrappings;
}

/** `decodeText` takes the mark away, so the bytes tell: EF BB BF, FF FE. */
function hasByteOrderMark(input: string | Uint8Array): boolean {
  if (typeof input === 'string') return input.startsWith('\uFEFF');
  return ['efbbbf', 'fffe'].some((mark) =>
    Buffer.from(input.subarray(0, 3)).toString('hex').startsWith(mark),
  );
}

function isEscaped(bare: string): boolean {
  return bare.startsWith('{') ? parseJson(bare) === undefined : /-----\\+[nr]/.test(bare);
}
