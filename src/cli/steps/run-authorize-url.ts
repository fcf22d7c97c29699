import { authorizationUrl } from '../../protocol/authorize.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import { usageError } from '../../protocol/errors.ts';
import { generatePkcePair, type PkcePair } from '../../protocol/pkce.ts';
import { generateNonce, generateState } from '../../protocol/random.ts';
import type { CommandContext } from '../command-context.ts';
import type { AuthorizeUrlOptions } from '../commands/authorize-url.ts';
import { requireText } from '../input/check-options.ts';
import { requireSeparateFiles } from '../input/separate-files.ts';
import { renderJson } from '../output/render-json.ts';
import { openResultOutput } from '../output/result-output.ts';
import { readSettings } from '../settings/read-settings.ts';
import type { Transaction } from './transaction.ts';

/**
 * Runs `sgid authorize-url`: prints a transaction. Touches no network.
 *
 * @throws SgidError of the steps `usage`, `config` and `output`.
 */
export async function runAuthorizeUrl(options: AuthorizeUrlOptions, context: CommandContext): Promise<void> {
  const { state, nonce, codeChallenge, out } = options;
  requireText({ '--state': state, '--nonce': nonce, '--scope': options.scope, '--out': out });
  requireSeparateFiles(options);
  const pkce = codeChallenge === undefined ? generatePkcePair() : readChallenge(codeChallenge);
  const settings = await readSettings(
    { needed: ['clientId', 'redirectUri', 'hostname', 'scope'] },
    options,
    context,
  );
  const { clientId, redirectUri, hostname, scope } = settings;
  const request = {
    state: state ?? generateState(),
    nonce: nonce ?? generateNonce(),
    ...pkce,
    redirectUri,
    scope,
    clientId,
  };
  const transaction: Transaction = {
    url: authorizationUrl(endpointsOf(hostname).authorization, request),
    ...request,
    hostname,
    createdAt: new Date(context.platform.clock.now()).toISOString(),
  };
  const output = await openResultOutput(out, context.platform);
  try {
    await output.commit(renderJson(transaction));
  } finally {
    await output.discard();
  }
}

/** An S256 challenge is a SHA-256 in base64url (RFC 7636 section 4.2). */
function readChallenge(codeChallenge: string): Omit<PkcePair, 'codeVerifier'> {
  if (/^[\w-]{43}$/.test(codeChallenge)) return { codeChallenge };
  throw usageError(
    '--code-challenge is not an S256 challenge, which has 43 characters of base64url',
    'Make one with: sgid pkce',
  );
}
