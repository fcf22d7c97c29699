import { CHECK_HOSTNAME } from '../oidc/network-error.ts';
import { generateNonce, generatePkcePair, generateState } from '../oidc/pkce.ts';
import { authorizationUrl } from '../oidc/provider.ts';
import { placeOfRegistration } from '../oidc/refusal.ts';
import { tryAgain } from '../oidc/retry-after.ts';
import { tokenRequest } from '../oidc/token.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { type Answer, areAlike, changeRedirectUri, changeSecret, isUnavailable, probe } from './answers.ts';
import { type Finding, fail, type OnlineContext, pass, skipWithout, warn } from './check.ts';

export const CLIENT_CHECKS = {
  'redirect-uri-registered': checkRedirectUriRegistered,
  'client-secret': checkClientSecret,
};

/**
 * Whether the authorization endpoint takes this client, redirect URI and scope: an authorization request is made with
 * the redirect URI, and again with the same one changed in one character. The answers are not followed, so that no login
 * begins.
 */
async function checkRedirectUriRegistered(context: OnlineContext): Promise<Finding> {
  const { clientId, redirectUri, scope } = context.credentials;
  if (!clientId.ok || !redirectUri.ok || !scope.ok) {
    return skipWithout('it needs a client id, a redirect URI and a scope', clientId, redirectUri, scope);
  }
  const rest = {
    clientId: clientId.value,
    scope: scope.value,
    codeChallenge: generatePkcePair().codeChallenge,
    state: generateState(),
    nonce: generateNonce(),
  };
  const ask = (uri: string): Promise<Answer> =>
    probe(context, {
      step: 'authorize',
      url: authorizationUrl(endpointsOf(context.hostname).authorization, { ...rest, redirectUri: uri }),
      init: { method: 'GET', headers: { accept: 'text/html' }, redirect: 'manual' },
      secrets: [],
    });
  const uri = redirectUri.value;
  const place = placeOfRegistration(context.hostname);
  const real = await ask(uri);
  const control = await ask(changeRedirectUri(uri));
  const evidence = `an authorization request gets ${real.summary}, with a changed redirect URI ${control.summary}`;
  const alike = areAlike(real, control);
  if (isUnavailable(real)) return unavailable(evidence, real);
  if (alike && mayBeFirewall(real)) return warn(`cannot tell: ${evidence}${real.quote}`, FIREWALL);
  // RFC 6749 section 4.1.2.1: an error goes to a redirect URI that the provider knows, and to no other.
  const isScopeRefused = real.error === 'invalid_scope' && real.leadsTo(uri);
  // `access_denied` only says that nobody logged in.
  const isRefused = real.error !== undefined && real.error !== 'access_denied' && !isScopeRefused;
  if (real.status >= 400 || isRefused) {
    return fail(
      'ERR_AUTHORIZATION',
      `refused: ${evidence}${real.quote}`,
      adviceOnAuthorization(clientId.value, uri, real, place),
    );
  }
  const finding =
    alike || isUnavailable(control)
      ? warn(
          `cannot tell: ${evidence}`,
          'The answers do not show whether the provider checks the redirect URI. To find out, log in: sgid login',
        )
      : pass(`registered: ${evidence}`);
  return isScopeRefused ? { ...finding, scopeRefusal: real.summary + real.quote } : finding;
}

/** What to do about a scope that the provider refuses. */
export const ASK_FOR_LESS = 'Ask only for scopes that this client is registered for, with --scope.';

function adviceOnAuthorization(
  clientId: string,
  uri: string,
  { error, leadsTo, quote }: Answer,
  place: string,
): string {
  if (error === 'invalid_scope') return ASK_FOR_LESS;
  const words = `${error} ${quote}`;
  if (/client/i.test(words) && !/redirect/i.test(words) && !leadsTo(uri))
    return `Check the client id ${clientId} ${place}, and that this provider (--hostname) is the one that issued it; then that ${uri} is registered for it.`;
  return leadsTo(uri)
    ? `The redirect URI is registered: the error came to it. Check ${place} what the client may do.`
    : `Register ${uri} for this client ${place}, character by character, and check the client id and the scopes that the client may ask for.`;
}

const FIREWALL = 'A firewall may refuse every program other than a browser. To find out, log in: sgid login';

/** A firewall most often refuses with a status that RFC 6749 does not use. */
function mayBeFirewall({ status, error }: Answer): boolean {
  return error === undefined && status > 401 && status < 500 && ![404, 422].includes(status);
}

/**
 * Whether the token endpoint takes the client secret: a code that nobody issued is sent with the secret, and again
 * with the secret changed in one character. One answer alone proves nothing: a provider that looks at the code
 * first refuses both alike.
 */
async function checkClientSecret(context: OnlineContext): Promise<Finding> {
  const { clientId, clientSecret, redirectUri } = context.credentials;
  if (!clientId.ok || !clientSecret.ok || !redirectUri.ok) {
    const evidence = 'it needs a client id, a client secret and a redirect URI';
    return skipWithout(evidence, clientId, clientSecret, redirectUri);
  }
  const exchange = {
    clientId: clientId.value,
    redirectUri: redirectUri.value,
    code: `sgid-check-${generateState()}`,
    codeVerifier: generatePkcePair().codeVerifier,
  };
  const secret = clientSecret.value;
  const place = placeOfRegistration(context.hostname);
  const changed = changeSecret(secret);
  const offer = (clientSecret: string): Promise<Answer> => {
    const request = tokenRequest(endpointsOf(context.hostname).token, { ...exchange, clientSecret });
    // A provider may quote the secret of the other request.
    return probe(context, { ...request, step: 'token', secrets: [...request.secrets, secret, changed] });
  };
  const real = await offer(secret);
  const control = await offer(changed);
  const evidence = `a made-up code gets ${real.summary}, with a changed client secret ${control.summary}`;
  const alike = areAlike(real, control);
  // A server may fail with 500 on a made-up code, as MockPass does, and still be available.
  if (isUnavailable(real) && !(alike && real.status === 500)) return unavailable(evidence, real);
  if (real.status >= 300 && real.status < 400) {
    return fail(
      'ERR_RESPONSE_REDIRECT',
      `redirected: ${evidence}; a redirect is never followed`,
      CHECK_HOSTNAME,
    );
  }
  // RFC 6749 section 5.2: these errors, and 401, mean that client authentication failed.
  const refusesClient = real.error === 'invalid_client' || real.error === 'unauthorized_client';
  if (refusesClient || (real.status === 401 && !alike)) {
    return fail(
      'ERR_TOKEN_REFUSED',
      `refused: ${evidence}${real.quote}`,
      /client\b.* (?:is )?(?:not registered|unknown)|unknown client/i.test(real.quote)
        ? `Check the client id ${clientId.value} ${place}; the secret may be right.`
        : `The provider does not accept this secret for this client id. Compare both with those ${place}; make a new secret if in doubt.`,
    );
  }
  if (!alike && control.status >= 400 && !isUnavailable(control)) return pass(`accepted: ${evidence}`);
  if (alike && mayBeFirewall(real)) return warn(`cannot tell: ${evidence}${real.quote}`, FIREWALL);
  return warn(
    `cannot tell: ${evidence}${real.quote}`,
    real.status === 401
      ? `HTTP 401 means a wrong client secret, but a changed secret gets the same answer. Compare it with that ${place}, or log in: sgid login`
      : 'The answers do not show whether the provider checks the secret. To find out, log in: sgid login',
  );
}

function unavailable(evidence: string, { retry }: Answer): Finding {
  return fail('ERR_PROVIDER_UNAVAILABLE', `unavailable: ${evidence}`, tryAgain(retry));
}
