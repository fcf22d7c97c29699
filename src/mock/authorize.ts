import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { RegisteredClient } from './clients.ts';
import { isTrustedHost } from './controls.ts';
import { findFault, listFaults, SLOW_MS } from './faults.ts';
import {
  invalidRequest,
  MAX_VALUE_LENGTH,
  type MockResponse,
  OAuthRefusal,
  parseParameters,
  printableDescription,
  redirectResponse,
  refuseRepeated,
  type Values,
} from './oauth.ts';
import { renderChoicePage, renderConsentPage, renderErrorPage, renderNoCallbackPage } from './pages.ts';
import type { EndpointRequest, ProviderState } from './provider-state.ts';

/**
 * One page offers the people, a second one asks the chosen person for consent. Four parameters are for the mock
 * itself: `mock_persona=<id>` is the choice on the first page, `mock_decision=share` or `refuse` the one on the second,
 * `mock_fault=<name>` the fault of this login, and `login_hint=<id>` logs that persona in without a page. The choices
 * are links to this same endpoint, so that each carries the whole request and is validated like any other.
 *
 * Production sgID answers every mistake with a page. This provider follows RFC 6749 section 4.1.2.1 instead: an error
 * on the callback says what is wrong and exercises the client's error handling.
 */
export async function answerAuthorize(
  provider: ProviderState,
  { query, headers }: EndpointRequest,
): Promise<MockResponse> {
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
  const redirectError = (error: string, description: string): MockResponse => ({
    ...redirectResponse(redirectUri, {
      error,
      error_description: printableDescription(description),
      state,
      iss,
    }),
    outcome: `${error}: ${description}`,
  });
  try {
    refuseRepeated(repeated);
    validateRequest(values, client);
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    return redirectError(error.error, error.message);
  }
  const scopes = scopesOf(values).map((name) => client.scopes.find((own) => own === name) ?? name);

  const faultName = values.get('mock_fault');
  const chosenFault = faultName === undefined ? undefined : findFault(faultName);
  if (faultName !== undefined && chosenFault === undefined) {
    const facts = { Sent: [faultName], Known: listFaults().map(({ name }) => name) };
    return renderErrorPage('There is no such fault.', facts);
  }
  const request = { client, redirectUri, scopes, fault: chosenFault };
  const refuse = (): MockResponse => redirectError('access_denied', 'the person refused');
  if (values.get('mock_decision') === 'refuse') return refuse();
  const { personaId, consented } = choiceOf(provider, values);
  // The pages show what each person is: not to a web page that had a name of its own lead here (DNS rebinding).
  const isAsked = personaId === undefined || !consented;
  const { host } = headers;
  if (isAsked && host !== undefined && !isTrustedHost(host, provider.hostname)) {
    const problem = 'The name in the address is not one of this mock: start it with --hostname.';
    return { ...renderErrorPage(problem), status: 403 };
  }
  if (personaId === undefined) return renderChoicePage(request, [...provider.personas.values()], query);
  const persona = provider.personas.get(personaId);
  if (persona === undefined) {
    const facts = { Sent: [personaId], Known: [...provider.personas.keys()] };
    return renderErrorPage('There is no such persona.', facts);
  }
  if (!consented) return renderConsentPage(request, persona, query);

  const fault = chosenFault?.name ?? provider.queue.takeFault(state);
  if (fault === 'access-denied') return refuse();
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
  const answer = redirectResponse(redirectUri, {
    code,
    state: fault === 'wrong-state' ? `${state ?? ''}-wrong` : state,
    iss,
  });
  return { ...answer, outcome: `a code for ${persona.id}${fault ? `, with the fault ${fault}` : ''}` };
}

/** Who logs in, if that is known, and whether there is nothing left to ask. */
function choiceOf({ queue, approve }: ProviderState, values: Values) {
  const hint = values.get('login_hint');
  if (hint !== undefined) return { personaId: hint, consented: true };
  const chosen = values.get('mock_persona');
  if (chosen !== undefined) return { personaId: chosen, consented: values.get('mock_decision') === 'share' };
  return { personaId: queue.takePersona() ?? approve, consented: true };
}

/** RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1. */
function validateRequest(values: Values, client: RegisteredClient): void {
  const type = values.get('response_type');
  if (type === undefined) throw invalidRequest('response_type is missing: send response_type=code');
  if (type !== 'code') {
    throw new OAuthRefusal(400, 'unsupported_response_type', `response_type must be code, got ${type}`);
  }
  const mode = values.get('response_mode') ?? 'query';
  if (mode !== 'query') throw invalidRequest(`response_mode must be query, got ${mode}`);
  validateScope(values, client);

  const challenge = values.get('code_challenge');
  if (challenge === undefined) throw invalidRequest('code_challenge is missing: PKCE is mandatory');
  // RFC 7636 section 4.3: when omitted, the method would be plain.
  const method = values.get('code_challenge_method') ?? 'none';
  if (method !== 'S256') throw invalidRequest(`code_challenge_method must be S256, got ${method}`);
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    const rule = 'the base64url SHA-256 of the verifier: 43 characters, no padding';
    throw invalidRequest(`code_challenge must be ${rule}`);
  }
  // What the provider keeps or repeats, and nothing else here limits.
  for (const name of ['state', 'nonce', 'login_hint', 'mock_persona']) {
    if ((values.get(name)?.length ?? 0) <= MAX_VALUE_LENGTH) continue;
    throw invalidRequest(`${name} is longer than the ${MAX_VALUE_LENGTH} characters that this mock takes`);
  }
  // VSCHAR of RFC 6749 appendix A.5.
  const unprintable = ['state', 'nonce'].find((name) => !/^[\x20-\x7E]*$/.test(values.get(name) ?? ''));
  if (unprintable !== undefined) throw invalidRequest(`${unprintable} must be printable ASCII`);
}

function validateScope(values: Values, client: RegisteredClient): void {
  const refuse = (description: string) => new OAuthRefusal(400, 'invalid_scope', description);
  const scope = values.get('scope');
  if (scope === undefined) throw refuse('scope is missing: send scope=openid and what else you need');
  // scope-token and scope of RFC 6749 section 3.3: single spaces, and no quote or backslash.
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope)) {
    throw refuse('scope must be names separated by single spaces');
  }
  const scopes = scopesOf(values);
  if (!scopes.includes(OPENID_SCOPE)) throw refuse('scope must hold openid');
  const foreign = scopes.find((name) => !client.scopes.includes(name));
  if (foreign === undefined) return;
  const registered = client.scopes.join(' ');
  throw refuse(`the client is not registered for the scope ${foreign}, only for ${registered}`);
}

function scopesOf(values: Values): readonly string[] {
  return [...new Set(values.get('scope')?.split(' '))];
}
