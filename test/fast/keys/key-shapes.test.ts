import { describe, expect, it } from 'vitest';
import { isQuickToLoad } from '../../../src/keys/encoding.ts';
import { isGiant } from '../../../src/keys/jwk.ts';
import { parsePrivateKey } from '../../../src/keys/private-key.ts';
import { keyBytes, rsaJwk } from './key-fixtures.ts';
import { element } from './pfx.ts';

describe('isGiant', () => {
  /** A number of 16384 bits, in base64url. */
  const largest = 'A'.repeat(2731);

  it('finds one number among others that has more than 16384 bits', () => {
    expect(isGiant('AQAB', largest)).toBe(false);
    expect(isGiant('AQAB', `${largest}A`)).toBe(true);
  });

  it('does not count what pads it at its end', () => {
    expect([`${largest}=`, `${largest}==`].map((number) => isGiant(number))).toEqual([false, false]);
    expect(isGiant(`=${largest}`)).toBe(true);
  });
});

it('isQuickToLoad wants a version before the algorithm', () => {
  const rsa = element(0x30, Buffer.from('06092a864886f70d010101', 'hex'));
  expect(isQuickToLoad(element(0x30, Buffer.of(2, 1, 0), rsa))).toBe(true);
  expect(isQuickToLoad(element(0x30, Buffer.of(5, 0), rsa))).toBe(false);
  expect(isQuickToLoad(keyBytes('rsa-2048.pkcs8.der'))).toBe(true);
});

it('a number longer than the modulus does not belong to the key', () => {
  const jwk = rsaJwk();
  const d = Buffer.concat([Buffer.of(1), Buffer.from(jwk['d'] ?? '', 'base64url')]).toString('base64url');
  // From Node 24 on, OpenSSL does not even load it.
  expect(() => parsePrivateKey(JSON.stringify({ ...jwk, d }))).toThrow(
    /its numbers do not belong together|it cannot be decoded/,
  );
});

/** A test key of SM2 (GB/T 32918), for whose type Node has no name. */
const SM2 = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgImz2o1HejOsZ02Dm
Tun9hIPyAgUpQCcBGGBQk2oLcqShRANCAAQOt+5xDoN3ODZteYhbbHej6l+3tN8B
D5JVhzELPHgbLg5ha6uLget7pZX05UUohgHrKbk+pp93cZbxnRr2rTkx
-----END PRIVATE KEY-----`;

it('a key of a type without a name is refused', () => {
  expect(() => parsePrivateKey(SM2)).toThrow(/is of type (?:unknown|sm2);/);
});
