import { authorizationUrl } from '../../protocol/authorize.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import type { ProviderRequest } from '../../protocol/exchange.ts';
import { generatePkcePair } from '../../protocol/pkce.ts';
import { generateNonce, generateState } from '../../protocol/random.ts';
import { type Answer, areAlike, describeAnswer, differOn, isUnavailable, quoteAnswer } from '../answers.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, unavailable, warn } from '../finding.ts';
import { changeRedirectUri } from '../mutate.ts';
import type { OnlineContext } from '../online.ts';
import { probe } from '../probe.ts';
import { unusable } from '../reading.ts';

/**
 * Whether the authorization endpoint takes this client, redirect URI and scope: an authorization request is made with
 * the redirect URI, and again with the same one changed in one character. Nobody goes on from there, so that no login
 * begins.
 */
export async function checkRedirectUriRegistered(context: OnlineContext): Promise<CheckFinding> {
  const { clientId, redirectUri, scope } = context.subject;
  if (!clientId.ok || !redirectUri.ok || !scope.ok) {
    return unusable('client id, redirect URI and scope are needed for this', clientId, redirectUri, scope);
  }
  const real = redirectUri.value;
  const control = changeRedirectUri(real);
  // Pages may repeat the path alone.
  const changed = [real, control, new URL(real).pathname, new URL(control).pathname];
  const { codeChallenge } = generatePkcePair();
  const rest = {
    clientId: clientId.value,
    scope: scope.value,
    codeChallenge,
    state: generateState(),
    nonce: generateNonce(),
  };
  const ask = (uri: string): Promise<Answer> => {
    const request: ProviderRequest = {
      step: 'authorize',
      url: authorizationUrl(endpointsOf(context.hostname).authorization, { ...rest, redirectUri: uri }),
      init: { method: 'GET', headers: { accept: 'text/html' }, redirect: 'manual' },
      secrets: [],
    };
    return probe(context, request, changed);
  };
  return judgeRedirectAnswers(await ask(real), await ask(control), real);
}

/** Judges the answers to the real redirect URI and to the changed one. */
export function judgeRedirectAnswers(real: Answer, control: Answer, redirectUri: string): CheckFinding {
  const evidence = `an authorization request with it: ${describeAnswer(real)}; with a changed one: ${describeAnswer(control)}`;
  if (isUnavailable(real)) return unavailable(evidence);
  if (!isOnRequest(real) && areAlike(real, control)) {
    return warn(
      `cannot tell: ${evidence}${quoteAnswer(real)}`,
      'A firewall in front of the provider may refuse every program that is no browser; only a login shows more: sgid login',
    );
  }
  if (isRefusal(real)) {
    return fail('ERR_AUTHORIZATION', `${evidence}${quoteAnswer(real)}`, adviceOn(real, redirectUri));
  }
  if (isUnavailable(control) || !differOn(REDIRECT_WORDS, real, control)) {
    return warn(
      `cannot tell: ${evidence}`,
      'The answers do not show whether the provider looked at the redirect URI; only a login does: sgid login',
    );
  }
  return pass(evidence);
}

/** An error page, or an error that goes back to the client; that nobody logged in is no fault of the request. */
function isRefusal({ status, error }: Answer): boolean {
  return status >= 400 || (error !== undefined && error !== 'access_denied');
}

/**
 * Whether an answer is about what was asked for. What is in front of a provider refuses too, and most often with a
 * status that RFC 6749 has no use for.
 */
function isOnRequest({ status, error, words }: Answer): boolean {
  const isRefusedByOther = status > 401 && status < 500 && ![404, 422].includes(status);
  return !isRefusedByOther || error !== undefined || [...words].some((word) => REDIRECT_WORDS.test(word));
}

/** Of those in which a provider says that a redirect URI is not the client's. */
const REDIRECT_WORDS = /^(?:redirect\w*|ur[il]s?|callback|client|\w*register\w*|\w*match\w*|address)$/;

function adviceOn({ error }: Answer, redirectUri: string): string {
  return error === 'invalid_scope'
    ? 'Ask only for scopes that this client may use, with --scope; the developer portal lists them.'
    : `Register ${redirectUri} for this client in the developer portal, character by character, and check the client id and the scopes that the client may ask for.`;
}
