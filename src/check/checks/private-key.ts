import { fingerprintKey } from '../../keys/public-key.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass } from '../finding.ts';
import { isMissing, unusable } from '../reading.ts';

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
