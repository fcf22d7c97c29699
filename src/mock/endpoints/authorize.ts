import type { ServerResponse } from '../../platform/http-message.ts';
import type { EndpointRequest, MockContext } from '../context.ts';
import { type FaultName, SLOW_MS } from '../faults.ts';
import { renderChoicePage } from '../pages/choice-page.ts';
import { renderConsentPage } from '../pages/consent-page.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import { renderNoCallbackPage } from '../pages/no-callback-page.ts';
import { type RequestParameters, readParameters } from '../parameters.ts';
import { type OAuthError, printableDescription, redirectResponse } from '../response.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts';

/**
 * The authorization endpoint. Without further ado a page offers the people, a second one asks the chosen person
 * for consent, and the answer sends the browser back. Three parameters are for the mock itself:
 * `mock_persona=<id>` is the choice on the first page, `mock_decision=share` or `refuse` the one on the second,
 * and `login_hint=<id>` logs that persona in without a page. The choices are links to this same endpoint, so
 * that each carries the whole request and is judged like any other.
 */
export async function answerAuthorize(
  context: MockContext,
  { query }: EndpointRequest,
): Promise<ServerResponse> {
  const parameters = readParameters(query);
  const reading = readAuthorizationRequest(parameters, context.clients);
  if (reading.kind === 'refused') return renderErrorPage(reading);
  if (reading.kind === 'faulty') return redirectError(context, reading, reading.fault);

  const { request } = reading;
  if (parameters.values.get('mock_decision') === 'refuse') return redirectError(context, request, REFUSAL);
  const { personaId, consented } = readChoice(context, parameters.values);
  if (personaId === undefined) return renderChoicePage(request, [...context.personas.values()], query);
  const persona = context.personas.get(personaId);
  if (persona === undefined) return renderUnknownPersonaPage(context, personaId);
  if (!consented) return renderConsentPage(request, persona, query);
  return decide(context, request, persona.id);
}

/** Who logs in, if that is known, and whether there is nothing left to ask. */
function readChoice(
  { queue, approve }: MockContext,
  values: RequestParameters['values'],
): { readonly personaId: string | undefined; readonly consented: boolean } {
  const hint = values.get('login_hint');
  if (hint !== undefined) return { personaId: hint, consented: true };
  const chosen = values.get('mock_persona');
  if (chosen !== undefined) return { personaId: chosen, consented: values.get('mock_decision') === 'share' };
  return { personaId: queue.takePersona() ?? approve, consented: true };
}

function renderUnknownPersonaPage({ personas }: MockContext, personaId: string): ServerResponse {
  return renderErrorPage({
    problem: 'There is no such persona.',
    facts: [
      { label: 'Sent', values: [personaId] },
      { label: 'Known', values: [...personas.keys()] },
    ],
  });
}

const REFUSAL: OAuthError = { error: 'access_denied', description: 'the person refused' };

/** The person has chosen: sends the browser back, unless the login is to fail here. */
async function decide(
  context: MockContext,
  request: AuthorizationRequest,
  personaId: string,
): Promise<ServerResponse> {
  const fault = context.queue.takeFault(request.state);
  switch (fault) {
    case 'access-denied':
      return redirectError(context, request, REFUSAL);
    case 'no-callback':
      return renderNoCallbackPage();
    case 'wrong-state':
      return redirectCode(context, { ...request, state: `${request.state ?? ''}-wrong` }, personaId, fault);
    case 'slow':
      await context.sleep(SLOW_MS);
      return redirectCode(context, request, personaId, fault);
    default:
      return redirectCode(context, request, personaId, fault);
  }
}

function redirectCode(
  context: MockContext,
  request: AuthorizationRequest,
  personaId: string,
  fault: FaultName | undefined,
): ServerResponse {
  const { client, redirectUri, codeChallenge, nonce, scopes, state } = request;
  const code = context.grants.issueCode({
    clientId: client.clientId,
    redirectUri,
    codeChallenge,
    nonce,
    scopes,
    personaId,
    fault,
  });
  return redirectResponse(redirectUri, { code, state, iss: context.endpoints.issuer });
}

function redirectError(
  { endpoints }: MockContext,
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string | undefined },
  { error, description }: OAuthError,
): ServerResponse {
  const error_description = printableDescription(description);
  // RFC 9207 section 2: `iss` is part of error responses as well.
  return redirectResponse(redirectUri, { error, error_description, state, iss: endpoints.issuer });
}
