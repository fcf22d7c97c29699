import { SgidError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { belongTogether, fingerprintKey } from '../keys/public-key.ts';
import {
  type CheckContext,
  type CheckFinding,
  fail,
  failBy,
  isMissing,
  pass,
  skip,
  unusable,
} from './check.ts';

/** Whether the private key can be read and is of a kind and size that sgID takes. */
export function checkPrivateKey({ subject: { privateKey } }: CheckContext): CheckFinding {
  if (!privateKey.ok) {
    return isMissing(privateKey)
      ? unusable('there is no usable private key', privateKey)
      : failBy(privateKey.error);
  }
  const bits = privateKey.value.asymmetricKeyDetails?.modulusLength;
  return pass(`RSA of ${bits} bits, fingerprint SHA-256 ${fingerprintKey(privateKey.value)}`);
}

/** Whether the private key belongs to the public key that came along, where one did. */
export function checkPublicKey({ subject: { privateKey, publicKeys } }: CheckContext): CheckFinding {
  if (!privateKey.ok) return unusable('there is no usable private key', privateKey);
  if (publicKeys.length === 0) {
    return skip('no public key came along; the developer portal shows the one that is registered');
  }
  const { value: key } = privateKey;
  const foreign = publicKeys.find(({ keys }) => !belongTogether(key, keys));
  if (foreign !== undefined) return failBy(publicKeyMismatch(foreign.origin));
  const places = publicKeys.map(({ origin }) => origin).join(', ');
  return pass(`the public key in ${places} belongs to the private key`);
}

/**
 * Whether the private key still opens what the provider encrypts to this client: the payload key of an earlier
 * userinfo reply, which is random and holds no personal data.
 */
export async function checkCanary({ subject: { privateKey }, canary }: CheckContext): Promise<CheckFinding> {
  if (canary === undefined) {
    return skip('no canary was given: sgid login --save-canary <file> makes one, --canary <file> uses it');
  }
  if (!canary.ok) return failBy(canary.error);
  if (!privateKey.ok) return unusable('there is no usable private key', privateKey);
  // jose is slow to load.
  const { decryptPayloadKey } = await import('../sgid/decrypt.ts');
  try {
    await decryptPayloadKey(canary.value, privateKey.value);
    return pass(`the private key opens what the provider encrypted to this client, from ${canary.origin}`);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    return error.code === 'ERR_DECRYPT_KEY' ? failBy(error) : noCanary(error, canary.origin);
  }
}

/** The file is to blame, not the provider. */
function noCanary({ code }: SgidError, origin: string): CheckFinding {
  return fail(
    code,
    `${origin} is no canary: it does not hold the key of a userinfo reply, one compact JWE`,
    'Make a new one with: sgid login --save-canary <file>',
  );
}
