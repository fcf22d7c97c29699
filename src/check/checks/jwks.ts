import { createPublicKey } from 'node:crypto';
import { endpointsOf } from '../../protocol/endpoints.ts';
import { createJwksSource, type JwksSource } from '../../protocol/jwks.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, warn } from '../finding.ts';
import type { OnlineContext } from '../online.ts';

type Jwk = Awaited<ReturnType<JwksSource['load']>>['keys'][number];

/** Whether the provider publishes a key that can verify its ID tokens: RSA, for RS256, of 2048 bits or more. */
export async function checkJwks({ transport, hostname, signal }: OnlineContext): Promise<CheckFinding> {
  const { jwks: endpoint } = endpointsOf(hostname);
  const { keys } = await createJwksSource(transport, endpoint).load(true, signal);
  const usable = keys.filter(isUsable);
  if (usable.length === 0) {
    return fail(
      'ERR_RESPONSE_INVALID',
      `${endpoint} holds ${countKeys(keys)}, none of them an RSA key of 2048 bits or more for RS256`,
      'No ID token can be verified with it; tell the provider.',
    );
  }
  const ids = usable.map(({ kid }) => kid);
  if (usable.length > 1 && new Set(ids).size < ids.length) {
    return warn(
      `${endpoint} holds keys that share a kid, or have none`,
      'Which key signed a token is then a matter of trying; tell the provider.',
    );
  }
  const names = ids.map((kid) => (typeof kid === 'string' ? toPrintable(kid, 100) : '(no kid)'));
  return pass(`${endpoint} holds ${countKeys(keys)}; usable for RS256: ${names.slice(0, 5).join(', ')}`);
}

function countKeys(keys: readonly Jwk[]): string {
  return `${keys.length} key${keys.length === 1 ? '' : 's'}`;
}

function isUsable({ kty, use = 'sig', alg = 'RS256', n, e }: Jwk): boolean {
  if (kty !== 'RSA' || use !== 'sig' || alg !== 'RS256') return false;
  if (typeof n !== 'string' || typeof e !== 'string') return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}
