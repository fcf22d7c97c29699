import type { KeyObject } from 'node:crypto';

/** The numbers of a private key (RFC 8017, section 3.2, by the names of RFC 7518, section 6.3), in base64url. */
type Numbers = Readonly<Partial<Record<'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', string>>>;

/**
 * Whether the numbers of an RSA private key belong together. OpenSSL computes with some of them and takes the others as
 * they are; stricter programs refuse such a key.
 */
export function hasConsistentNumbers(key: KeyObject): boolean {
  const numbers: Numbers = key.export({ format: 'jwk' });
  if (!hasFittingNumbers(numbers)) return false;
  const [n, e, d, p, q, dp, dq, qi] = [
    readNumber(numbers.n),
    readNumber(numbers.e),
    readNumber(numbers.d),
    readNumber(numbers.p),
    readNumber(numbers.q),
    readNumber(numbers.dp),
    readNumber(numbers.dq),
    readNumber(numbers.qi),
  ];
  if (p <= 2n || q <= 2n) return false;
  return (
    n === p * q &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    (qi * q) % p === 1n
  );
}

/** None is longer than the modulus. Computing with one of a megabyte takes years. */
function hasFittingNumbers({ n = '', ...others }: Numbers): boolean {
  return Object.values(others).every((number) => number.length <= n.length);
}

function readNumber(text = ''): bigint {
  return BigInt(`0x${Buffer.from(text, 'base64url').toString('hex') || '0'}`);
}
