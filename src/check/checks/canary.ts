import { decryptPayloadKey } from '../../protocol/decrypt.ts';
import { SgidError } from '../../protocol/errors.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass, skip } from '../finding.ts';

/**
 * Whether the private key still opens what the provider encrypts to this client: the payload key of an earlier
 * userinfo reply, which is random and holds no personal data.
 */
export async function checkCanary({ subject: { privateKey }, canary }: CheckContext): Promise<CheckFinding> {
  if (canary === undefined) {
    return skip('no canary was given: sgid login --save-canary <file> makes one, --canary <file> uses it');
  }
  if (!privateKey.ok) return skip('there is no usable private key');
  try {
    await decryptPayloadKey(canary, privateKey.value);
    return pass('the private key opens what the provider encrypted to this client');
  } catch (error) {
    if (error instanceof SgidError) return failBy(error);
    throw error;
  }
}
