import type { ProviderReply, SgidErrorCode, SgidErrorDetails } from '../errors/sgid-error.ts';
import { isLoopback } from '../system/host.ts';
import { CHECK_HOSTNAME } from './network-error.ts';

export type Advice = Pick<SgidErrorDetails, 'causes' | 'hint'>;

const WRONG_SECRET = 'the client secret does not belong to this client id';
const WRONG_CODE = 'the code was used before or has expired (it lives for a short time only)';
const WRONG_REDIRECT_URI = 'the redirect URI differs from that of the authorization request';
const WRONG_VERIFIER = 'the code verifier does not belong to the code challenge';

/** Causes that cannot be where one program makes both requests of a login. */
export const MIXED_REQUESTS: readonly string[] = [WRONG_REDIRECT_URI, WRONG_VERIFIER];

const EXPIRED = 'the access token has expired';
const NOT_GRANTED = 'the client may not read these scopes';

/** What the provider's words name comes first. */
function causesOfGrant({ description = '' }: ProviderReply): readonly string[] {
  if (/verifier/i.test(description)) return [WRONG_VERIFIER, WRONG_CODE, WRONG_REDIRECT_URI];
  return /redirect.?uri/i.test(description)
    ? [WRONG_REDIRECT_URI, WRONG_CODE, WRONG_VERIFIER]
    : [WRONG_CODE, WRONG_REDIRECT_URI, WRONG_VERIFIER];
}

/** What a refusal can mean; less where the provider names an error of RFC 6749 section 5.2. */
export function adviceOnRefusal(code: SgidErrorCode, reply: ProviderReply, url: string): Advice {
  const { error } = reply;
  const place = placeOfRegistration(url);
  const compare = (what: string) => `Compare ${what} with those ${place}, then log in again.`;
  switch (code) {
    case 'ERR_TOKEN_REFUSED':
      if (error === 'invalid_client')
        return {
          causes: [WRONG_SECRET, 'the client id is unknown to this provider'],
          hint: compare('client id and client secret'),
        };
      return error === 'invalid_grant'
        ? {
            causes: causesOfGrant(reply),
            hint: 'Log in again: a code can be used once, and for a short time, with redirect URI and code verifier of its login.',
          }
        : {
            causes: [WRONG_SECRET, ...causesOfGrant(reply)],
            hint: compare('client id, client secret and redirect URI'),
          };
    case 'ERR_USERINFO_REFUSED':
      if (error === 'invalid_token')
        return { causes: [EXPIRED], hint: 'Log in again, and fetch the data at once.' };
      return error === 'insufficient_scope'
        ? { causes: [NOT_GRANTED], hint: `Have the scopes granted ${place}, or omit them.` }
        : {
            causes: [EXPIRED, NOT_GRANTED],
            hint: 'Log in again with the scope "openid" alone to see which of the two it is.',
          };
    default:
      return { hint: CHECK_HOSTNAME };
  }
}

/** The endpoints refuse with JSON or nothing: a web page comes from a firewall or proxy in front of them. */
export function adviceOnPage(url: string): Advice {
  return {
    causes: [
      'a firewall or proxy between this machine and the provider refused the request',
      "the provider's own firewall takes no requests from this address",
      'the hostname is that of a website, not of the API',
    ],
    hint: `Try from another network, or have ${new URL(url).host} allowed in this one. ${CHECK_HOSTNAME}`,
  };
}

/** Says where a client is registered: a provider of this machine is not sgID, and has no developer portal. */
export function placeOfRegistration(provider: string): string {
  const { hostname, origin } = new URL(provider);
  return isLoopback(hostname) ? `at ${origin}` : 'in the developer portal';
}
