import { publicKeyMismatch } from '../../keys/key-errors.ts';
import { belongTogether } from '../../keys/public-key.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass, skip } from '../finding.ts';
import { unusable } from '../reading.ts';

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
