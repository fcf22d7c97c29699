import { createPublicKey } from 'node:crypto';
import { MINIMUM_BITS } from '../../keys/private-key.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import { isNonEmptyString } from '../../protocol/guards.ts';
import { createJwksSource, type JwksSource } from '../../protocol/jwks.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, warn } from '../finding.ts';
import type { OnlineContext } from '../online.ts';

type Jwk = Awaited<ReturnType<JwksSource['load']>>['keys'][number];

/** Whether the provider publishes a key that can verify its ID tokens: RSA, for RS256, of 2048 bits or more. */
export async function checkJwks({ transport, hostname, signal }: OnlineContext): Promise<CheckFinding> {
  const { keys } = await createJwksSource(transport, endpointsOf(hostname).jwks).load(true, signal);
  const usable = keys.filter(isUsable);
  if (usable.length === 0) {
    return fail(
      'ERR_RESPONSE_INVALID',
      `the JWKS holds ${countKeys(keys)}, none of them an RSA key of 2048 bits or more for RS256`,
      'No ID token can be verified with it; tell the provider.',
    );
  }
  const ids = usable.map(({ kid }) => kid).filter(isNonEmptyString);
  if (usable.length > 1 && new Set(ids).size < usable.length) {
    return warn(
      'the JWKS holds keys that share a kid, or have none',
      'Which key signed a token is then a matter of trying; tell the provider.',
    );
  }
  const names = ids.slice(0, MOST_NAMES).map((kid) => toPrintable(kid, LONGEST_NAME));
  return pass(
    `the JWKS holds ${countKeys(keys)}; usable for RS256: ${names.join(', ') || 'one without kid'}`,
  );
}

const MOST_NAMES = 5;
/** In bytes. */
const LONGEST_NAME = 100;

function countKeys(keys: readonly Jwk[]): string {
  return `${keys.length} key${keys.length === 1 ? '' : 's'}`;
}

function isUsable({ kty, use = 'sig', alg = 'RS256', n, e }: Jwk): boolean {
  if (kty !== 'RSA' || use !== 'sig' || alg !== 'RS256') return false;
  if (typeof n !== 'string' || typeof e !== 'string') return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (asymmetricKeyDetails?.modulusLength ?? 0) >= MINIMUM_BITS;
  } catch {
    return false;
  }
}
