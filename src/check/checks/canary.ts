import { SgidError } from '../../protocol/errors.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { fail, failBy, pass, skip } from '../finding.ts';
import { unusable } from '../reading.ts';

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
  const { decryptPayloadKey } = await import('../../protocol/decrypt.ts');
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
