import type { Command } from '@commander-js/extra-typings';
import * as v from 'valibot';
import { namingOrigin, SgidError, usageError } from '../errors/sgid-error.ts';
import { acceptCallback, acceptCode, validateCallback } from '../oidc/callback.ts';
import { generateCodeChallenge } from '../oidc/pkce.ts';
import { parseRedirectedUrl } from '../oidc/redirected-url.ts';
import { CLOCK_TOLERANCE, isTokenTooLong } from '../oidc/transport.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput } from '../output/result-output.ts';
import { loadCredentials } from '../settings/credentials.ts';
import { unboundProvider } from '../settings/provider-binding.ts';
import { endpointsOf, validateHostname } from '../sgid/endpoints.ts';
import { validateRedirectUri } from '../sgid/redirect-uri.ts';
import { SgidProvider } from '../sgid/sgid-provider.ts';
import { filledText, members, parseJsonFile, timeText } from '../text/json.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { parseDuration, refuseBeside } from './option-values.ts';
import { runReported, TRACE_DESCRIPTION } from './reports.ts';
import { OUT_DESCRIPTION } from './result-options.ts';
import { loadText, type TextInput } from './text-input.ts';
import { HTTP_TIMEOUT, openTransport, prepareConnection } from './transport.ts';

const EXAMPLES = `
Examples:
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo       the rest of a login
  $ sgid callback --transaction transaction.json < url.txt                    the URL from standard input
  $ printf %s "$TRANSACTION" | sgid callback --transaction - "$URL"
  $ sgid callback "$URL" --state "$STATE" --nonce "$NONCE" \\
      --code-verifier "$VERIFIER"
  $ sgid callback --code "$CODE" --nonce "$NONCE" --code-verifier "$VERIFIER"

The URL is the one that the browser was redirected to; the part from the "?" is enough. It is validated before anything
is sent: no parameter twice, then iss, then state, then error or code. The code is sent once and never again.
Prints {"sub","accessToken","idToken","claims"}; the ID token is verified. These are secrets: pipe them, or use --out.
Needs the client id and secret; the redirect URI as well when there is no transaction. Other users of this machine
can see options while the command runs, so that --transaction is better than --code and --code-verifier.
With --code nothing is compared with --state; compare it yourself.`;

const addOptions = (command: Command) =>
  addCredentialOptions(
    command
      .argument('[callback-url]', 'the URL that the browser was redirected to')
      .option('--transaction <file>', 'what "sgid authorize-url" printed; - for standard input')
      .option('--code <value>', 'the authorization code, in place of the URL')
      .option('--code-verifier <verifier>', 'the verifier of the code challenge that was sent')
      .option('--nonce <value>', 'the nonce that was sent')
      .option('--state <value>', 'the state that was sent'),
    ['clientId', 'clientSecretFile', 'redirectUri', 'hostname'],
  )
    .optionsGroup(GROUPS.output)
    .option('--out <file>', OUT_DESCRIPTION)
    .optionsGroup(GROUPS.rare)
    .option(...HTTP_TIMEOUT)
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES);

type CallbackOptions = ReturnType<ReturnType<typeof addOptions>['opts']>;

export const declare: DeclareCommand = (command, openContext) => {
  addOptions(command).action(async (url, options) => {
    const context = await openContext();
    await runReported('callback', options, context, () => runCallback(url, options, context));
  });
};

async function runCallback(
  url: string | undefined,
  options: CallbackOptions,
  context: CommandContext,
): Promise<void> {
  const { transaction, codeVerifier } = options;
  const { journal, platform } = context;
  const timeoutMs = parseDuration(options.httpTimeout, '--http-timeout');
  if (codeVerifier !== undefined && !/^[\w.~-]{43,128}$/.test(codeVerifier)) {
    throw usageError(
      '--code-verifier is not a code verifier, which has 43 to 128 letters, digits or -._~',
      'Make a pair with: sgid pkce',
    );
  }
  const { client, accepted, sent } =
    transaction === undefined
      ? await acceptValues(url, options, context)
      : await acceptTransaction(transaction, url === '-' ? undefined : url, options, context);
  prepareConnection(client.hostname, context);
  const transport = openTransport(context, timeoutMs);
  const provider = new SgidProvider({ ...client, transport });
  // Opened first: a code counts once, and must not be lost to a folder that is not there.
  await using output = await openResultOutput(options.out, platform);
  const tokens = await provider.exchange(accepted, sent, { journal, signal: platform.signal });
  const { sub, accessToken, idToken, claims } = tokens;
  await output.commit(renderJson({ sub, accessToken, idToken, claims }));
}

/** Accepts a callback that belongs to a transaction. Without a URL argument, the URL is read from standard input. */
async function acceptTransaction(
  path: string,
  givenUrl: string | undefined,
  options: CallbackOptions,
  context: CommandContext,
) {
  const { code, nonce, state, redirectUri } = options;
  refuseBeside(
    '--transaction',
    { '--code': code, '--nonce': nonce, '--state': state, '--redirect-uri': redirectUri },
    'the transaction holds what was sent',
  );
  if (path === '-' && givenUrl === undefined) {
    throw usageError(
      'the transaction and the callback URL cannot both come from standard input',
      'Give the URL as the argument, or --transaction the path of a file.',
    );
  }
  const source = { path, option: '--transaction', what: 'the transaction', secret: true } as const;
  const input = await loadText(source, context);
  const asked = { path: '-', what: 'the callback URL', elsewhere: 'it as an argument, in quotes' };
  const url = givenUrl ?? (await loadText(asked, context)).text;
  const transaction = await parseTransaction(input);
  const codeVerifier = chooseVerifier(transaction, options.codeVerifier);
  context.diagnostics.hide([codeVerifier]);
  const stdinUse = path === '-' ? '--transaction' : givenUrl === undefined ? 'the callback URL' : undefined;
  const needed = ['clientId', 'clientSecret', 'hostname'] as const;
  const client = await loadCredentials({ needed }, options, openInputs(context, stdinUse));
  validateTransaction(transaction, client, context.platform.clock.now());
  const accepted = await acceptUrl(url, transaction, context);
  return { client, accepted, sent: { ...transaction, codeVerifier } };
}

/** Accepts a callback or a code whose state, nonce and verifier were given as options. */
async function acceptValues(url: string | undefined, options: CallbackOptions, context: CommandContext) {
  const { code, codeVerifier, nonce = null, state } = options;
  if (code !== undefined) refuseBeside('--code', { '[callback-url]': url }, 'the URL holds the code');
  if (code === undefined && url === undefined) {
    throw usageError(
      'no callback URL, --transaction or --code was given',
      'For example: sgid callback --transaction transaction.json "$URL"',
    );
  }
  if (code !== undefined && isTokenTooLong(code))
    throw usageError('--code is over 16 kB, longer than any code', 'Copy it again.');
  if (codeVerifier === undefined) {
    throw usageError(
      '--code-verifier is missing',
      'Pass the verifier of the challenge that was sent, or --transaction with what "sgid authorize-url" printed.',
    );
  }
  const { diagnostics } = context;
  diagnostics.hide([codeVerifier, code ?? '']);
  if (state !== undefined && code !== undefined)
    diagnostics.warn('--state is compared with nothing, because there is no URL; compare it yourself');
  const needed = ['clientId', 'clientSecret', 'hostname', 'redirectUri'] as const;
  const client = await loadCredentials({ needed }, options, openInputs(context));
  const { hostname, redirectUri, found, hasProfile } = client;
  // The .env of some folder does not decide where the code of a client goes that stands elsewhere.
  const isClientElsewhere = [found.clientId, found.clientSecret].some((value) => value?.kind !== 'dotenv');
  const isUnnamed = found.hostname?.kind === 'dotenv' && !options.dotenv;
  if (found.hostname && isUnnamed && (hasProfile || isClientElsewhere))
    throw unboundProvider(found.hostname, 'the code');
  const accepted =
    code === undefined
      ? await acceptUrl(url ?? '', { hostname, redirectUri, state }, context)
      : acceptCode(code);
  return { client, accepted, sent: { codeVerifier, nonce, redirectUri } };
}

/** Its code is hidden first: the words of a refusal may quote it. */
async function acceptUrl(
  url: string,
  sent: { readonly hostname: string; readonly redirectUri: string; readonly state: string | undefined },
  { diagnostics, journal }: CommandContext,
) {
  const { issuer } = endpointsOf(sent.hostname);
  const parameters = parseRedirectedUrl(url, { ...sent, issuer, isArgument: true });
  if (parameters instanceof SgidError) throw parameters;
  diagnostics.hide(parameters.getAll('code'));
  return journal.step('callback', async (step) =>
    acceptCallback(validateCallback(parameters, { state: sent.state, issuer }), step),
  );
}

/** Compares the verifier with the challenge before it is sent: a wrong one would make the provider void the code. */
function chooseVerifier({ codeVerifier, codeChallenge }: Transaction, given: string | undefined): string {
  if (codeVerifier !== undefined && given !== undefined) {
    throw usageError(
      '--transaction and --code-verifier contradict each other: the transaction holds a verifier',
      'Omit --code-verifier.',
    );
  }
  const verifier = codeVerifier ?? given;
  if (verifier === undefined) {
    throw usageError(
      'the transaction holds no verifier, because it was made with --code-challenge',
      'Pass the verifier of that challenge with --code-verifier.',
    );
  }
  if (generateCodeChallenge(verifier) === codeChallenge) return verifier;
  throw new SgidError(
    given === undefined ? 'ERR_FILE' : 'ERR_USAGE',
    'the code verifier does not belong to the code challenge of the transaction',
    { hint: 'Use the verifier whose challenge went into the authorization URL.' },
  );
}

const SCHEMA = members({
  state: filledText,
  nonce: filledText,
  /** Absent when the challenge was given from outside. */
  codeVerifier: v.exactOptional(filledText),
  codeChallenge: filledText,
  redirectUri: filledText,
  clientId: filledText,
  /** The provider's origin. */
  hostname: filledText,
  createdAt: timeText,
});

type Transaction = v.InferOutput<typeof SCHEMA>;

/** In milliseconds. */
const LIFETIME = 60 * 60 * 1000;

const HINT = 'Make a new one: sgid authorize-url --out transaction.json';

/** @throws SgidError `ERR_FILE`, `ERR_REDIRECT_URI`, `ERR_HOSTNAME`. */
async function parseTransaction({ text, name }: TextInput): Promise<Transaction> {
  const transaction = parseJsonFile(SCHEMA, { text, path: name, hint: HINT });
  await namingOrigin(name, () => {
    validateRedirectUri(transaction.redirectUri);
    validateHostname(transaction.hostname);
  });
  return transaction;
}

/**
 * Refuses a transaction of another client or provider, and one that is too old.
 *
 * @param now In milliseconds since the Unix epoch.
 * @throws SgidError `ERR_FILE`.
 */
function validateTransaction(
  { clientId, hostname, createdAt }: Transaction,
  expected: { readonly clientId: string; readonly hostname: string },
  now: number,
): void {
  if (clientId !== expected.clientId) {
    const client = toPrintable(clientId, 200);
    throw transactionError(
      `is of the client ${client}, not of ${toPrintable(expected.clientId, 200)}`,
      `To use that client, pass --client-id ${client}`,
    );
  }
  if (hostname !== expected.hostname) {
    const provider = toPrintable(hostname, 200);
    throw transactionError(
      `is of the provider ${provider}, not of ${expected.hostname}`,
      `To use that provider, pass --hostname ${provider}`,
    );
  }
  const age = now - Date.parse(createdAt);
  if (age > LIFETIME) {
    throw transactionError(
      `was made ${Math.ceil(age / 60_000)} minutes ago, and is valid for 60`,
      `${HINT}, and log in again.`,
    );
  }
  if (age < -CLOCK_TOLERANCE * 1000)
    throw transactionError('was made in the future', 'Set the clock of this machine.');
}

function transactionError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', `the transaction ${message}`, { step: 'callback', hint });
}
