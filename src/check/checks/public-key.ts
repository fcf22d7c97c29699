import { publicKeyMismatch } from '../../keys/key-errors.ts';
import { belongTogether } from '../../keys/public-key.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass, skip } from '../finding.ts';

/** Whether the private key belongs to the public key that came along, where one did. */
export function checkPublicKey({ subject: { privateKey, publicKeys } }: CheckContext): CheckFinding {
  if (!privateKey.ok) return skip('there is no usable private key to compare with');
  if (publicKeys.length === 0) {
    return skip('no public key came along; the developer portal shows the one that is registered');
  }
  const { value: key } = privateKey;
  const foreign = publicKeys.find(({ keys }) => !belongTogether(key, keys));
  if (foreign !== undefined) return failBy(publicKeyMismatch(toPrintable(foreign.origin)));
  const places = publicKeys.map(({ origin }) => toPrintable(origin)).join(', ');
  return pass(`the public key in ${places} belongs to the private key`);
}
