import { usageError } from '../errors/sgid-error.ts';
import { generateNonce, generatePkcePair, generateState } from '../oidc/pkce.ts';
import { authorizationUrl } from '../oidc/provider.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput } from '../output/result-output.ts';
import { loadCredentials } from '../settings/credentials.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { OUT_DESCRIPTION } from './result-options.ts';

const EXAMPLES = `
Examples:
  $ sgid authorize-url --out transaction.json
  $ jq -r .url transaction.json                           visit it; the browser ends at the redirect URI
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo

  $ sgid authorize-url --scope "openid myinfo.name myinfo.email" | jq -r .url
  $ sgid authorize-url --code-challenge "$CHALLENGE"      the verifier stays where you made it

Prints a transaction: {"url","state","nonce","codeVerifier","codeChallenge",
"redirectUri","scope","clientId","hostname","createdAt"}. It holds secrets of this one login; "sgid callback" accepts it for an hour.
Needs the client id and the redirect URI, from the same places as "sgid login"; no secret, no network.`;

export const declare: DeclareCommand = (command, openContext) => {
  addCredentialOptions(
    command
      .option('--state <value>', 'use this state instead of a random one')
      .option('--nonce <value>', 'use this nonce instead of a random one')
      .option('--code-challenge <challenge>', 'use this S256 challenge, and omit the verifier'),
    ['scope', 'clientId', 'redirectUri', 'hostname'],
  )
    .optionsGroup(GROUPS.output)
    .option('--out <file>', OUT_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      const { state = generateState(), nonce = generateNonce(), codeChallenge, out } = options;
      // A SHA-256 in base64url (RFC 7636 section 4.2).
      if (codeChallenge !== undefined && !/^[\w-]{43}$/.test(codeChallenge)) {
        throw usageError(
          '--code-challenge is not an S256 challenge, which has 43 characters of base64url',
          'Make one with: sgid pkce',
        );
      }
      const pkce = codeChallenge === undefined ? generatePkcePair() : { codeChallenge };
      const needed = ['clientId', 'redirectUri', 'hostname', 'scope'] as const;
      const { clientId, redirectUri, hostname, scope } = await loadCredentials(
        { needed },
        options,
        openInputs(context),
      );
      const request = { state, nonce, ...pkce, redirectUri, scope, clientId };
      const transaction = {
        url: authorizationUrl(endpointsOf(hostname).authorization, request),
        ...request,
        scope: scope.join(' '),
        hostname,
        createdAt: new Date(context.platform.clock.now()).toISOString(),
      };
      await (await openResultOutput(out, context.platform)).commit(renderJson(transaction));
    });
};
