import { parsePrivateKey } from '../keys/private-key.ts';
import { createLoginDisplay } from '../login/display.ts';
import { planListener } from '../login/listen-plan.ts';
import { type LoginRequest, type LoginResult, login } from '../login/login.ts';
import { createPersonaBrowser } from '../mock/persona-browser.ts';
import { startMockServer } from '../mock/server.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../mock/test-credentials.ts';
import type { Fetch } from '../oidc/http-exchange.ts';
import type { ExpectationOutcome } from '../output/expectations.ts';
import { printResult, type ResultFlags, requireDataScope } from '../output/result.ts';
import type { SettingValues } from '../settings/fields.ts';
import { readRedirectUri } from '../settings/redirect-uri.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { RelyingParty } from '../sgid/relying-party.ts';
import { DEFAULT_SCOPE, readScope } from '../sgid/scopes.ts';
import type { Browser } from '../system/browser.ts';
import { findFreePort } from '../system/ports.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions } from './credential-options.ts';
import { JUNIT_DESCRIPTION, withJunit } from './junit-option.ts';
import { openCallbackCertificate } from './login-certificate.ts';
import { readBrowserVariable, readLoginOptions, splitCommand } from './login-options.ts';
import { addResultOptions, SAVE_CANARY_DESCRIPTION } from './result-options.ts';
import { traceParty, traceProgress } from './trace-login.ts';
import { TRACE_DESCRIPTION, withTrace } from './trace-option.ts';
import { openTransport, prepareProxy } from './transport.ts';

/** The options of `sgid login`, as the command line gives them. */
export interface LoginOptions extends CredentialFlags, ResultFlags {
  /** `false` for --no-browser. */
  readonly browser?: string | boolean | undefined;
  readonly manual?: true;
  readonly listen?: string;
  readonly listenPublic?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly timeout: string;
  readonly httpTimeout: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly includeTokens?: true;
  readonly mock?: true;
  readonly persona?: string;
  readonly trace?: string;
  readonly saveCanary?: string;
  readonly junit?: string;
}

const EXAMPLES = `
Examples:
  $ sgid login --mock --persona wei-ming
  $ sgid login --scope "openid myinfo.name"
  $ sgid login --credentials client.json \\
      --redirect-uri http://localhost:5001/api/redirect
  $ sgid login -p staging                                with the credentials of a profile
  $ sgid login --manual --no-browser                     the browser is on another machine
  $ sgid login --field myinfo.name                       one value as plain text
  $ env=$(sgid login --format env) && eval "$env"        MYINFO_NAME and its like as shell variables
  $ sgid login --expect myinfo.email --out claims.json

Credentials, the first found wins: option, --credentials file, environment (SGID_CLIENT_ID,
SGID_CLIENT_SECRET, SGID_PRIVATE_KEY, SGID_REDIRECT_URI, SGID_HOSTNAME, SGID_SCOPE), ./.env, profile.
The profile is that of -p, else of SGID_PROFILE, else the one chosen with "sgid profile use".
No secret is taken as an option's value, because other users of the machine could read it.`;

/** Declares `sgid login`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(command, [
      'scope',
      'clientId',
      'clientSecretFile',
      'privateKeyFile',
      'redirectUri',
      'hostname',
    ])
      .optionsGroup(GROUPS.browser)
      .option('--no-browser', 'only print the URL')
      .option(
        '--browser <command>',
        'open the URL with this command (default: $BROWSER, else the system browser)',
      )
      .option('--manual', 'do not listen; read the redirected URL from the prompt or standard input')
      .option('--listen <host:port>', 'listen here although the redirect URI says otherwise')
      .option('--listen-public', 'let --listen take an address that other machines reach')
      .option(
        '--tls-cert <file>',
        'the certificate for a redirect URI with https (default: a self-signed one)',
      )
      .option('--tls-key <file>', 'the private key of --tls-cert')
      .option('--timeout <duration>', 'how long to wait for the callback', '5m'),
  )
    .optionsGroup(GROUPS.output)
    .option('--include-tokens', 'add accessToken, idToken and its claims')
    .optionsGroup(GROUPS.testing)
    .option('--mock', 'log in at the embedded provider, with a test client')
    .option('--persona <id>', 'with --mock: log this invented person in, without a browser')
    .option('--junit <file>', JUNIT_DESCRIPTION)
    .option('--save-canary <file>', SAVE_CANARY_DESCRIPTION)
    .optionsGroup(GROUPS.rare)
    .option('--trace <file>', TRACE_DESCRIPTION)
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--state <value>', 'use this state instead of a random one')
    .option('--nonce <value>', 'use this nonce instead of a random one')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await withTrace('login', options, context, (traced) =>
        withJunit(options, traced, (reported, onJudged) => runLogin(options, reported, onJudged)),
      );
    });
};

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
  return startMockTarget(options, context);
}

async function readTarget(options: LoginOptions, context: CommandContext): Promise<LoginTarget> {
  const { SETTING_NAMES } = await import('../settings/fields.ts');
  const { readSettings } = await import('./credential-options.ts');
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
  const { nearestName } = await import('../text/nearest-name.ts');
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

/**
 * Starts the embedded provider with a test client for one login. Unless a redirect URI is given, the callback
 * takes a free port, so that it never meets another program, and the address itself (RFC 8252 section 7.3), because
 * Node 20 takes long to listen on `::1` as well: it compiles a pattern of all IPv6 addresses. Only options count: no variable, no `.env`.
 *
 * @throws SgidError `ERR_USAGE` for an unknown persona, `ERR_SCOPE`, `ERR_LISTEN_*`.
 */
export async function startMockTarget(
  options: LoginOptions,
  { diagnostics }: CommandContext,
): Promise<LoginTarget> {
  const { scopes, unknown } = readScope(options.scope ?? DEFAULT_SCOPE);
  for (const name of unknown) diagnostics.warn(`the embedded provider does not know the scope ${name}`);
  const redirectUri = options.redirectUri
    ? readRedirectUri(options.redirectUri)
    : `http://127.0.0.1:${await findFreePort(['127.0.0.1'])}/callback`;
  const { persona } = options;
  const server = await startMockServer({
    port: 0,
    clients: [createTestClient([redirectUri])],
    ...(persona === undefined ? {} : { approve: persona }),
  });
  return {
    settings: {
      clientId: TEST_CLIENT_ID,
      clientSecret: TEST_CLIENT_SECRET,
      privateKey: parsePrivateKey(TEST_PRIVATE_KEY),
      redirectUri,
      hostname: server.hostname,
      scope: scopes.join(' '),
    },
    ...(persona === undefined ? {} : { createBrowser: createPersonaBrowser }),
    close: () => server.close(),
  };
}
