import { readRedirectedUrl } from '../../login/redirected-url.ts';
import { type ExpectedCallback, readCallback } from '../../protocol/callback.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import { SgidError, usageError } from '../../protocol/errors.ts';
import type { AuthorizationCode } from '../../protocol/exchange-code.ts';
import { generateCodeChallenge } from '../../protocol/pkce.ts';
import type { CommandContext } from '../command-context.ts';
import type { CallbackOptions } from '../commands/callback.ts';
import { readTextInput } from '../input/text-input.ts';
import { readSettings } from '../settings/read-settings.ts';
import type { CallbackRequest } from './callback-options.ts';
import { checkTransaction, type OpenTransaction, readTransaction } from './transaction.ts';

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
