import type { ServerResponse } from '../../platform/http-message.ts';
import { generateCodeChallenge } from '../../protocol/pkce.ts';
import type { EndpointRequest, MockContext } from '../context.ts';
import { type FaultName, faultDescription, SLOW_MS, TOKEN_SLOW_MS } from '../faults.ts';
import { CODE_LIFETIME_SECONDS, type Grant, type Redemption, TOKEN_LIFETIME_SECONDS } from '../grants.ts';
import { signIdToken } from '../id-token.ts';
import { errorResponse, jsonResponse } from '../response.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';

/** The token endpoint: exchanges an authorization code, once (RFC 6749 sections 4.1.3 to 5.2). */
export async function answerToken(context: MockContext, request: EndpointRequest): Promise<ServerResponse> {
  const reading = readTokenRequest(request, context.clients);
  if ('refusal' in reading) {
    const { refusal, status, scheme } = reading;
    return errorResponse(
      status,
      refusal,
      scheme === undefined ? {} : { 'www-authenticate': `${scheme} realm="mock sgID"` },
    );
  }
  const redemption = context.grants.redeemCode(reading.code, reading.client.clientId);
  if (redemption.kind !== 'granted') return invalidGrant(CODE_PROBLEMS[redemption.kind]);
  const mismatch = findMismatch(reading, redemption.grant);
  if (mismatch !== undefined) return invalidGrant(mismatch);
  return (
    (await misbehave(context, redemption.grant.fault)) ?? grantTokens(context, reading.code, redemption.grant)
  );
}

/** The answer of a login's fault where it replaces the genuine one; waits where it only delays it. */
async function misbehave(
  context: MockContext,
  fault: FaultName | undefined,
): Promise<ServerResponse | undefined> {
  switch (fault) {
    case 'invalid-client':
      return errorResponse(401, { error: 'invalid_client', description: faultDescription(fault) });
    case 'invalid-grant':
      return invalidGrant(faultDescription(fault));
    case 'token-500':
      return { status: 500, headers: { 'content-type': 'text/plain' }, body: faultDescription(fault) };
    case 'token-html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: `<!doctype html><title>Sign in</title><p>${faultDescription(fault)}</p>`,
      };
    case 'token-slow':
      await context.sleep(TOKEN_SLOW_MS);
      return undefined;
    case 'slow':
      await context.sleep(SLOW_MS);
      return undefined;
    case 'rotated-keys':
      await context.keys.rotate();
      return undefined;
    default:
      return undefined;
  }
}

const CODE_PROBLEMS: Readonly<Record<Exclude<Redemption['kind'], 'granted'>, string>> = {
  unknown: 'the code is unknown: it was not issued here, or was cut short or decoded twice on its way',
  foreign: 'the code was issued to another client',
  used: 'the code was presented before; each works once, also when that attempt failed, and its token is revoked',
  expired: `the code has expired: it must be exchanged within ${CODE_LIFETIME_SECONDS} seconds`,
};

function findMismatch({ redirectUri, codeVerifier }: TokenRequest, grant: Grant): string | undefined {
  if (redirectUri !== grant.redirectUri) {
    return `redirect_uri differs from the authorization request: expected ${grant.redirectUri}, got ${redirectUri}`;
  }
  if (generateCodeChallenge(codeVerifier) !== grant.codeChallenge) {
    return 'code_verifier does not fit the code_challenge of the authorization request';
  }
  return undefined;
}

async function grantTokens(context: MockContext, code: string, grant: Grant): Promise<ServerResponse> {
  const accessToken = context.grants.issueToken(code, grant);
  const idToken = await signIdToken(context.keys.current(), {
    issuer: context.endpoints.issuer,
    grant,
    accessToken,
    now: context.clock.now(),
  });
  return jsonResponse(200, {
    access_token: accessToken,
    id_token: idToken,
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    scope: grant.scopes.join(' '),
  });
}

function invalidGrant(description: string): ServerResponse {
  return errorResponse(400, { error: 'invalid_grant', description });
}
