import { validateOidcRequest, validateRequest } from './authorization-request.ts';
import type { RegisteredClient } from './clients.ts';
import { listLoginFaults, SLOW_MS } from './faults.ts';
import type { Grant } from './grants.ts';
import { subjectOf } from './id-token.ts';
import {
  type EndpointRequest,
  MAX_REQUEST_LENGTH,
  MAX_VALUE_LENGTH,
  type MockResponse,
  OAuthRefusal,
  parseParameters,
  printableDescription,
  redirectResponse,
  refuseRepeated,
  requireForm,
  type Values,
} from './oauth.ts';
import { renderChoicePage, renderConsentPage, renderErrorPage, renderNoCallbackPage } from './pages.ts';
import { isTrustedHost } from './provider-origin.ts';
import type { ProviderState } from './provider-state.ts';

/** The outcome of a request that is answered with the page for choosing a person. */
export const CHOICE_PAGE = 'the page that asks who logs in';

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
  request: EndpointRequest,
): Promise<MockResponse> {
  const query = request.method === 'POST' ? requireForm(request) : request.query;
  // As the links of the pages spell it, which may take more characters.
  if (new URLSearchParams(query).toString().length > MAX_REQUEST_LENGTH)
    return renderErrorPage(
      `The request is longer than the ${MAX_REQUEST_LENGTH} characters that this mock takes.`,
    );
  const parameters = parseParameters(query);
  const found = findClient(provider, parameters);
  if ('page' in found) return found.page;
  const { client, redirectUri } = found;
  const { values, repeated } = parameters;
  const state = values.get('state');
  const callback: Callback = {
    redirectUri,
    state: repeated.has('state') || (state?.length ?? 0) > MAX_VALUE_LENGTH ? undefined : state,
    // RFC 9207 section 2: `iss` is part of error responses as well.
    iss: provider.endpoints.issuer,
  };
  let asked: ReturnType<typeof validateRequest> & Partial<ReturnType<typeof validateOidcRequest>>;
  try {
    refuseRepeated(repeated);
    asked = { ...validateRequest(values, client), ...(provider.oidc && validateOidcRequest(values)) };
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    return sendError(callback, error.error, error.message);
  }
  const faultName = values.get('mock_fault');
  const chosenFault = listLoginFaults().find(({ name }) => name === faultName);
  if (faultName !== undefined && chosenFault === undefined) {
    const facts = { Sent: [faultName], Known: listLoginFaults().map(({ name }) => name) };
    return renderErrorPage('There is no such fault.', facts);
  }
  if (values.get('mock_decision') === 'refuse') return sendRefusal(callback);

  const { personaId, consented } = choiceOf(provider, values);
  const { scopes, codeChallenge, isSilent, hintedSubject } = asked;
  const shown = { client, redirectUri, scopes, fault: chosenFault };
  // OpenID Connect Core section 3.1.2.6.
  if (isSilent && !provider.personas.has(personaId ?? ''))
    return sendError(callback, 'login_required', 'prompt=none shows no page, and nobody is logged in');
  if (isSilent && !consented)
    return sendError(
      callback,
      'consent_required',
      'prompt=none shows no page, and the person has not consented',
    );
  // The pages show persona data: refuse a host name that a web page could have pointed here (DNS rebinding).
  const isAsked = personaId === undefined || !consented;
  const { host } = request.headers;
  if (isAsked && host !== undefined && !isTrustedHost(host, provider.hostname)) {
    const problem = 'The name in the address is not one of this mock: start it with --hostname.';
    return { ...renderErrorPage(problem), status: 403 };
  }
  if (personaId === undefined) {
    const page = renderChoicePage(shown, [...provider.personas.values()], query);
    return { ...page, outcome: CHOICE_PAGE };
  }
  const persona = provider.personas.get(personaId);
  if (persona === undefined) {
    const facts = { Sent: [personaId], Known: [...provider.personas.keys()] };
    return renderErrorPage('There is no such persona.', facts);
  }
  if (!consented) return { ...renderConsentPage(shown, persona, query), outcome: 'the page of consent' };
  if (hintedSubject !== undefined && hintedSubject !== subjectOf(client.clientId, persona.id))
    return sendError(callback, 'login_required', 'another person logged in than id_token_hint names');
  const fault = chosenFault?.name ?? provider.queue.takeFault(callback.state);
  if (fault === 'slow') await provider.sleep(SLOW_MS);
  // Nobody stays logged in here: whoever gets a code was authenticated for it.
  const isTimed = provider.oidc && values.has('max_age');
  return grantCode(provider, callback, {
    clientId: client.clientId,
    redirectUri,
    codeChallenge,
    nonce: values.get('nonce'),
    authTime: isTimed ? Math.floor(provider.clock.now() / 1000) : undefined,
    scopes,
    personaId: persona.id,
    fault,
  });
}

/** Whose request it is. A mistake in this has a page: nobody knows yet where else to send it. */
function findClient(
  { clients }: ProviderState,
  { values, repeated }: ReturnType<typeof parseParameters>,
): { readonly page: MockResponse } | { readonly client: RegisteredClient; readonly redirectUri: string } {
  for (const name of ['client_id', 'redirect_uri']) {
    if (repeated.has(name))
      return { page: renderErrorPage(`The parameter ${name} was sent more than once.`) };
    if (!values.has(name)) return { page: renderErrorPage(`The parameter ${name} is missing.`) };
  }
  const clientId = values.get('client_id') ?? '';
  const client = clients.get(clientId);
  if (client === undefined) {
    const facts = { Sent: [clientId], Registered: [...clients.keys()] };
    return { page: renderErrorPage('The client id is not registered.', facts) };
  }
  const sentUri = values.get('redirect_uri') ?? '';
  // The registered string, not the request's: a substring would keep the whole request in memory.
  const redirectUri = client.redirectUris.find((uri) => uri === sentUri);
  if (redirectUri !== undefined) return { client, redirectUri };
  const facts = { Sent: [sentUri], Registered: client.redirectUris };
  const problem = `The redirect URI is not registered for the client ${client.clientId}: send a registered one, or start the mock with --redirect-uri.`;
  return { page: renderErrorPage(problem, facts) };
}

/** Where the browser is sent back to, and what goes along with every answer. */
interface Callback {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly iss: string;
}

/** RFC 6749 section 4.1.2.1. */
function sendError({ redirectUri, state, iss }: Callback, error: string, description: string): MockResponse {
  const parameters = { error, error_description: printableDescription(description), state, iss };
  return { ...redirectResponse(redirectUri, parameters), outcome: `${error}: ${description}` };
}

function sendRefusal(callback: Callback): MockResponse {
  return sendError(callback, 'access_denied', 'the person refused');
}

/** The person has decided: a code, unless a fault takes its place. */
function grantCode({ grants }: ProviderState, callback: Callback, grant: Grant): MockResponse {
  const { personaId, fault } = grant;
  const { redirectUri, state, iss } = callback;
  if (fault === 'access-denied')
    return { ...sendRefusal(callback), outcome: 'access_denied, with the fault access-denied' };
  if (fault === 'no-callback') return renderNoCallbackPage();
  const answer = redirectResponse(redirectUri, {
    code: grants.issueCode(grant),
    state: fault === 'wrong-state' ? `${state ?? ''}-wrong` : state,
    iss,
  });
  return { ...answer, outcome: `a code for ${personaId}${fault ? `, with the fault ${fault}` : ''}` };
}

/** Who logs in, if that is known, and whether there is nothing left to ask. */
function choiceOf({ queue, approve }: ProviderState, values: Values) {
  const hint = values.get('login_hint');
  if (hint !== undefined) return { personaId: hint, consented: true };
  const chosen = values.get('mock_persona');
  if (chosen !== undefined) return { personaId: chosen, consented: values.get('mock_decision') === 'share' };
  return { personaId: queue.takePersona() ?? approve, consented: true };
}
