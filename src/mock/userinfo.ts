import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { ServerResponse } from '../system/http-server.ts';
import { encryptUserinfo } from './encryption.ts';
import { faultDescription, SLOW_MS } from './faults.ts';
import { type Grant, TOKEN_LIFETIME_SECONDS, type TokenStatus } from './grants.ts';
import { subjectOf } from './id-token.ts';
import {
  type EndpointRequest,
  isForm,
  jsonResponse,
  OAuthRefusal,
  parseParameters,
  printableDescription,
} from './oauth.ts';
import { claimValue } from './personas.ts';
import type { ProviderState } from './provider-state.ts';

const TOKEN_PROBLEMS: Readonly<Record<Exclude<TokenStatus['kind'], 'live'>, string>> = {
  unknown: 'the access token is unknown: it was not issued here, or long ago',
  revoked: 'the access token was revoked, because its authorization code was used a second time',
  expired: `the access token has expired: it lives ${TOKEN_LIFETIME_SECONDS} seconds`,
};

/** OpenID Connect Core section 5.3, but the claims are encrypted to the client. */
export async function answerUserinfo(
  state: ProviderState,
  request: EndpointRequest,
): Promise<ServerResponse> {
  const grant = authorizeBearer(state, request);
  const { clientId, personaId, fault } = grant;
  const client = state.clients.get(clientId);
  const persona = state.personas.get(personaId);
  if (client === undefined || persona === undefined) throw invalidToken('its client or persona is gone');
  if (fault === 'userinfo-401') throw invalidToken(faultDescription(fault));
  if (fault === 'userinfo-503') {
    const description = faultDescription(fault);
    throw new OAuthRefusal(503, 'temporarily_unavailable', description, { 'retry-after': '1' });
  }
  if (fault === 'slow') await state.sleep(SLOW_MS);
  const sub = subjectOf(clientId, fault === 'sub-mismatch' ? `${personaId} misnamed` : personaId);
  const scopes = grant.scopes.filter((scope) => scope !== OPENID_SCOPE);
  const values = Object.fromEntries(scopes.map((scope) => [scope, claimValue(persona, scope)]));
  const said = await state.hooks.userinfo({ sub, data: values }, grant);
  if (Object.keys(said.data).length === 0) return jsonResponse(200, { sub: said.sub });
  const encrypted = encryptUserinfo(said.data, client.publicKey, state.encryption, fault);
  return jsonResponse(200, { sub: said.sub, ...encrypted });
}

const REALM = 'Bearer realm="mock sgID"';

function authorizeBearer({ grants }: ProviderState, request: EndpointRequest): Grant {
  const token = requireToken(request);
  const status = grants.verifyToken(token);
  if (status.kind !== 'live') throw invalidToken(TOKEN_PROBLEMS[status.kind]);
  return status.grant;
}

/** In the Authorization header, or in the form of a POST: in one of them, and never in the URL (RFC 6750 section 2). */
function requireToken({ method, query, headers, body }: EndpointRequest): string {
  if (parseParameters(query).values.has('access_token')) {
    const description = 'send the access token in the Authorization header, never in the URL';
    throw bearerRefusal(400, 'invalid_request', description);
  }
  const form = parseParameters(method === 'POST' && isForm(headers) ? body : '');
  const sent = form.values.get('access_token');
  const authorization = /^Bearer(?=\s|$) *(.*)$/is.exec(headers['authorization'] ?? '');
  if (form.repeated.has('access_token') || (sent !== undefined && authorization !== null)) {
    throw bearerRefusal(400, 'invalid_request', 'the access token was sent more than once');
  }
  if (sent === undefined && authorization === null) {
    const description = 'send the access token in the header Authorization: Bearer';
    // RFC 6750 section 3.1: without credentials the challenge names no error.
    throw new OAuthRefusal(401, 'invalid_token', description, { 'www-authenticate': REALM });
  }
  const token = sent ?? authorization?.[1] ?? '';
  // b64token of RFC 6750 section 2.1.
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) throw invalidToken('the access token is malformed');
  return token;
}

function invalidToken(description: string): OAuthRefusal {
  return bearerRefusal(401, 'invalid_token', description);
}

/** An error with its challenge (RFC 6750 section 3). */
function bearerRefusal(status: number, error: string, description: string): OAuthRefusal {
  const challenge = `${REALM}, error="${error}", error_description="${printableDescription(description)}"`;
  return new OAuthRefusal(status, error, description, { 'www-authenticate': challenge });
}
