/**
 * The library: a client of sgID v2 with the names and shapes of the official SDK. Examples leave out where their values
 * come from: `clientId`, `clientSecret`, `privateKey` and `redirectUri` are those of the developer portal, `state`, `nonce`
 * and `codeVerifier` those of the session, `code` is that of the callback.
 *
 * @module sgid-cli
 */

export type { ProviderReply, SgidErrorCode, SgidErrorDetails, SgidStep } from './errors/sgid-error.ts';
export { SgidError } from './errors/sgid-error.ts';
export type { LoadPrivateKeyOptions } from './keys/private-key.ts';
export { loadPrivateKey } from './keys/private-key.ts';
export { convertPkcs1ToPkcs8 } from './keys/write-key.ts';
export type { Endpoints } from './oidc/discovery.ts';
export type { PkcePair } from './oidc/pkce.ts';
export { generateCodeChallenge, generateCodeVerifier, generateNonce, generatePkcePair } from './oidc/pkce.ts';
export type { Fetch, FetchInit, FetchResponse } from './oidc/transport.ts';
export type {
  ParsedSgidData,
  ParsedSgidDataValue,
  SgidData,
  SgidJsonClaims,
  SgidPublicOfficer,
} from './sgid/claims.ts';
export { isSgidUserinfoObject, isStringifiedArrayOrObject, safeJsonParse } from './sgid/claims.ts';
export type {
  AuthorizationUrlParams,
  AuthorizationUrlReturn,
  CallbackParams,
  CallbackReturn,
  SgidClientParams,
  UserInfoParams,
  UserInfoReturn,
} from './sgid/client-parameters.ts';
export type { SgidScope } from './sgid/scopes.ts';
export { SgidClient, SgidClient as default } from './sgid/sgid-client.ts';
export { isNonEmptyString } from './text/guards.ts';
