import { SgidError, usageError } from '../errors/sgid-error.ts';
import { readRedirectedUrl } from '../login/login.ts';
import { type ExpectedCallback, readCallback } from '../oidc/callback.ts';
import { createJwksSource } from '../oidc/jwks.ts';
import { generateCodeChallenge } from '../oidc/pkce.ts';
import { type AuthorizationCode, exchangeCode } from '../oidc/token.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput } from '../output/result-output.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { isTooLong } from '../text/guards.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, readSettings } from './credential-options.ts';
import { readDuration, refuseBeside, requireText } from './option-values.ts';
import { OUT_DESCRIPTION } from './result-options.ts';
import { readTextInput } from './text-input.ts';
import { TRACE_DESCRIPTION, withTrace } from './trace-option.ts';
import { checkTransaction, type OpenTransaction, readTransaction } from './transaction.ts';
import { openTransport, prepareProxy } from './transport.ts';

/** The options of `sgid callback`. */
export interface CallbackOptions extends CredentialFlags {
  readonly transaction?: string;
  readonly code?: string;
  readonly codeVerifier?: string;
  readonly nonce?: string;
  readonly state?: string;
  readonly out?: string;
  readonly httpTimeout: string;
  readonly trace?: string;
}

const EXAMPLES = `
Examples:
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo       the rest of a login
  $ sgid callback --transaction transaction.json < url.txt                    the URL from standard input
  $ printf %s "$TRANSACTION" | sgid callback --transaction - "$URL"
  $ sgid callback "$URL" --state "$STATE" --nonce "$NONCE" \\
      --code-verifier "$VERIFIER"
  $ sgid callback --code "$CODE" --nonce "$NONCE" --code-verifier "$VERIFIER"

The URL is the one that the browser was redirected to; the part from the "?" is enough. It is judged before anything
is sent: no parameter twice, then iss, then state, then error or code. The code is sent once and never again.
Prints {"sub","accessToken","idToken","claims"}; the ID token is verified. These are secrets: pipe them, or use --out.
Needs the client id and secret; the redirect URI as well when there is no transaction. Other users of this machine
can see options while the command runs, so that --transaction is better than --code and --code-verifier.
With --code nothing is compared with --state; compare it yourself.`;

/** Declares `sgid callback`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
  addCredentialOptions(
    command
      .argument('[callback-url]', 'the URL that the browser was redirected to')
      .option('--transaction <file>', 'what "sgid authorize-url" printed; - for standard input')
      .option('--code <code>', 'the authorization code, in place of the URL')
      .option('--code-verifier <verifier>', 'the verifier of the code challenge that was sent')
      .option('--nonce <value>', 'the nonce that was sent')
      .option('--state <value>', 'the state that was sent'),
    ['clientId', 'clientSecretFile', 'redirectUri', 'hostname'],
  )
    .optionsGroup(GROUPS.output)
    .option('--out <file>', OUT_DESCRIPTION)
    .optionsGroup(GROUPS.rare)
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (url, options) => {
      const context = await openContext();
      await withTrace('callback', options, context, (traced) => runCallback(url, options, traced));
    });
};

/**
 * Runs `sgid callback`: judges a callback, exchanges its code, and prints the verified tokens.
 *
 * @throws SgidError of the steps `usage`, `config`, `callback`, `token`, `id-token` and `output`.
 */
export async function runCallback(
  url: string | undefined,
  options: CallbackOptions,
  context: CommandContext,
): Promise<void> {
  const request = readCallbackOptions(url, options);
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  const { client, grant } = await readCallbackGrant(request, options, context);
  prepareProxy(client.hostname, context);
  const transport = openTransport(context, { timeoutMs });
  const endpoints = endpointsOf(client.hostname);
  const jwks = createJwksSource(transport, endpoints.jwks);
  // Opened first: a code counts once, and must not be lost to a folder that is not there.
  const output = await openResultOutput(options.out, context.platform);
  try {
    const login = await exchangeCode(
      { ...client, endpoints, jwks, transport },
      grant,
      context.platform.signal,
    );
    const { sub, accessToken, idToken, claims } = login;
    await output.commit(renderJson({ sub, accessToken, idToken, claims }));
  } finally {
    await output.discard();
  }
}

/** How a callback is given, as the command line says it. */
export type CallbackRequest =
  /** With the transaction that it belongs to. Without a URL, that comes from standard input. */
  | {
      readonly kind: 'transaction';
      readonly transaction: string;
      readonly url: string | undefined;
      readonly codeVerifier: string | undefined;
    }
  /** With each value of the transaction by itself. */
  | {
      readonly kind: 'values';
      readonly callback: { readonly url: string } | { readonly code: string };
      readonly codeVerifier: string;
      readonly nonce: string | undefined;
      readonly state: string | undefined;
    };

/**
 * Judges the options of `sgid callback` and its argument, before anything else is touched.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function readCallbackOptions(url: string | undefined, options: CallbackOptions): CallbackRequest {
  const { transaction, code, codeVerifier, nonce, state, redirectUri, out } = options;
  requireText({
    '[callback-url]': url,
    '--transaction': transaction,
    '--code': code,
    '--code-verifier': codeVerifier,
    '--nonce': nonce,
    '--state': state,
    '--out': out,
  });
  if (codeVerifier !== undefined) checkVerifier(codeVerifier);
  if (transaction !== undefined) {
    refuseBeside(
      '--transaction',
      { '--code': code, '--nonce': nonce, '--state': state, '--redirect-uri': redirectUri },
      'the transaction holds what was sent',
    );
    if (transaction === '-' && (url === undefined || url === '-')) {
      throw usageError(
        'the transaction and the callback URL cannot both come from standard input',
        'Give the URL as the argument, or --transaction the path of a file.',
      );
    }
    return { kind: 'transaction', transaction, url: url === '-' ? undefined : url, codeVerifier };
  }
  return readValues(url, options);
}

function readValues(
  url: string | undefined,
  { code, codeVerifier, nonce, state }: CallbackOptions,
): CallbackRequest {
  if (code !== undefined) refuseBeside('--code', { '[callback-url]': url }, 'the URL holds the code');
  const callback = code === undefined ? url && { url } : { code };
  if (!callback) {
    throw usageError(
      'there is no callback: neither --transaction nor --code nor a URL was given',
      'For example: sgid callback --transaction transaction.json "$URL"',
    );
  }
  if (code !== undefined && isTooLong(code)) {
    throw usageError('--code is over 16 kB, longer than any code', 'Copy it again.');
  }
  if (codeVerifier === undefined) {
    throw usageError(
      '--code-verifier is missing',
      'Pass the verifier of the challenge that was sent, or --transaction with what "sgid authorize-url" printed.',
    );
  }
  return { kind: 'values', callback, codeVerifier, nonce, state };
}

function checkVerifier(codeVerifier: string): void {
  if (/^[\w.~-]{43,128}$/.test(codeVerifier)) return;
  throw usageError(
    '--code-verifier is not a code verifier, which has 43 to 128 letters, digits or -._~',
    'Make a pair with: sgid pkce',
  );
}

/** A callback that was found genuine, and the client that may redeem its code. */
export interface CallbackGrant {
  readonly client: { readonly clientId: string; readonly clientSecret: string; readonly hostname: string };
  readonly grant: AuthorizationCode;
}

type Of<Kind extends CallbackRequest['kind']> = Extract<CallbackRequest, { kind: Kind }>;

/**
 * Judges a callback against the transaction that it claims to belong to. Touches no network.
 *
 * @throws SgidError of the steps `usage`, `config` and `callback`.
 */
export function readCallbackGrant(
  request: CallbackRequest,
  options: CallbackOptions,
  context: CommandContext,
): Promise<CallbackGrant> {
  return request.kind === 'transaction'
    ? readWithTransaction(request, options, context)
    : readWithValues(request, options, context);
}

async function readWithTransaction(
  request: Of<'transaction'>,
  options: CallbackOptions,
  context: CommandContext,
): Promise<CallbackGrant> {
  const { transaction: path, url: given } = request;
  const input = await readTextInput(
    { path, origin: '--transaction', what: 'the transaction', secret: true },
    context,
  );
  const url =
    given ??
    (await readTextInput({ path: '-', origin: '[callback-url]', what: 'the callback URL' }, context)).text;
  const transaction = await readTransaction(input);
  const { nonce, redirectUri, state } = transaction;
  const codeVerifier = chooseVerifier(transaction, request.codeVerifier);
  context.diagnostics.hide([codeVerifier]);
  const stdinUse = path === '-' ? '--transaction' : given === undefined ? 'the callback URL' : undefined;
  const needed = ['clientId', 'clientSecret', 'hostname'] as const;
  const client = await readSettings({ needed }, options, context, stdinUse);
  checkTransaction(transaction, { ...client, now: context.platform.clock.now() });
  const { issuer } = endpointsOf(client.hostname);
  const code = readCode(url, redirectUri, { state, issuer }, context);
  return { client, grant: { code, codeVerifier, nonce, redirectUri } };
}

async function readWithValues(
  { callback, codeVerifier, nonce, state }: Of<'values'>,
  options: CallbackOptions,
  context: CommandContext,
): Promise<CallbackGrant> {
  context.diagnostics.hide('code' in callback ? [codeVerifier, callback.code] : [codeVerifier]);
  if (state !== undefined && 'code' in callback) {
    context.diagnostics.warn(
      '--state is compared with nothing, because there is no URL; compare it yourself',
    );
  }
  const needed = ['clientId', 'clientSecret', 'hostname', 'redirectUri'] as const;
  const client = await readSettings({ needed }, options, context);
  const { redirectUri, hostname } = client;
  const { issuer } = endpointsOf(hostname);
  const code =
    'code' in callback ? callback.code : readCode(callback.url, redirectUri, { state, issuer }, context);
  return { client, grant: { code, codeVerifier, nonce, redirectUri } };
}

/** The code of a genuine callback. Hidden from the beginning: the words of a refusal may quote it. */
function readCode(
  url: string,
  redirectUri: string,
  expected: ExpectedCallback,
  { diagnostics, trace }: CommandContext,
): string {
  const parameters = readRedirectedUrl(url, redirectUri);
  diagnostics.hide(parameters.getAll('code'));
  const reading = readCallback(parameters, expected);
  if (reading.kind !== 'code') throw reading.error;
  trace?.callbackReceived();
  return reading.code;
}

/** The verifier, held against the challenge here: the provider would take a wrong one as a reason to void the code. */
function chooseVerifier({ codeVerifier, codeChallenge }: OpenTransaction, given: string | undefined): string {
  if (codeVerifier !== undefined && given !== undefined) {
    throw usageError(
      '--transaction and --code-verifier contradict each other: the transaction holds a verifier',
      'Leave --code-verifier out.',
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
    {
      step: given === undefined ? 'config' : 'usage',
      hint: 'Use the verifier whose challenge went into the authorization URL.',
    },
  );
}
