import type { SettingValues } from '../../config/setting-values.ts';
import { readBrowserVariable, splitCommand } from '../../login/browser-command.ts';
import { planListener } from '../../login/listen-plan.ts';
import { type LoginRequest, type LoginResult, login } from '../../login/login.ts';
import type { Browser } from '../../platform/browser.ts';
import type { Fetch } from '../../protocol/fetch.ts';
import { RelyingParty } from '../../protocol/relying-party.ts';
import { readScope } from '../../protocol/scopes.ts';
import type { CommandContext } from '../command-context.ts';
import type { LoginOptions } from '../commands/login.ts';
import { requireDataScope } from '../output/canary-output.ts';
import type { ExpectationOutcome } from '../output/expectations.ts';
import { printResult } from '../output/print-result.ts';
import { openTransport, prepareProxy } from '../settings/transport.ts';
import { openCallbackCertificate } from './callback-certificate.ts';
import { createLoginDisplay } from './login-display.ts';
import { readLoginOptions } from './login-options.ts';
import { traceParty, traceProgress } from './trace-login.ts';

/** Whom a login runs against and as whom, and what ends with it. */
export interface LoginTarget {
  readonly settings: SettingValues;
  /** Makes what takes the place of the person's browser. */
  readonly createBrowser?: (fetch: Fetch) => Browser;
  close?(): Promise<void>;
}

/**
 * Runs `sgid login`.
 *
 * @param onJudged Hears what came of each `--expect`.
 * @throws SgidError of any step.
 */
export async function runLogin(
  options: LoginOptions,
  context: CommandContext,
  onJudged?: (outcomes: readonly ExpectationOutcome[]) => void,
): Promise<void> {
  const { platform } = context;
  const { timeoutMs, httpTimeoutMs, expectations } = readLoginOptions(options);
  const target = options.mock ? await openMockTarget(options, context) : await readTarget(options, context);
  try {
    const { settings } = target;
    if (options.saveCanary !== undefined) requireDataScope(settings.scope);
    prepareProxy(settings.hostname, context);
    const transport = openTransport(context, { timeoutMs: httpTimeoutMs });
    const request = await loginRequest(options, target, timeoutMs, context);
    // Only a browser of ours knows that the callback's certificate is ours as well.
    const trusting = openTransport(context, { timeoutMs: httpTimeoutMs, ca: request.tls?.certificate });
    const browser = target.createBrowser?.(trusting.fetch) ?? platform.browser;
    await printResult({ flags: options, expectations, onJudged }, context, (onReply) => {
      const party = new RelyingParty({ ...settings, transport, onReply });
      return runWithDisplay(party, request, browser, context, options);
    });
  } finally {
    await target.close?.();
  }
}

async function openMockTarget(options: LoginOptions, context: CommandContext): Promise<LoginTarget> {
  const { startMockTarget } = await import('./mock-target.ts');
  return startMockTarget(options, context);
}

async function readTarget(options: LoginOptions, context: CommandContext): Promise<LoginTarget> {
  const { SETTING_NAMES } = await import('../../config/setting-values.ts');
  const { readSettings } = await import('../settings/read-settings.ts');
  const stdinUse = options.manual ? '--manual' : undefined;
  return { settings: await readSettings({ needed: SETTING_NAMES }, options, context, stdinUse) };
}

async function loginRequest(
  options: LoginOptions,
  target: LoginTarget,
  timeoutMs: number,
  context: CommandContext,
): Promise<LoginRequest> {
  const { platform } = context;
  const { redirectUri, scope } = target.settings;
  await warnOfField(options.field, scope, context);
  const browser = browserCommand(options, target, platform.env['BROWSER']);
  return {
    redirectUri,
    scope,
    state: options.state,
    nonce: options.nonce,
    ...(await prepareListener(options, new URL(redirectUri), context)),
    browser,
    unattended: target.createBrowser !== undefined,
    embedded: options.mock,
    timeoutMs,
  };
}

/** A login is long, and that its one value was not asked for can be told before. */
async function warnOfField(
  field: string | undefined,
  scope: string,
  { diagnostics }: CommandContext,
): Promise<void> {
  const claims = ['sub', ...readScope(scope).scopes.filter((name) => name !== 'openid')];
  if (field === undefined || claims.includes(field)) return;
  const { nearestName } = await import('../../config/nearest-name.ts');
  const meant = nearestName(field, claims);
  const advice = meant === undefined ? '' : `; did you mean ${meant}?`;
  diagnostics.warn(`the scope does not ask for ${field}, so --field may find nothing${advice}`);
}

async function prepareListener(
  options: LoginOptions,
  redirectUri: URL,
  context: CommandContext,
): Promise<Pick<LoginRequest, 'listen' | 'tls'>> {
  if (options.manual) return { listen: undefined };
  const listen = planListener(redirectUri, {
    ...(options.listen === undefined ? {} : { listen: options.listen }),
    listenPublic: options.listenPublic === true,
    certified: options.tlsCert !== undefined,
  });
  return listen.secure
    ? { listen, tls: await openCallbackCertificate(options, redirectUri.hostname, context) }
    : { listen };
}

function browserCommand(
  options: LoginOptions,
  target: LoginTarget,
  fromEnv: string | undefined,
): readonly string[] | undefined {
  if (target.createBrowser) return [];
  if (options.browser === false) return undefined;
  return typeof options.browser === 'string'
    ? splitCommand(options.browser)
    : readBrowserVariable(fromEnv ?? '');
}

async function runWithDisplay(
  party: RelyingParty,
  request: LoginRequest,
  browser: Browser,
  { platform, diagnostics, trace }: CommandContext,
  options: LoginOptions,
): Promise<LoginResult> {
  const display = createLoginDisplay({
    terminal: platform.terminal,
    diagnostics,
    manual: options.manual === true,
    persona: options.persona,
    signal: platform.signal,
  });
  try {
    return await login(traceParty(party, trace), request, {
      browser,
      clock: platform.clock,
      progress: traceProgress(display.progress, trace),
      pasted: display.pasted,
      hide: (secrets) => diagnostics.hide(secrets),
      signal: platform.signal,
    });
  } finally {
    display.close();
  }
}
