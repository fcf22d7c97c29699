import { createPublicKey } from 'node:crypto';
import { isGiant } from '../keys/jwk.ts';
import { bitsOf, MINIMUM_BITS } from '../keys/private-key.ts';
import { discoverEndpoints } from '../oidc/discovery.ts';
import { send } from '../oidc/exchange.ts';
import { runStep } from '../oidc/journal.ts';
import { createJwksSource, type JwksSource } from '../oidc/jwks.ts';
import { CLOCK_TOLERANCE, getRequest } from '../oidc/transport.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { isNonEmptyString } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import { type Finding, fail, type OnlineContext, pass, skip, warn } from './check.ts';

export const PROVIDER_CHECKS = { discovery: checkDiscovery, jwks: checkJwks, clock: checkClock };

async function checkDiscovery({ transport, hostname, journal, signal }: OnlineContext): Promise<Finding> {
  const expected = endpointsOf(hostname);
  const found = await discoverEndpoints(transport, expected.issuer, { journal, signal });
  const others = (['authorization', 'token', 'userinfo', 'jwks'] as const).filter(
    (name) => found[name] !== expected[name],
  );
  if (others.length === 0) return pass('the discovery document names the endpoints of sgID v2');
  return warn(
    `the discovery document names other endpoints than sgID v2 has: ${others.map((name) => found[name]).join(', ')}`,
    'sgid and the official SDK use the fixed ones; a client that uses discovery behaves differently.',
  );
}

type Jwk = Awaited<ReturnType<JwksSource['load']>>['keys'][number];

async function checkJwks({ transport, hostname, journal, signal }: OnlineContext): Promise<Finding> {
  const jwks = createJwksSource(transport, endpointsOf(hostname).jwks);
  const { keys } = await jwks.load(true, { journal, signal });
  const count = `${keys.length} key${keys.length === 1 ? '' : 's'}`;
  const usable = keys.filter(isUsable);
  if (usable.length === 0) {
    return fail(
      'ERR_RESPONSE_INVALID',
      `the JWKS holds ${count}, none of them an RSA key of 2048 bits or more for RS256`,
      'No ID token can be verified with it; report it to the provider.',
    );
  }
  const ids = usable.map(({ kid }) => kid).filter(isNonEmptyString);
  if (usable.length > 1 && new Set(ids).size < usable.length) {
    return warn(
      'the JWKS holds keys that share a kid, or have none',
      'A verifier must try each key; report it to the provider.',
    );
  }
  const names = ids.slice(0, 5).map((kid) => toPrintable(kid, 100));
  return pass(`the JWKS holds ${count}; usable for RS256: ${names.join(', ') || 'one without kid'}`);
}

function isUsable({ kty, use = 'sig', alg = 'RS256', n, e }: Jwk): boolean {
  if (kty !== 'RSA' || use !== 'sig' || alg !== 'RS256') return false;
  if (typeof n !== 'string' || typeof e !== 'string' || isGiant(n, e)) return false;
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return bitsOf(key) >= MINIMUM_BITS;
  } catch {
    return false;
  }
}

/** Date and Age have whole seconds (RFC 9110 section 6.6.1, RFC 9111 section 5.1). */
const SECOND_MS = 1_000;

/**
 * Whether this machine's clock agrees with the provider's: more than a minute off, valid ID tokens are refused. The
 * difference is a minimum, because the answer was made at an unknown moment between request and arrival.
 */
async function checkClock({ transport, hostname, journal, signal }: OnlineContext): Promise<Finding> {
  const request = getRequest('id-token', endpointsOf(hostname).jwks);
  const asked = transport.clock.now();
  const response = await runStep(journal, 'jwks', (step) => send(transport, request, { step, signal }));
  const answered = transport.clock.now();
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return skip('the provider does not say what time it is (no Date header)');
  // How long a cache kept the answer.
  const [age = '0'] = response.headers.get('age')?.match(/^\d{1,9}$/) ?? [];
  const stated = date + Number(age) * SECOND_MS;
  const aheadMs = asked - (stated + SECOND_MS);
  const differenceMs = Math.max(aheadMs, stated - answered);
  if (differenceMs < SECOND_MS) return pass('agrees with the provider to the second');
  const seconds = Math.round(differenceMs / SECOND_MS);
  const evidence = `this clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the provider's`;
  const hint =
    'Set the clock from the network (NTP). A virtual machine needs that after it was suspended, too.';
  if (differenceMs > CLOCK_TOLERANCE * SECOND_MS) return fail('ERR_ID_TOKEN_ISSUED_AT', evidence, hint);
  return differenceMs > 30_000 ? warn(evidence, hint) : pass(evidence);
}
