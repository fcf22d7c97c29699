import { authorizationUrl } from '../../protocol/authorize.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import { type ProviderRequest, send } from '../../protocol/exchange.ts';
import { generatePkcePair } from '../../protocol/pkce.ts';
import { generateNonce, generateState } from '../../protocol/random.ts';
import { type Answer, areAlike, describeAnswer, readAnswer } from '../answers.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, skip, warn } from '../finding.ts';
import { changeRedirectUri } from '../mutate.ts';
import type { OnlineContext } from '../online.ts';

/**
 * Whether the authorization endpoint takes this client and redirect URI: an authorization request is asked for with
 * the redirect URI, and with the same one changed in one character. Nobody follows either, so no login begins.
 */
export async function checkRedirectUriRegistered(context: OnlineContext): Promise<CheckFinding> {
  const { clientId, redirectUri, scope } = context.subject;
  if (!clientId.ok || !redirectUri.ok || !scope.ok) {
    return skip('client id, redirect URI and scope are needed for this');
  }
  const client = { clientId: clientId.value, scope: scope.value };
  const control = changeRedirectUri(redirectUri.value);
  return judgeRedirectAnswers(
    await askToAuthorize(context, { ...client, redirectUri: redirectUri.value }),
    await askToAuthorize(context, { ...client, redirectUri: control }),
    redirectUri.value,
  );
}

/** Judges the answers to the real redirect URI and to the changed one. */
export function judgeRedirectAnswers(real: Answer, control: Answer, redirectUri: string): CheckFinding {
  const evidence = `an authorization request with it: ${describeAnswer(real)}; with a changed one: ${describeAnswer(control)}`;
  if (isUnavailable(real) || isUnavailable(control)) {
    return fail(
      'ERR_PROVIDER_UNAVAILABLE',
      evidence,
      'Try again in a moment; if it stays, ask the provider.',
    );
  }
  if (real.status >= 400) {
    return fail(
      'ERR_AUTHORIZATION',
      evidence,
      `Register ${redirectUri} for this client in the developer portal, character by character, and check the client id and the scopes that the client may ask for.`,
    );
  }
  if (control.status >= 400 || !areAlike(real, control)) return pass(evidence);
  return warn(
    `cannot tell: ${evidence}`,
    'The provider answers alike to a registered redirect URI and to another; only a login shows whether it is registered.',
  );
}

async function askToAuthorize(
  { transport, hostname, signal }: OnlineContext,
  client: { readonly clientId: string; readonly scope: string; readonly redirectUri: string },
): Promise<Answer> {
  const { codeChallenge } = generatePkcePair();
  const [state, nonce] = [generateState(), generateNonce()];
  const request: ProviderRequest = {
    step: 'authorize',
    url: authorizationUrl(endpointsOf(hostname).authorization, { ...client, codeChallenge, state, nonce }),
    init: { method: 'GET', headers: { accept: 'text/html' }, redirect: 'manual' },
    secrets: [],
  };
  const response = await send(transport, request, signal);
  return readAnswer(response, request, [codeChallenge, state, nonce, ...Object.values(client)]);
}

function isUnavailable({ status }: Answer): boolean {
  return status >= 500 || status === 429;
}
