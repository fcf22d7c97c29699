import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The passphrase of every encrypted fixture. */
export const PASSPHRASE = 'test-passphrase';

/** A file of `test/fixtures/keys` as bytes. */
export function keyBytes(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url));
}

/** A file of `test/fixtures/keys` as text. */
export function keyText(name: string): string {
  return keyBytes(name).toString('utf8');
}

/** The JWK of the one RSA key that the `rsa-2048.*` files share. */
export function rsaJwk(): Record<string, string> {
  return JSON.parse(keyText('rsa-2048.jwk.json'));
}

/** What names a cipher that is read, in a PEM of RFC 1421. */
export const AES: string = `AES-128-CBC,${'00'.repeat(16)}`;

/** A PEM that says that it is encrypted (RFC 1421), around any body. */
export function encryptedByHeaders(kind: string, info: string, body = 'AAAA'): string {
  const headers = `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${info}`;
  return `-----BEGIN ${kind} PRIVATE KEY-----\n${headers}\n\n${body}\n-----END ${kind} PRIVATE KEY-----`;
}

/** SHA-256 of the public part, to tell whether two keys are the same. */
export function fingerprint(key: KeyObject): string {
  const spki = createPublicKey({ key: key.export({ format: 'pem', type: 'pkcs8' }), format: 'pem' });
  return createHash('sha256')
    .update(spki.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

/** The fingerprint of the key in the `rsa-2048.*` files, taken from the public key made by OpenSSL. */
export const RSA_2048 = createHash('sha256')
  .update(createPublicKey(keyText('public.pem')).export({ format: 'der', type: 'spki' }))
  .digest('hex');

/** Numbers that belong together as those of an RSA key do, but the factors are no primes: it decrypts nothing. */
export function compositeJwk(): Record<string, string> {
  const { p = '', q = '', e = '' } = rsaJwk();
  const [first, second] = [numberOf(p) + 2n, numberOf(q) + 2n];
  const d = invert(numberOf(e), (first - 1n) * (second - 1n));
  return { e, ...formatNumbers({ n: first * second, d, ...numbersFor(first, second, d) }) };
}

/** The modulus of one key and the factors of another, with a d that fits both: OpenSSL decrypts by it. */
export function mixedJwk(other: KeyObject): Record<string, string> {
  const { n = '', p = '', q = '', e = '' } = rsaJwk();
  const jwk = other.export({ format: 'jwk' });
  const factors = [numberOf(jwk.p), numberOf(jwk.q)] as const;
  const all = [numberOf(p), numberOf(q), ...factors];
  const d = invert(
    numberOf(e),
    all.reduce((product, factor) => product * (factor - 1n), 1n),
  );
  return { n, e, ...formatNumbers({ d, ...numbersFor(...factors, d) }) };
}

function numbersFor(p: bigint, q: bigint, d: bigint) {
  return { p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: invert(q, p) };
}

function formatNumbers(numbers: Readonly<Record<string, bigint>>): Record<string, string> {
  const texts = Object.entries(numbers).map(([name, number]) => {
    const hex = number.toString(16);
    return [name, Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')];
  });
  return { kty: 'RSA', ...Object.fromEntries(texts) };
}

const numberOf = (text = ''): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);

/** The inverse of a number modulo another, by the extended algorithm of Euclid. */
function invert(number: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, number, 0n, 1n];
  while (next > 0n) {
    const times = rest / next;
    [rest, next] = [next, rest - times * next];
    [factor, nextFactor] = [nextFactor, factor - times * nextFactor];
  }
  return (factor + modulus) % modulus;
}
