import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { RegisteredClient } from './clients.ts';
import { type FaultName, SLOW_MS } from './faults.ts';
import {
  type Fact,
  renderChoicePage,
  renderConsentPage,
  renderErrorPage,
  renderNoCallbackPage,
} from './pages.ts';
import type { EndpointRequest, MockContext } from './provider.ts';
import { MAX_VALUE_LENGTH } from './server.ts';
import {
  type OAuthError,
  printableDescription,
  type RequestParameters,
  readParameters,
  redirectResponse,
} from './web-handler.ts';

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

/** An authorization request that passed every check. */
export interface AuthorizationRequest {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  readonly state: string | undefined;
}

/**
 * What an authorization request turns out to be. Where the client or its redirect URI is in doubt the person
 * is told on a page (`refused`); every other mistake goes back to the client (`faulty`).
 */
export type AuthorizationReading =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest }
  | { readonly kind: 'refused'; readonly problem: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'faulty';
      readonly redirectUri: string;
      readonly state: string | undefined;
      readonly fault: OAuthError;
    };

/**
 * Judges the parameters of an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID
 * Connect Core section 3.1.2.1).
 *
 * Production sgID answers every mistake with an HTML page of its own. This provider follows OAuth instead
 * (RFC 6749 section 4.1.2.1), because an error on the callback says which parameter is wrong and exercises
 * the client's error handling. The rule of both that matters for safety is kept: never a redirect to an
 * address that is not registered.
 */
export function readAuthorizationRequest(
  parameters: RequestParameters,
  clients: ReadonlyMap<string, RegisteredClient>,
): AuthorizationReading {
  const { values, repeated } = parameters;
  for (const name of ['client_id', 'redirect_uri']) {
    if (repeated.has(name)) return refused(`The parameter ${name} was sent more than once.`);
    if (!values.has(name)) return refused(`The parameter ${name} is missing.`);
  }
  const client = clients.get(values.get('client_id') ?? '');
  if (client === undefined) {
    return refused('The client id is not registered.', [
      { label: 'Sent', values: [values.get('client_id') ?? ''] },
      { label: 'Registered', values: [...clients.keys()] },
    ]);
  }
  // Of what is registered the client's own texts go on: those of the request would keep all of it in memory.
  const redirectUri = client.redirectUris.find((uri) => uri === values.get('redirect_uri'));
  if (redirectUri === undefined) {
    return refused(`The redirect URI is not registered for the client ${client.clientId}.`, [
      { label: 'Sent', values: [values.get('redirect_uri') ?? ''] },
      { label: 'Registered', values: client.redirectUris },
    ]);
  }

  const state = repeated.has('state') ? undefined : values.get('state');
  const fault = findFault(parameters, client);
  if (fault !== undefined) return { kind: 'faulty', redirectUri, state, fault };
  return {
    kind: 'valid',
    request: {
      client,
      redirectUri,
      scopes: scopesOf(values.get('scope') ?? '').map(
        (name) => client.scopes.find((own) => own === name) ?? name,
      ),
      codeChallenge: values.get('code_challenge') ?? '',
      nonce: values.get('nonce'),
      state,
    },
  };
}

function findFault(
  { values, repeated }: RequestParameters,
  client: RegisteredClient,
): OAuthError | undefined {
  const [twice] = repeated;
  if (twice !== undefined) return invalidRequest(`the parameter ${twice} was sent more than once`);
  return (
    findResponseFault(values) ??
    findScopeFault(values.get('scope'), client) ??
    findPkceFault(values) ??
    findLengthFault(values) ??
    findOpaqueValueFault(values)
  );
}

function findResponseFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  const type = values.get('response_type');
  if (type === undefined) return invalidRequest('response_type is missing: send response_type=code');
  if (type !== 'code') {
    return { error: 'unsupported_response_type', description: `response_type must be code, got ${type}` };
  }
  const mode = values.get('response_mode') ?? 'query';
  return mode === 'query' ? undefined : invalidRequest(`response_mode must be query, got ${mode}`);
}

function findScopeFault(scope: string | undefined, client: RegisteredClient): OAuthError | undefined {
  if (scope === undefined) return invalidScope('scope is missing: send scope=openid and what else you need');
  // scope-token and scope of RFC 6749 section 3.3: single spaces, and no quote or backslash.
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope)) {
    return invalidScope('scope must be names separated by single spaces');
  }
  const scopes = scopesOf(scope);
  if (!scopes.includes(OPENID_SCOPE)) return invalidScope('scope must hold openid');
  const foreign = scopes.find((name) => !client.scopes.includes(name));
  if (foreign === undefined) return undefined;
  return invalidScope(
    `the client is not registered for the scope ${foreign}, only for ${client.scopes.join(' ')}`,
  );
}

function findPkceFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  const challenge = values.get('code_challenge');
  if (challenge === undefined) return invalidRequest('code_challenge is missing: PKCE is mandatory');
  const method = values.get('code_challenge_method');
  if (method !== 'S256') {
    // RFC 7636 section 4.3: left out, the method would be plain.
    return invalidRequest(`code_challenge_method must be S256, got ${method ?? 'none'}`);
  }
  return /^[A-Za-z0-9_-]{43}$/.test(challenge)
    ? undefined
    : invalidRequest(
        'code_challenge must be the base64url SHA-256 of the verifier: 43 characters, no padding',
      );
}

/** What the provider keeps or repeats, and nothing else here limits. */
function findLengthFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  const name = ['state', 'nonce', 'login_hint', 'mock_persona'].find(
    (key) => (values.get(key)?.length ?? 0) > MAX_VALUE_LENGTH,
  );
  return name === undefined
    ? undefined
    : invalidRequest(`${name} is longer than the ${MAX_VALUE_LENGTH} characters that this mock takes`);
}

function findOpaqueValueFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  // VSCHAR of RFC 6749 appendix A.5.
  const name = ['state', 'nonce'].find((key) => !/^[\x20-\x7E]*$/.test(values.get(key) ?? ''));
  return name === undefined ? undefined : invalidRequest(`${name} must be printable ASCII`);
}

function scopesOf(scope: string): readonly string[] {
  return [...new Set(scope.split(' '))];
}

function refused(problem: string, facts: readonly Fact[] = []): AuthorizationReading {
  return { kind: 'refused', problem, facts };
}

function invalidRequest(description: string): OAuthError {
  return { error: 'invalid_request', description };
}

function invalidScope(description: string): OAuthError {
  return { error: 'invalid_scope', description };
}
