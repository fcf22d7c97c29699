import { resolveSettings, type Settings } from '../config/settings.ts';
import { readBrowserVariable, splitCommand } from '../login/browser-command.ts';
import { planListener } from '../login/listen-plan.ts';
import { type LoginRequest, type LoginResult, login } from '../login/login.ts';
import type { Browser } from '../platform/browser.ts';
import type { Platform } from '../platform/platform.ts';
import { SgidError } from '../protocol/errors.ts';
import { MAX_RESPONSE_BYTES, type Transport } from '../protocol/exchange.ts';
import { RelyingParty } from '../protocol/relying-party.ts';
import { readScope } from '../protocol/scopes.ts';
import type { CommandContext } from './command-context.ts';
import type { LoginOptions } from './commands/login.ts';
import { checkExpectations } from './expectations.ts';
import { createLoginDisplay } from './login-display.ts';
import { readLoginOptions } from './login-options.ts';
import { listClaims, renderResult } from './render-result.ts';
import { openResultOutput } from './result-output.ts';
import { logExchanges } from './verbose-http.ts';

/** Whom a login runs against and as whom, and what ends with it. */
export interface LoginTarget {
  readonly settings: Pick<
    Settings,
    'clientId' | 'clientSecret' | 'privateKey' | 'redirectUri' | 'hostname' | 'scope'
  >;
  /** Takes the place of the person's browser. */
  readonly browser?: Browser;
  close?(): Promise<void>;
}

/**
 * Runs `sgid login`.
 *
 * @throws SgidError of any step.
 */
export async function runLogin(options: LoginOptions, context: CommandContext): Promise<void> {
  const { platform, diagnostics } = context;
  const { timeoutMs, httpTimeoutMs, expectations } = readLoginOptions(options);
  const transport: Transport = {
    fetch: platform.createHttpClient({
      timeoutMs: httpTimeoutMs,
      maxBytes: MAX_RESPONSE_BYTES,
      onExchange: logExchanges(diagnostics),
    }),
    clock: platform.clock,
  };
  const target = options.mock
    ? await openMockTarget(options, context, transport)
    : await readTarget(options, context);
  try {
    const { settings } = target;
    const party = new RelyingParty({ ...settings, transport });
    const request = loginRequest(options, target, timeoutMs, context);
    const output = await openResultOutput(options.out, platform);
    try {
      const result = await runWithDisplay(party, request, target, context, options);
      const { text, notices } = renderResult(result, {
        format: options.format ?? 'json',
        raw: options.raw === true,
        includeTokens: options.includeTokens === true,
        field: options.field,
        forTerminal: options.out === undefined && platform.terminal.stdoutIsTerminal,
      });
      for (const notice of notices) diagnostics.warn(notice);
      await output.commit(text);
      checkExpectations(expectations, listClaims(result));
    } finally {
      await output.discard();
    }
  } finally {
    await target.close?.();
  }
}

async function openMockTarget(
  options: LoginOptions,
  context: CommandContext,
  transport: Transport,
): Promise<LoginTarget> {
  const { startMockTarget } = await import('./mock-target.ts');
  return startMockTarget(options, context, transport);
}

async function readTarget(
  options: LoginOptions,
  { platform, diagnostics }: CommandContext,
): Promise<LoginTarget> {
  const { terminal, signal } = platform;
  const settings = await resolveSettings(options, {
    env: platform.env,
    files: platform.files,
    readStdin: () => readInput(platform),
    ...(options.manual ? { stdinUse: '--manual' } : {}),
    ...(terminal.stdinIsTerminal && terminal.stderrIsTerminal
      ? { askPassphrase: () => terminal.askSecret('Passphrase of the private key', signal) }
      : {}),
  });
  diagnostics.hide(settings.secrets);
  for (const [name, origin] of Object.entries(settings.origins)) diagnostics.detail(`${name} from ${origin}`);
  for (const notice of settings.notices) diagnostics.warn(notice);
  return { settings };
}

/** Nobody types a key, and a secret that is typed here would be seen. */
async function readInput({ terminal, signal }: Platform): Promise<Uint8Array> {
  if (!terminal.stdinIsTerminal) return terminal.readInput(signal);
  throw new SgidError('ERR_USAGE', 'a secret is to be read from standard input, which is a terminal', {
    step: 'usage',
    hint: 'Redirect it, for example: sgid login --client-secret-file - < secret.txt',
  });
}

function loginRequest(
  options: LoginOptions,
  target: LoginTarget,
  timeoutMs: number,
  { platform, diagnostics }: CommandContext,
): LoginRequest {
  const { redirectUri, scope } = target.settings;
  if (
    options.field !== undefined &&
    options.field !== 'sub' &&
    !readScope(scope).scopes.includes(options.field)
  ) {
    diagnostics.warn(`the scope does not ask for ${options.field}, so --field may find nothing`);
  }
  return {
    redirectUri,
    scope,
    state: options.state,
    nonce: options.nonce,
    listen: options.manual
      ? undefined
      : planListener(new URL(redirectUri), {
          ...(options.listen === undefined ? {} : { listen: options.listen }),
          listenPublic: options.listenPublic === true,
        }),
    browser: browserCommand(options, target, platform.env['BROWSER']),
    unattended: target.browser !== undefined,
    timeoutMs,
  };
}

function browserCommand(
  options: LoginOptions,
  target: LoginTarget,
  fromEnv: string | undefined,
): readonly string[] | undefined {
  if (target.browser) return [];
  if (options.browser === false) return undefined;
  return typeof options.browser === 'string'
    ? splitCommand(options.browser)
    : readBrowserVariable(fromEnv ?? '');
}

async function runWithDisplay(
  party: RelyingParty,
  request: LoginRequest,
  target: LoginTarget,
  { platform, diagnostics }: CommandContext,
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
    return await login(party, request, {
      browser: target.browser ?? platform.browser,
      clock: platform.clock,
      progress: display.progress,
      pasted: display.pasted,
      hide: (secrets) => diagnostics.hide(secrets),
      signal: platform.signal,
    });
  } finally {
    display.close();
  }
}
