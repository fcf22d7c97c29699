import { OPENID_SCOPE } from '../sgid/scopes.ts';
import type { ServerResponse } from '../system/http-server.ts';
import { encryptUserinfo } from './encryption.ts';
import { faultDescription, SLOW_MS } from './faults.ts';
import { TOKEN_LIFETIME_SECONDS, type TokenReading } from './grants.ts';
import { subjectOf } from './id-token.ts';
import { claimValue } from './persona.ts';
import type { EndpointRequest, MockContext } from './provider.ts';
import {
  errorResponse,
  jsonResponse,
  type OAuthError,
  printableDescription,
  readParameters,
} from './web-handler.ts';

const REALM = 'Bearer realm="mock sgID"';

/**
 * The userinfo endpoint (OpenID Connect Core section 5.3): `sub`, and the granted claims encrypted to the
 * client. The access token comes in the Authorization header and nowhere else (RFC 6750 section 2.1).
 */
export async function answerUserinfo(
  context: MockContext,
  { query, headers }: EndpointRequest,
): Promise<ServerResponse> {
  if (readParameters(query).values.has('access_token')) {
    const description = 'send the access token in the Authorization header, never in the URL';
    return bearerError(400, { error: 'invalid_request', description });
  }
  const authorization = headers['authorization'];
  if (authorization === undefined || !/^Bearer(\s|$)/i.test(authorization)) {
    const description = 'send the access token in the header Authorization: Bearer';
    // RFC 6750 section 3.1: without credentials the challenge names no error.
    return errorResponse(401, { error: 'invalid_token', description }, { 'www-authenticate': REALM });
  }
  // b64token of RFC 6750 section 2.1.
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) return invalidToken('the access token is malformed');
  const reading = context.grants.readToken(token);
  return reading.kind === 'live' ? answerGrant(context, reading) : invalidToken(TOKEN_PROBLEMS[reading.kind]);
}

const TOKEN_PROBLEMS: Readonly<Record<Exclude<TokenReading['kind'], 'live'>, string>> = {
  unknown: 'the access token is unknown: it was not issued here, or long ago',
  revoked: 'the access token was revoked, because its authorization code was used a second time',
  expired: `the access token has expired: it lives ${TOKEN_LIFETIME_SECONDS} seconds`,
};

async function answerGrant(
  context: MockContext,
  { grant }: Extract<TokenReading, { kind: 'live' }>,
): Promise<ServerResponse> {
  const client = context.clients.get(grant.clientId);
  const persona = context.personas.get(grant.personaId);
  if (client === undefined || persona === undefined) return invalidToken('its client or persona is gone');
  const { fault } = grant;
  if (fault === 'userinfo-401') return invalidToken(faultDescription(fault));
  if (fault === 'userinfo-503') {
    const unavailable = { error: 'temporarily_unavailable', description: faultDescription(fault) };
    return errorResponse(503, unavailable, { 'retry-after': '1' });
  }
  if (fault === 'slow') await context.sleep(SLOW_MS);
  const sub = subjectOf(client.clientId, fault === 'sub-mismatch' ? `${persona.id} misnamed` : persona.id);
  const scopes = grant.scopes.filter((scope) => scope !== OPENID_SCOPE);
  if (scopes.length === 0) return jsonResponse(200, { sub });
  const values = Object.fromEntries(scopes.map((scope) => [scope, claimValue(persona, scope)]));
  return jsonResponse(200, {
    sub,
    ...encryptUserinfo(values, client.publicKey, context.encryption, fault),
  });
}

function invalidToken(description: string): ServerResponse {
  return bearerError(401, { error: 'invalid_token', description });
}

/** An error with its challenge (RFC 6750 section 3). */
function bearerError(status: 400 | 401, fault: OAuthError): ServerResponse {
  const challenge = `${REALM}, error="${fault.error}", error_description="${printableDescription(fault.description)}"`;
  return errorResponse(status, fault, { 'www-authenticate': challenge });
}
