export { convertPkcs1ToPkcs8 } from './keys/convert.ts';
export type { LoadPrivateKeyOptions } from './keys/load-private-key.ts';
export { loadPrivateKey } from './keys/load-private-key.ts';
export type { ParsedSgidDataValue } from './protocol/claims.ts';
export type { Endpoints } from './protocol/endpoints.ts';
export type { ProviderReply, SgidErrorCode, SgidErrorDetails, SgidStep } from './protocol/errors.ts';
export { SgidError } from './protocol/errors.ts';
export type { Fetch, FetchInit, FetchResponse } from './protocol/fetch.ts';
export type { PkcePair } from './protocol/pkce.ts';
export { generateCodeChallenge, generateCodeVerifier, generatePkcePair } from './protocol/pkce.ts';
export { generateNonce } from './protocol/random.ts';
export type {
  AuthorizationUrlParams,
  AuthorizationUrlReturn,
  CallbackParams,
  CallbackReturn,
  SgidClientParams,
  UserInfoParams,
  UserInfoReturn,
} from './sgid-client.ts';
export { SgidClient, SgidClient as default } from './sgid-client.ts';
