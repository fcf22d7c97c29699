import { SgidError } from '../errors/sgid-error.ts';
import { readStopwatch } from '../system/clock.ts';
import { toPrintable } from '../text/printable.ts';
import { createRedactor } from '../text/redact.ts';
import { changeSecret } from './answers.ts';
import { type CheckContext, type Finding, fail, failBy, skip, skipWithout } from './check.ts';
import { ASK_FOR_LESS, CLIENT_CHECKS } from './client-checks.ts';
import { CREDENTIAL_CHECKS } from './credential-checks.ts';
import { PROVIDER_CHECKS } from './provider-checks.ts';

const ONLINE_CHECKS = { ...PROVIDER_CHECKS, ...CLIENT_CHECKS };

/** Stable across releases. */
export type CheckId = keyof typeof CREDENTIAL_CHECKS | keyof typeof ONLINE_CHECKS;

export const CHECK_IDS = Object.keys({ ...CREDENTIAL_CHECKS, ...ONLINE_CHECKS }) as readonly CheckId[];

/** The checks that ask the provider. */
export const ONLINE_CHECK_IDS: readonly CheckId[] = CHECK_IDS.filter(isOnline);

/** Its texts are single lines, safe to print, and hold no secret. */
export type CheckResult = Finding & { readonly id: CheckId; readonly durationMs: number };

export interface CheckReport {
  /** Nothing failed. */
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

/**
 * Runs checks, all of them at once, and reports them in their own order.
 *
 * @param only Which; all when omitted. One of these that is blocked by another fault fails, because the check of that
 *   fault may not be among them.
 * @throws For an interruption or a bug.
 */
export async function runChecks(context: CheckContext, only?: readonly CheckId[]): Promise<CheckReport> {
  const { clientSecret, secrets } = context.credentials;
  // The changed secret of the probe differs from the real one in one character.
  const clean = createCleaner(clientSecret.ok ? [...secrets, changeSecret(clientSecret.value)] : secrets);
  const run = async (id: CheckId): Promise<CheckResult> => {
    const started = readStopwatch();
    const finding = await (isOnline(id) ? ask(id, context) : CREDENTIAL_CHECKS[id](context));
    const result = only && finding.blockedBy ? failBy(finding.blockedBy) : finding;
    return resultOf(id, result, clean, readStopwatch() - started);
  };
  const results = (await Promise.all(wanted(only).map(run))).map(skipUnreachable);
  // One authorization request shows both whether the redirect URI is registered and whether the scopes are granted.
  const refusal = results.find(({ scopeRefusal }) => scopeRefusal)?.scopeRefusal;
  const failScopes = ({ evidence, hint = ASK_FOR_LESS, durationMs }: CheckResult): CheckResult => {
    // The provider may suggest the same name.
    const [suggestion = ''] = hint.split('?');
    const advice = refusal?.includes(suggestion) ? ASK_FOR_LESS : hint;
    const finding = fail('ERR_AUTHORIZATION', `${evidence}; the provider refuses them: ${refusal}`, advice);
    return resultOf('scopes', finding, clean, durationMs);
  };
  return reportOf(results.map((result) => (refusal && result.id === 'scopes' ? failScopes(result) : result)));
}

/** A provider that cannot be reached is one fault, however many checks would ask it. */
function skipUnreachable(result: CheckResult, index: number, results: readonly CheckResult[]): CheckResult {
  const { id, code, evidence, durationMs } = result;
  const isSame = (other: CheckResult): boolean => other.code === code && other.evidence === evidence;
  return code === 'ERR_NETWORK' && isOnline(id) && results.slice(0, index).some(isSame)
    ? { ...skip('the provider cannot be reached'), id, durationMs }
    : result;
}

/** The report where the credentials as a whole cannot be loaded: nothing else could be tried. */
export function reportUnreadable(error: SgidError, only?: readonly CheckId[]): CheckReport {
  const others = wanted(only).filter((id) => id !== 'credentials');
  const skipped = skip('the credentials could not be read');
  return reportOf([
    resultOf('credentials', failBy(error), toPrintable),
    ...others.map((id) => resultOf(id, skipped, toPrintable)),
  ]);
}

function resultOf(
  id: CheckId,
  finding: Finding,
  clean: (text: string) => string,
  durationMs = 0,
): CheckResult {
  // An error has words that were not cleaned.
  const { evidence, hint, blockedBy: _error, ...rest } = finding;
  const advice = hint === undefined ? {} : { hint: clean(hint) };
  return { ...rest, id, evidence: clean(evidence), ...advice, durationMs };
}

function reportOf(checks: readonly CheckResult[]): CheckReport {
  return { ok: checks.every(({ verdict }) => verdict !== 'fail'), checks };
}

function wanted(only: readonly CheckId[] = CHECK_IDS): readonly CheckId[] {
  return CHECK_IDS.filter((id) => only.includes(id));
}

function isOnline(id: CheckId): id is keyof typeof ONLINE_CHECKS {
  return Object.hasOwn(ONLINE_CHECKS, id);
}

async function ask(id: keyof typeof ONLINE_CHECKS, context: CheckContext): Promise<Finding> {
  const { transport, signal, credentials } = context;
  const { hostname } = credentials;
  if (transport === undefined) return skip('not with --offline');
  if (!hostname.ok) return skipWithout('there is no usable provider', hostname);
  try {
    return await ONLINE_CHECKS[id]({ ...context, transport, hostname: hostname.value });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SgidError) return failBy(error);
    throw error;
  }
}

/**
 * Makes a text fit for a report: one line without control characters, secrets, and what a CI system would take for a
 * command once a line is broken there.
 */
function createCleaner(secrets: readonly string[]): (text: string) => string {
  const redactor = createRedactor();
  redactor.hide(secrets);
  return (text) =>
    toPrintable(redactor.redact(toPrintable(text, Infinity))).replaceAll(/(?<=^|\s)::/g, ': :');
}
