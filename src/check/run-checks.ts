import {
  CHECK_IDS,
  type CheckFinding,
  type CheckId,
  type CheckReport,
  type CheckResult,
  reportOf,
} from './check.ts';
import { checkCallbackPort } from './checks/callback-port.ts';
import { checkCanary } from './checks/canary.ts';
import { checkClientSecret } from './checks/client-secret.ts';
import { checkClock } from './checks/clock.ts';
import { checkCredentials } from './checks/credentials.ts';
import { checkDiscovery } from './checks/discovery.ts';
import { checkJwks } from './checks/jwks.ts';
import { checkPrivateKey } from './checks/private-key.ts';
import { checkProvider } from './checks/provider.ts';
import { checkPublicKey } from './checks/public-key.ts';
import { checkRedirectUri } from './checks/redirect-uri.ts';
import { checkRedirectUriRegistered } from './checks/redirect-uri-registered.ts';
import { checkScopes } from './checks/scopes.ts';
import type { CheckContext } from './context.ts';
import { online } from './online.ts';

type Check = (context: CheckContext) => CheckFinding | Promise<CheckFinding>;

const CHECKS: Readonly<Record<CheckId, Check>> = {
  credentials: checkCredentials,
  provider: checkProvider,
  'private-key': checkPrivateKey,
  'public-key': checkPublicKey,
  'redirect-uri': checkRedirectUri,
  'callback-port': checkCallbackPort,
  scopes: checkScopes,
  canary: checkCanary,
  discovery: online(checkDiscovery),
  jwks: online(checkJwks),
  clock: online(checkClock),
  'redirect-uri-registered': online(checkRedirectUriRegistered),
  'client-secret': online(checkClientSecret),
};

/**
 * Runs checks, all of them at once, and reports them in their own order.
 *
 * @param ids Which; all when left out.
 * @throws What is no finding: an interruption, or a bug.
 */
export async function runChecks(
  context: CheckContext,
  ids: readonly CheckId[] = CHECK_IDS,
): Promise<CheckReport> {
  const wanted = CHECK_IDS.filter((id) => ids.includes(id));
  return reportOf(await Promise.all(wanted.map((id) => runCheck(id, context))));
}

async function runCheck(id: CheckId, context: CheckContext): Promise<CheckResult> {
  const started = performance.now();
  const finding = await CHECKS[id](context);
  return { id, ...finding, durationMs: performance.now() - started };
}
