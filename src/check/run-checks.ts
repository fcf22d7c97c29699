import type { SgidError } from '../errors/sgid-error.ts';
import { toPrintable } from '../text/printable.ts';
import { createRedactor } from '../text/redact.ts';
import { changeSecret, online } from './answers.ts';
import {
  CHECK_IDS,
  type CheckContext,
  type CheckFinding,
  type CheckId,
  type CheckReport,
  type CheckResult,
  failBy,
  reportOf,
  skip,
} from './check.ts';
import { checkClientSecret, checkRedirectUriRegistered } from './client-checks.ts';
import { checkCanary, checkPrivateKey, checkPublicKey } from './key-checks.ts';
import { checkClock, checkDiscovery, checkJwks } from './provider-checks.ts';
import {
  checkCallbackPort,
  checkCredentials,
  checkProvider,
  checkRedirectUri,
  checkScopes,
} from './settings-checks.ts';

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
