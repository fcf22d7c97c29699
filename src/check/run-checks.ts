import type { SgidError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import { createRedactor } from '../protocol/redact.ts';
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
import { failBy, skip } from './finding.ts';
import { changeSecret } from './mutate.ts';
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
 * @param only Which; all when left out. Of these, one that could not be tried because something else is wrong has
 *   failed: nothing else may be there to say so.
 * @throws What is no finding: an interruption, or a bug.
 */
export async function runChecks(context: CheckContext, only?: readonly CheckId[]): Promise<CheckReport> {
  const { clientSecret, secrets } = context.subject;
  // The changed one of the probe is all but the real one.
  const clean = cleanerOf(clientSecret.ok ? [...secrets, changeSecret(clientSecret.value)] : secrets);
  const run = async (id: CheckId): Promise<CheckResult> => {
    const started = performance.now();
    const finding = await CHECKS[id](context);
    const isBlocked = finding.verdict === 'skip' && finding.blockedBy !== undefined;
    const judged = only && isBlocked ? failBy(finding.blockedBy) : finding;
    return resultOf(id, judged, performance.now() - started, clean);
  };
  return reportOf(await Promise.all(wantedOf(only).map(run)));
}

/** The report where the credentials as a whole cannot be read: nothing else could be tried. */
export function reportUnreadable(error: SgidError, only?: readonly CheckId[]): CheckReport {
  const others = wantedOf(only).filter((id) => id !== 'credentials');
  const skipped = skip('the credentials could not be read');
  return reportOf([
    resultOf('credentials', failBy(error), 0, toPrintable),
    ...others.map((id) => resultOf(id, skipped, 0, toPrintable)),
  ]);
}

function wantedOf(only: readonly CheckId[] = CHECK_IDS): readonly CheckId[] {
  return CHECK_IDS.filter((id) => only.includes(id));
}

function resultOf(
  id: CheckId,
  finding: CheckFinding,
  durationMs: number,
  clean: (text: string) => string,
): CheckResult {
  return {
    id,
    verdict: finding.verdict,
    evidence: clean(finding.evidence),
    ...('hint' in finding ? { hint: clean(finding.hint) } : {}),
    ...('code' in finding ? { code: finding.code } : {}),
    durationMs,
  };
}

/**
 * Makes a text fit for a report: one line without control characters, secrets, and what GitHub Actions would take for
 * a command once a line is broken there.
 */
function cleanerOf(secrets: readonly string[]): (text: string) => string {
  const redactor = createRedactor();
  redactor.hide(secrets);
  // Twice: taking control characters out may join the pieces of a secret.
  return (text) =>
    toPrintable(redactor.redact(toPrintable(redactor.redact(text)))).replaceAll(/(?<=^|\s)::/g, ': :');
}
