import { authorizationUrl } from '../oidc/authorization-request.ts';
import type { ProviderRequest } from '../oidc/http-exchange.ts';
import { generateNonce, generatePkcePair, generateState } from '../oidc/pkce.ts';
import { tokenRequest } from '../oidc/token.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import {
  type Answer,
  areAlike,
  changeRedirectUri,
  changeSecret,
  describeAnswer,
  differOn,
  isRedirect,
  isUnavailable,
  type OnlineContext,
  probe,
  quoteAnswer,
} from './answers.ts';
import { type CheckFinding, fail, pass, unavailable, unusable, warn } from './check.ts';

/**
 * Whether the token endpoint takes the client secret: a code that nobody issued is sent with the secret, and again
 * with the secret changed in one character. One answer alone proves nothing: a provider that looks at the code
 * first refuses both alike.
 */
export async function checkClientSecret(context: OnlineContext): Promise<CheckFinding> {
  const { clientId, clientSecret, redirectUri } = context.subject;
  if (!clientId.ok || !clientSecret.ok || !redirectUri.ok) {
    return unusable(
      'client id, client secret and redirect URI are needed for this',
      clientId,
      clientSecret,
      redirectUri,
    );
  }
  const secret = clientSecret.value;
  const control = changeSecret(secret);
  const { codeVerifier } = generatePkcePair();
  const exchange = {
    clientId: clientId.value,
    redirectUri: redirectUri.value,
    code: `sgid-check-${generateState()}`,
    codeVerifier,
  };
  const offer = (clientSecret: string): Promise<Answer> => {
    const request = tokenRequest(endpointsOf(context.hostname).token, { ...exchange, clientSecret });
    // A provider that remembers may repeat the secret of the other request.
    const secrets = [...request.secrets, secret, control];
    return probe(context, { ...request, secrets }, [secret, control]);
  };
  return judgeSecretAnswers(await offer(secret), await offer(control));
}

/** Judges the answers to the real secret and to the changed one. */
export function judgeSecretAnswers(real: Answer, control: Answer): CheckFinding {
  const evidence = `a made-up code with this secret: ${describeAnswer(real)}; with a changed secret: ${describeAnswer(control)}`;
  // A server may well break at a made-up code, as MockPass does; that is not to be away.
  const breaksAlike = real.status === 500 && areAlike(real, control);
  if (isUnavailable(real) && !breaksAlike) return unavailable(evidence);
  if (isRedirect(real)) {
    return fail(
      'ERR_RESPONSE_REDIRECT',
      `${evidence}; a redirect is never followed`,
      "Check that the provider's hostname (--hostname) is the provider itself and not a page, proxy or login wall in front of it.",
    );
  }
  if (refusesClient(real)) return refused(evidence, real);
  if (areAlike(real, control)) return cannotTell(evidence, real);
  // RFC 6749 section 5.2: 401 is for clients that are not who they say.
  if (real.status === 401) return refused(evidence, real);
  const isRefused = !isUnavailable(control) && control.status >= 400;
  return isRefused && differOn(SECRET_WORDS, real, control) ? pass(evidence) : cannotTell(evidence, real);
}

/** Of those in which a provider says that a client is not who it says. */
const SECRET_WORDS = /^(?:client|secret|credentials?|password|auth\w*|unauth\w*)$/;

function refused(evidence: string, real: Answer): CheckFinding {
  return fail(
    'ERR_TOKEN_REFUSED',
    `${evidence}${quoteAnswer(real)}`,
    'The provider does not take this secret for this client id. Compare both with the developer portal; it shows a secret only once, so make a new one if in doubt.',
  );
}

function cannotTell(evidence: string, real: Answer): CheckFinding {
  return warn(
    `cannot tell: ${evidence}${quoteAnswer(real)}`,
    real.status === 401
      ? 'HTTP 401 is the answer to a wrong client secret, but a changed one gets the same; compare it with the developer portal, or log in: sgid login'
      : 'The answers do not show whether the provider looked at the secret; only a login does: sgid login',
  );
}

/** RFC 6749 section 5.2. */
function refusesClient({ error }: Answer): boolean {
  return error === 'invalid_client' || error === 'unauthorized_client';
}

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
