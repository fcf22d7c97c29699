import { discoverEndpoints } from '../../protocol/discovery.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import type { CheckFinding } from '../check.ts';
import { pass, warn } from '../finding.ts';
import type { OnlineContext } from '../online.ts';

/** Whether the provider describes itself, and as an sgID v2 provider does. */
export async function checkDiscovery({ transport, hostname, signal }: OnlineContext): Promise<CheckFinding> {
  const expected = endpointsOf(hostname);
  const found = await discoverEndpoints(transport, hostname, signal);
  const others = (['authorization', 'token', 'userinfo', 'jwks'] as const).filter(
    (name) => found[name] !== expected[name],
  );
  if (others.length === 0) return pass('the discovery document names the endpoints of sgID v2');
  return warn(
    `the discovery document names other endpoints than sgID v2 has: ${others.map((name) => found[name]).join(', ')}`,
    'sgid and the official SDK use the fixed ones; a client that uses discovery will behave differently.',
  );
}
