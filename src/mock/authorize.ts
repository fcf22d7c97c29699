import { hintedSubject, scopesOf, validateOidcRequest, validateRequest } from './authorization-request.ts';
import { isTrustedHost } from './controls.ts';
import { listLoginFaults, SLOW_MS } from './faults.ts';
import { subjectOf } from './id-token.ts';
import {
  type EndpointRequest,
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
import type { ProviderState } from './provider-state.ts';

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
    if (provider.oidc) validateOidcRequest(values);
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    return redirectError(error.error, error.message);
  }
  const scopes = scopesOf(values).map((name) => client.scopes.find((own) => own === name) ?? name);

  const faultName = values.get('mock_fault');
  const chosenFault = listLoginFaults().find(({ name }) => name === faultName);
  if (faultName !== undefined && chosenFault === undefined) {
    const facts = { Sent: [faultName], Known: listLoginFaults().map(({ name }) => name) };
    return renderErrorPage('There is no such fault.', facts);
  }
  const shown = { client, redirectUri, scopes, fault: chosenFault };
  const refuse = (): MockResponse => redirectError('access_denied', 'the person refused');
  if (values.get('mock_decision') === 'refuse') return refuse();
  const { personaId, consented } = choiceOf(provider, values);
  const required = (error: string, what: string) => redirectError(`${error}_required`, what);
  if (provider.oidc && values.get('prompt') === 'none') {
    // OpenID Connect Core section 3.1.2.6: no page, whatever is missing.
    const silence = 'and prompt=none forbids to ask';
    if (!provider.personas.has(personaId ?? '')) return required('login', `nobody is logged in, ${silence}`);
    if (!consented) return required('consent', `the person has not consented, ${silence}`);
  }
  // The pages show what each person is: not to a web page that had a name of its own lead here (DNS rebinding).
  const isAsked = personaId === undefined || !consented;
  const { host } = request.headers;
  if (isAsked && host !== undefined && !isTrustedHost(host, provider.hostname)) {
    const problem = 'The name in the address is not one of this mock: start it with --hostname.';
    return { ...renderErrorPage(problem), status: 403 };
  }
  if (personaId === undefined) return renderChoicePage(shown, [...provider.personas.values()], query);
  const persona = provider.personas.get(personaId);
  if (persona === undefined) {
    const facts = { Sent: [personaId], Known: [...provider.personas.keys()] };
    return renderErrorPage('There is no such persona.', facts);
  }
  if (!consented) return renderConsentPage(shown, persona, query);
  const hinted = provider.oidc ? hintedSubject(values) : undefined;
  if (hinted !== undefined && hinted !== subjectOf(client.clientId, persona.id))
    return required('login', 'another person logged in than id_token_hint names');

  const fault = chosenFault?.name ?? provider.queue.takeFault(state);
  if (fault === 'access-denied') return refuse();
  if (fault === 'no-callback') return renderNoCallbackPage();
  if (fault === 'slow') await provider.sleep(SLOW_MS);
  // Nobody stays logged in here: whoever gets a code was authenticated for it.
  const isTimed = provider.oidc && values.has('max_age');
  const code = provider.grants.issueCode({
    clientId: client.clientId,
    redirectUri,
    codeChallenge: values.get('code_challenge') ?? '',
    nonce: values.get('nonce'),
    authTime: isTimed ? Math.floor(provider.clock.now() / 1000) : undefined,
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
