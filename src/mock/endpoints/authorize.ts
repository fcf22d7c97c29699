import type { ServerResponse } from '../../platform/http-message.ts';
import type { EndpointRequest, MockContext } from '../context.ts';
import { renderChoicePage } from '../pages/choice-page.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import { readParameters } from '../parameters.ts';
import { type OAuthError, printableDescription, redirectResponse } from '../response.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts';

/**
 * The authorization endpoint. Two parameters are for the mock itself: `login_hint=<persona id>` logs
 * that persona in without a page, `mock_decision=refuse` refuses, and without either the page offers both as
 * links to this same endpoint. So a choice carries the whole request and is judged like any other.
 */
export function answerAuthorize(context: MockContext, { query }: EndpointRequest): ServerResponse {
  const parameters = readParameters(query);
  const reading = readAuthorizationRequest(parameters, context.clients);
  if (reading.outcome === 'refused') return renderErrorPage(reading);
  if (reading.outcome === 'faulty') return redirectError(context, reading, reading.fault);

  const { request } = reading;
  if (parameters.values.get('mock_decision') === 'refuse') {
    return redirectError(context, request, { error: 'access_denied', description: 'the person refused' });
  }
  const personaId = parameters.values.get('login_hint') ?? context.approve;
  if (personaId === undefined) return renderChoicePage(request, [...context.personas.values()], query);
  if (!context.personas.has(personaId)) {
    return renderErrorPage({
      problem: 'The login hint names no persona.',
      facts: [`Sent: ${personaId}`, ...[...context.personas.keys()].map((id) => `Known: ${id}`)],
    });
  }
  return redirectCode(context, request, personaId);
}

function redirectCode(
  context: MockContext,
  request: AuthorizationRequest,
  personaId: string,
): ServerResponse {
  const { client, redirectUri, codeChallenge, nonce, scopes, state } = request;
  const code = context.grants.issueCode({
    clientId: client.clientId,
    redirectUri,
    codeChallenge,
    nonce,
    scopes,
    personaId,
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
