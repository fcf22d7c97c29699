import {
  type ProviderReply,
  SgidError,
  type SgidErrorCode,
  type SgidErrorDetails,
} from '../errors/sgid-error.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { quoteReply } from '../text/redact.ts';
import type { ProviderRequest, ProviderResponse } from './http-exchange.ts';
import { CHECK_HOSTNAME } from './network-error.ts';

/**
 * Parses an answer, its status first, that should be a JSON object.
 *
 * @param refused The code for a 4xx answer.
 * @throws SgidError `refused`, `ERR_PROVIDER_UNAVAILABLE` (5xx, 429), `ERR_RESPONSE_REDIRECT` or
 *   `ERR_RESPONSE_INVALID`.
 */
export function parseReply(
  response: ProviderResponse,
  request: ProviderRequest,
  refused: SgidErrorCode,
): Record<string, unknown> {
  const { status, body } = response;
  const what = `${request.init.method} ${request.url}`;
  const json = parseJson(body);
  if (status === 200 && isRecord(json)) return json;
  // Only for an answer that is refused: a good one need not be searched for secrets.
  const reply = describeReply(response, request);
  const fail = (code: SgidErrorCode, message: string, advice: Pick<SgidErrorDetails, 'causes' | 'hint'>) =>
    new SgidError(code, message, { step: request.step, reply, ...advice });
  if (status >= 300 && status < 400) {
    throw fail(
      'ERR_RESPONSE_REDIRECT',
      `${what} answered with a redirect (HTTP ${status}), which is never followed`,
      { hint: CHECK_HOSTNAME },
    );
  }
  if (status >= 500 || status === 429) {
    const hint = 'Try again in a moment; if it stays, ask the provider.';
    throw fail('ERR_PROVIDER_UNAVAILABLE', `${what} failed with HTTP ${status}`, { hint });
  }
  if (status >= 400) {
    const advice = adviceOnRefusal(refused, reply.error);
    throw fail(refused, `${what} was refused with HTTP ${status}`, advice);
  }
  const got = body.trim() === '' ? 'nothing' : json === undefined ? 'no JSON' : 'another kind of JSON';
  throw fail(
    'ERR_RESPONSE_INVALID',
    `${what} should answer with a JSON object and gave ${got} (HTTP ${status})`,
    { hint: CHECK_HOSTNAME },
  );
}

export function describeReply(response: ProviderResponse, request: ProviderRequest): ProviderReply {
  const json = parseJson(response.body);
  const named = isRecord(json) && isNonEmptyString(json['error']) ? json['error'] : undefined;
  const error = named ?? response.wwwAuthenticate?.match(/error="?([^",]+)"?/)?.[1];
  const body = response.status < 300 ? outlineOf(response.body, json) : response.body;
  return {
    status: response.status,
    ...(error === undefined ? {} : { error: quoteReply(error, request.secrets) }),
    body: quoteReply(body, request.secrets),
  };
}

/** A good answer of the wrong shape may hold tokens or claims anywhere: its outline, not its values. */
function outlineOf(body: string, json: unknown): string {
  if (isRecord(json)) return `fields: ${Object.keys(json).join(', ')}`;
  return json !== undefined || /^\s*[[{"]/.test(body) ? 'JSON, not shown because it may hold secrets' : body;
}

const WRONG_SECRET = 'the client secret does not belong to this client id';
const WRONG_GRANT = [
  'the code was used before or has expired (it lives for a short time only)',
  'the redirect URI differs from that of the authorization request',
  'the code verifier does not belong to the code challenge',
];

/** Where the provider names an error of RFC 6749 section 5.2, what that can mean. */
function adviceOnRefusal(
  code: SgidErrorCode,
  error: string | undefined,
): Pick<SgidErrorDetails, 'causes' | 'hint'> {
  const compare =
    'Compare client id, client secret and redirect URI with the developer portal, then log in again.';
  switch (code) {
    case 'ERR_TOKEN_REFUSED':
      if (error === 'invalid_client')
        return { causes: [WRONG_SECRET, 'the client id is unknown to this provider'], hint: compare };
      return error === 'invalid_grant'
        ? { causes: WRONG_GRANT, hint: 'Log in again: a code counts once, and for a short time.' }
        : { causes: [WRONG_SECRET, ...WRONG_GRANT], hint: compare };
    case 'ERR_USERINFO_REFUSED':
      return {
        causes: ['the access token has expired', 'the client may not read these scopes'],
        hint: 'Log in again with the scope "openid" alone to see which of the two it is.',
      };
    default:
      return { hint: CHECK_HOSTNAME };
  }
}
