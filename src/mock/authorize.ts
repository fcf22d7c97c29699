import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { RegisteredClient } from './clients.ts';
import { SLOW_MS } from './faults.ts';
import {
  MAX_VALUE_LENGTH,
  type OAuthError,
  parseParameters,
  printableDescription,
  type RequestParameters,
  redirectResponse,
} from './oauth.ts';
import { renderChoicePage, renderConsentPage, renderErrorPage, renderNoCallbackPage } from './pages.ts';
import type { EndpointRequest, ProviderState } from './provider-state.ts';

/**
 * The authorization endpoint. Without further ado a page offers the people, a second one asks the chosen person
 * for consent, and the answer sends the browser back. Three parameters are for the mock itself:
 * `mock_persona=<id>` is the choice on the first page, `mock_decision=share` or `refuse` the one on the second,
 * and `login_hint=<id>` logs that persona in without a page. The choices are links to this same endpoint, so
 * that each carries the whole request and is validated like any other.
 *
 * Where the client or its redirect URI is in doubt a page says so; every other mistake goes back to the client.
 * Production sgID answers every mistake with an HTML page of its own. This provider follows OAuth instead
 * (RFC 6749 section 4.1.2.1), because an error on the callback says which parameter is wrong and exercises
 * the client's error handling. The rule of both that matters for safety is kept: never a redirect to an
 * address that is not registered.
 */
export async function answerAuthorize(
  provider: ProviderState,
  { query }: EndpointRequest,
): Promise<ServerResponse> {
  const parameters = parseParameters(query);
  const { values, repeated } = parameters;
  for (const name of ['client_id', 'redirect_uri']) {
    if (repeated.has(name)) return renderErrorPage(`The parameter ${name} was sent more than once.`);
    if (!values.has(name)) return renderErrorPage(`The parameter ${name} is missing.`);
  }
  const clientId = values.get('client_id') ?? '';
  const client = provider.clients.get(clientId);
  if (client === undefined) {
    const facts = { Sent: [clientId], Registered: [...provider.clients.keys()] };
    return renderErrorPage('The client id is not registered.', facts);
  }
  const sentUri = values.get('redirect_uri') ?? '';
  // Of what is registered the client's own texts go on: those of the request would keep all of it in memory.
  const redirectUri = client.redirectUris.find((uri) => uri === sentUri);
  if (redirectUri === undefined) {
    const facts = { Sent: [sentUri], Registered: client.redirectUris };
    return renderErrorPage(`The redirect URI is not registered for the client ${client.clientId}.`, facts);
  }

  const state = repeated.has('state') ? undefined : values.get('state');
  // RFC 9207 section 2: `iss` is part of error responses as well.
  const { issuer: iss } = provider.endpoints;
  const redirectError = ({ error, description }: OAuthError): ServerResponse =>
    redirectResponse(redirectUri, {
      error,
      error_description: printableDescription(description),
      state,
      iss,
    });
  const mistake = findMistake(parameters, client);
  if (mistake !== undefined) return redirectError(mistake);
  const scopes = scopesOf(values.get('scope') ?? '').map(
    (name) => client.scopes.find((own) => own === name) ?? name,
  );

  const request = { client, redirectUri, scopes };
  if (values.get('mock_decision') === 'refuse') return redirectError(REFUSAL);
  const { personaId, consented } = choiceOf(provider, values);
  if (personaId === undefined) return renderChoicePage(request, [...provider.personas.values()], query);
  const persona = provider.personas.get(personaId);
  if (persona === undefined) {
    const facts = { Sent: [personaId], Known: [...provider.personas.keys()] };
    return renderErrorPage('There is no such persona.', facts);
  }
  if (!consented) return renderConsentPage(request, persona, query);

  const fault = provider.queue.takeFault(state);
  if (fault === 'access-denied') return redirectError(REFUSAL);
  if (fault === 'no-callback') return renderNoCallbackPage();
  if (fault === 'slow') await provider.sleep(SLOW_MS);
  const code = provider.grants.issueCode({
    clientId: client.clientId,
    redirectUri,
    codeChallenge: values.get('code_challenge') ?? '',
    nonce: values.get('nonce'),
    scopes,
    personaId: persona.id,
    fault,
  });
  return redirectResponse(redirectUri, {
    code,
    state: fault === 'wrong-state' ? `${state ?? ''}-wrong` : state,
    iss,
  });
}

const REFUSAL: OAuthError = { error: 'access_denied', description: 'the person refused' };

function choiceOf(
  { queue, approve }: ProviderState,
  values: RequestParameters['values'],
): { readonly personaId: string | undefined; readonly consented: boolean } {
  const hint = values.get('login_hint');
  if (hint !== undefined) return { personaId: hint, consented: true };
  const chosen = values.get('mock_persona');
  if (chosen !== undefined) return { personaId: chosen, consented: values.get('mock_decision') === 'share' };
  return { personaId: queue.takePersona() ?? approve, consented: true };
}

/** RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1. */
function findMistake(
  { values, repeated }: RequestParameters,
  client: RegisteredClient,
): OAuthError | undefined {
  const [twice] = repeated;
  if (twice !== undefined) return invalidRequest(`the parameter ${twice} was sent more than once`);
  const type = values.get('response_type');
  if (type === undefined) return invalidRequest('response_type is missing: send response_type=code');
  if (type !== 'code') {
    return { error: 'unsupported_response_type', description: `response_type must be code, got ${type}` };
  }
  const mode = values.get('response_mode') ?? 'query';
  if (mode !== 'query') return invalidRequest(`response_mode must be query, got ${mode}`);
  return findScopeMistake(values.get('scope'), client) ?? findPkceMistake(values) ?? findValueMistake(values);
}

function findScopeMistake(scope: string | undefined, client: RegisteredClient): OAuthError | undefined {
  if (scope === undefined) return invalidScope('scope is missing: send scope=openid and what else you need');
  // scope-token and scope of RFC 6749 section 3.3: single spaces, and no quote or backslash.
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope)) {
    return invalidScope('scope must be names separated by single spaces');
  }
  const scopes = scopesOf(scope);
  if (!scopes.includes(OPENID_SCOPE)) return invalidScope('scope must hold openid');
  const foreign = scopes.find((name) => !client.scopes.includes(name));
  if (foreign === undefined) return undefined;
  const registered = client.scopes.join(' ');
  return invalidScope(`the client is not registered for the scope ${foreign}, only for ${registered}`);
}

function findPkceMistake(values: RequestParameters['values']): OAuthError | undefined {
  const challenge = values.get('code_challenge');
  if (challenge === undefined) return invalidRequest('code_challenge is missing: PKCE is mandatory');
  const method = values.get('code_challenge_method');
  if (method !== 'S256') {
    // RFC 7636 section 4.3: left out, the method would be plain.
    return invalidRequest(`code_challenge_method must be S256, got ${method ?? 'none'}`);
  }
  if (/^[A-Za-z0-9_-]{43}$/.test(challenge)) return undefined;
  return invalidRequest(
    'code_challenge must be the base64url SHA-256 of the verifier: 43 characters, no padding',
  );
}

/** What the provider keeps or repeats, and nothing else here limits. */
function findValueMistake(values: RequestParameters['values']): OAuthError | undefined {
  const long = ['state', 'nonce', 'login_hint', 'mock_persona'].find(
    (name) => (values.get(name)?.length ?? 0) > MAX_VALUE_LENGTH,
  );
  if (long !== undefined) {
    return invalidRequest(`${long} is longer than the ${MAX_VALUE_LENGTH} characters that this mock takes`);
  }
  // VSCHAR of RFC 6749 appendix A.5.
  const unprintable = ['state', 'nonce'].find((name) => !/^[\x20-\x7E]*$/.test(values.get(name) ?? ''));
  return unprintable === undefined ? undefined : invalidRequest(`${unprintable} must be printable ASCII`);
}

function scopesOf(scope: string): readonly string[] {
  return [...new Set(scope.split(' '))];
}

function invalidRequest(description: string): OAuthError {
  return { error: 'invalid_request', description };
}

function invalidScope(description: string): OAuthError {
  return { error: 'invalid_scope', description };
}
