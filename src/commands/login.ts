import type { Command } from '@commander-js/extra-typings';
import { usageError } from '../errors/sgid-error.ts';
import { parsePrivateKey } from '../keys/private-key.ts';
import { type BrowserAbsence, planBrowser } from '../login/browser-plan.ts';
import { createLoginDisplay } from '../login/display.ts';
import { planListener } from '../login/listen-plan.ts';
import { type LoginDeps, type LoginInput, type LoginResult, login } from '../login/login.ts';
import { createPersonaBrowser } from '../mock/persona-browser.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../mock/test-credentials.ts';
import type { Expectation } from '../output/expectations.ts';
import { printResult } from '../output/result.ts';
import { withoutSecrets } from '../settings/child-environment.ts';
import type { Credentials } from '../settings/credentials.ts';
import { loadCredentials } from '../settings/credentials.ts';
import { CREDENTIAL_NAMES } from '../settings/fields.ts';
import { validateRedirectUri } from '../sgid/redirect-uri.ts';
import { DEFAULT_SCOPE, findUnknownScopes, OPENID_SCOPE, parseScope, SCOPE_NAMES } from '../sgid/scopes.ts';
import { SgidProvider } from '../sgid/sgid-provider.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { parseDuration, refuseBeside } from './option-values.ts';
import { runReported, TRACE_DESCRIPTION } from './reports.ts';
import { addResultOptions, parseExpectations, SAVE_CANARY_DESCRIPTION } from './result-options.ts';
import { HTTP_TIMEOUT, openTransport, prepareConnection } from './transport.ts';

const EXAMPLES = `
Examples:
  $ sgid login --mock --persona wei-ming       try it without credentials
  $ sgid login -p staging --field myinfo.name  one value as plain text`;

const addOptions = (command: Command) =>
  addResultOptions(
    addCredentialOptions(command)
      .optionsGroup(GROUPS.browser)
      .option('--no-browser', 'only print the URL')
      .option('--browser <command>', 'open with this, over SSH too (default: $BROWSER)')
      .option('--manual', 'do not listen; paste the redirected URL instead')
      .option('--listen <host:port>', "listen here, not at the redirect URI's address")
      .option('--timeout <duration>', 'seconds to wait, or as 90s, 1h', '5m'),
  )
    .optionsGroup(GROUPS.output)
    .option('--include-tokens', 'add accessToken, idToken and its claims')
    .optionsGroup(GROUPS.testing)
    .option('--mock', 'log in at the embedded provider')
    .option('--persona <persona>', 'with --mock: log this person in, without browser')
    .option('--junit <file>', 'write the results to this file, as JUnit XML')
    .option('--save-canary <file>', SAVE_CANARY_DESCRIPTION)
    .optionsGroup(GROUPS.rare)
    .option('--listen-public', 'allow --listen where other machines reach it')
    .option('--tls-cert <file>', 'a certificate for https (default: self-signed)')
    .option('--tls-key <file>', 'the private key of --tls-cert')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .option(...HTTP_TIMEOUT)
    .option('--state <value>', 'use this state instead of a random one')
    .option('--nonce <value>', 'use this nonce instead of a random one')
    .addHelpText('after', EXAMPLES);

type LoginFlags = ReturnType<ReturnType<typeof addOptions>['opts']>;

export const declare: DeclareCommand = (command, openContext) => {
  addOptions(command).action(async (flags) => {
    const context = await openContext();
    const expectations = parseExpectations(flags);
    await runReported('login', { ...flags, expectations }, context, () =>
      runLogin(flags, expectations, context),
    );
  });
};

const CONTRADICTIONS: readonly (readonly [keyof LoginFlags, keyof LoginFlags, string])[] = [
  ['manual', 'listen', '--manual does not listen'],
  ['manual', 'persona', '--persona needs no person, --manual does'],
  ['manual', 'tlsCert', '--manual does not listen'],
  ['persona', 'listen', '--persona needs no other address'],
  ['field', 'includeTokens', '--field prints one value only'],
  ['mock', 'hostname', '--mock is its own provider'],
  ['mock', 'clientId', '--mock brings its own test client'],
  ['mock', 'clientSecretFile', '--mock brings its own test client'],
  ['mock', 'privateKeyFile', '--mock brings its own test client'],
  ['mock', 'credentials', '--mock brings its own test client'],
  ['mock', 'dotenv', '--mock brings its own test client'],
  ['mock', 'profile', '--mock brings its own test client'],
];

const DEPENDENCIES: readonly (readonly [keyof LoginFlags, keyof LoginFlags])[] = [
  ['persona', 'mock'],
  ['listenPublic', 'listen'],
  ['tlsCert', 'tlsKey'],
  ['tlsKey', 'tlsCert'],
];

async function runLogin(
  flags: LoginFlags,
  expectations: readonly Expectation[],
  context: CommandContext,
): Promise<void> {
  checkFlags(flags);
  const timeoutMs = parseDuration(flags.timeout, '--timeout');
  const httpTimeoutMs = parseDuration(flags.httpTimeout, '--http-timeout');
  await using target = flags.mock
    ? await startEmbeddedProvider(flags, context)
    : await openProvider(flags, context);
  const { clientId, redirectUri, scope, hostname } = target.settings;
  if (flags.saveCanary !== undefined) requireDataScope(scope);
  prepareConnection(hostname, context);
  const named = expectations.map(({ claim }) => ['--expect', claim] as const);
  await warnOfClaims([...named, ['--field', flags.field]], scope, context);
  const url = new URL(redirectUri);
  const listen = flags.manual
    ? undefined
    : {
        ...planListener(url, {
          ...flags,
          certified: flags.tlsCert !== undefined,
          anyPort: target.onListening !== undefined,
        }),
        // Over http a provider can only be on this machine.
        atMock: flags.mock === undefined && hostname.startsWith('http:'),
      };
  const tls = listen?.secure ? await openCertificate(flags, url.hostname, context) : undefined;
  const { persona } = flags;
  const { command, absence } = planBrowser(flags.browser, context.platform.env);
  const input: LoginInput = {
    clientId,
    redirectUri,
    scope,
    state: flags.state,
    nonce: flags.nonce,
    listen,
    tls,
    browser: persona === undefined ? command : [],
    unattended: persona !== undefined,
    embedded: flags.mock,
    onListening: target.onListening,
    timeoutMs,
  };
  await printResult({ flags, expectations }, context, (onReply) => {
    const transport = openTransport(context, httpTimeoutMs);
    const provider = new SgidProvider({ ...target.settings, transport, onReply });
    const { withheld } = target;
    return runOnDisplay(provider, input, httpTimeoutMs, { ...flags, absence, withheld }, context);
  });
}

function checkFlags(flags: LoginFlags): void {
  for (const [one, other, reason] of CONTRADICTIONS) {
    if (flags[one] !== undefined) refuseBeside(flagOf(one), { [flagOf(other)]: flags[other] }, reason);
  }
  for (const [one, other] of DEPENDENCIES) {
    if (flags[one] !== undefined && flags[other] === undefined) {
      throw usageError(`${flagOf(one)} needs ${flagOf(other)}`, `Add ${flagOf(other)}.`);
    }
  }
  if (flags.persona !== undefined && typeof flags.browser === 'string')
    refuseBeside('--persona', { '--browser': flags.browser }, '--persona needs no browser');
}

/** An option as it is typed: `saveCanary` is `--save-canary`. */
function flagOf(name: keyof LoginFlags): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

interface LoginTarget extends AsyncDisposable {
  readonly settings: Credentials;
  /** The variables that the profile names for its secrets. */
  readonly withheld?: ReadonlySet<string>;
  /** Is called with the redirect URI when the listener, on any free port, knows its own. */
  onListening?(redirectUri: string): void;
}

async function openProvider(flags: LoginFlags, context: CommandContext): Promise<LoginTarget> {
  const stdinUse = flags.manual ? '--manual' : undefined;
  const inputs = openInputs(context, stdinUse);
  const settings = await loadCredentials({ needed: CREDENTIAL_NAMES }, flags, inputs);
  return { settings, withheld: inputs.withheld, [Symbol.asyncDispose]: async () => {} };
}

/**
 * Starts the embedded provider with a test client for one login. Unless a redirect URI is given, the callback takes a
 * free port, so that it never meets another program (with --manual nobody listens), at the IPv4 address (RFC 8252
 * section 7.3): Node 20 takes long to listen on `::1`, because it compiles a pattern of all IPv6 addresses. Only options
 * count: no variable, no `.env`.
 */
async function startEmbeddedProvider(
  { persona, ...flags }: LoginFlags,
  { diagnostics }: CommandContext,
): Promise<LoginTarget> {
  const scope = parseScope(flags.scope || DEFAULT_SCOPE);
  for (const name of findUnknownScopes(scope))
    diagnostics.warn(`the embedded provider does not know the scope ${name}`);
  const redirectUri = flags.redirectUri
    ? validateRedirectUri(flags.redirectUri)
    : `http://127.0.0.1:${flags.manual ? 5001 : 0}/callback`;
  const redirectUris = [redirectUri];
  // Most logins need no provider, which is a quarter of what they would load.
  const { startMockServer } = await import('../mock/server.ts');
  const server = await startMockServer({
    port: 0,
    clients: [createTestClient(redirectUris)],
    approve: persona,
  });
  return {
    settings: {
      clientId: TEST_CLIENT_ID,
      clientSecret: TEST_CLIENT_SECRET,
      privateKey: parsePrivateKey(TEST_PRIVATE_KEY),
      redirectUri,
      hostname: server.hostname,
      scope,
    },
    ...(!flags.redirectUri && {
      onListening: (found: string) => void redirectUris.splice(0, 1, found),
    }),
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

function requireDataScope(scope: readonly string[]): void {
  if (scope.length > 1) return;
  throw usageError(
    `--save-canary needs a scope with data: "${scope.join(' ')}" comes without a key`,
    'Ask for one, for example --scope "openid myinfo.name".',
  );
}

/** Warns of claims that the scope does not ask for: they cannot come. */
async function warnOfClaims(
  named: readonly (readonly [option: string, claim: string | undefined])[],
  scope: readonly string[],
  { diagnostics }: CommandContext,
): Promise<void> {
  const claims = ['sub', ...scope.filter((name) => name !== OPENID_SCOPE)];
  for (const [option, claim] of named) {
    if (claim === undefined || claims.includes(claim)) continue;
    const { didYouMean } = await import('../text/nearest-name.ts');
    const isKnown = claim !== OPENID_SCOPE && SCOPE_NAMES.includes(claim);
    const advice = isKnown ? 'Add it to --scope.' : (didYouMean(claim, claims) ?? '');
    const warning = `the scope does not ask for ${toPrintable(claim)}, so ${option} may find nothing`;
    diagnostics.warn(advice === '' ? warning : `${warning}. ${advice}`);
  }
}

async function openCertificate(
  { tlsCert, tlsKey, persona }: LoginFlags,
  hostname: string,
  { platform, diagnostics }: CommandContext,
): Promise<TlsCredentials> {
  const { openCallbackCertificate } = await import('../login/certificate.ts');
  const given = tlsCert !== undefined && tlsKey !== undefined;
  const files = given ? { certificate: tlsCert, privateKey: tlsKey } : undefined;
  const { tls, warnings, instructions } = await openCallbackCertificate(hostname, files, platform);
  for (const warning of warnings) diagnostics.warn(warning);
  if (instructions !== undefined && persona === undefined) diagnostics.info(instructions);
  return tls;
}

interface Surroundings {
  readonly absence: BrowserAbsence | undefined;
  readonly withheld: LoginTarget['withheld'];
}

async function runOnDisplay(
  provider: SgidProvider,
  input: LoginInput,
  httpTimeoutMs: number,
  { manual, persona, absence, withheld }: LoginFlags & Surroundings,
  context: CommandContext,
): Promise<LoginResult> {
  const { platform, diagnostics, journal } = context;
  const { terminal, clock, signal } = platform;
  const isCi = !['', 'false', undefined].includes(platform.env['CI']);
  const isDeserted = isCi && !terminal.stdinIsTerminal && !terminal.stderrIsTerminal;
  const display = await createLoginDisplay({
    terminal,
    diagnostics,
    absence,
    isDeserted,
    manual: manual === true,
    persona,
    timeoutMs: input.timeoutMs,
    signal,
  });
  journal.follow(display.reader);
  let browser: LoginDeps['browser'];
  if (persona === undefined) {
    const env = withoutSecrets(platform.env, withheld);
    browser = { open: (url, command) => platform.browser.open(url, command, env) };
  } else {
    // It trusts the callback's certificate, which may be self-signed.
    const transport = openTransport(context, httpTimeoutMs, input.tls?.certificate);
    browser = createPersonaBrowser(transport, journal.exchangesOnly('browser'));
  }
  try {
    const deps = { browser, clock, journal, pasted: display.pasted, hide: diagnostics.hide, signal };
    return await login(provider, { ...input, isDeserted }, deps);
  } finally {
    display.close();
  }
}
