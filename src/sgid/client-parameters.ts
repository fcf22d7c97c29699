import type { KeyObject } from 'node:crypto';
import type { Fetch } from '../oidc/transport.ts';
import type { SgidData } from './claims.ts';

/**
 * Options of {@link SgidClient}: those of the official SDK, and three of our own.
 *
 * @see `SgidClientParams` of the official SDK.
 * @example
 * ```ts
 * import type { SgidClientParams } from 'sgid-cli';
 *
 * const params: SgidClientParams = { clientId, clientSecret, privateKey, redirectUri, timeoutMs: 5_000 };
 * ```
 */
export interface SgidClientParams {
  /** As the developer portal shows it. */
  clientId: string;
  /** As the developer portal showed it once. */
  clientSecret: string;
  /** RSA, 2048 bits or more: PKCS#8 or PKCS#1 PEM (escaped newlines and quotes are fine), JWK text or DER in base64; or what `loadPrivateKey` returned. */
  privateKey: string | KeyObject;
  /** Opens an encrypted private key. */
  privateKeyPassphrase?: string | undefined;
  /** The default of the calls that take one. */
  redirectUri?: string | undefined;
  /** The provider, default `https://api.id.gov.sg`: its origin counts, a path is dropped. http on loopback hosts only. */
  hostname?: string | undefined;
  /** For each request to the provider, in milliseconds, default 10 000, at most 2 147 483 647. */
  timeoutMs?: number | undefined;
  /** Takes the place of the built-in HTTP client. Its `signal` ends a request after `timeoutMs`. */
  fetch?: Fetch | undefined;
}

/**
 * What {@link SgidClient.authorizationUrl} takes.
 *
 * @see RFC 6749 section 4.1.1, RFC 7636 section 4.3; `AuthorizationUrlParams` of the official SDK.
 * @example
 * ```ts
 * import { type AuthorizationUrlParams, generatePkcePair } from 'sgid-cli';
 *
 * const { codeChallenge } = generatePkcePair();
 * const params: AuthorizationUrlParams = { state, scope: ['openid', 'myinfo.name'], codeChallenge };
 * ```
 */
export interface AuthorizationUrlParams {
  /** Comes back with the callback; a random value that the session keeps (RFC 6749 section 10.12). */
  state?: string | undefined;
  /** Names separated by spaces, or a list; default `myinfo.name openid`. */
  scope?: string | readonly string[] | undefined;
  /** Random when omitted or empty; `null` for none. */
  nonce?: string | null | undefined;
  /** A registered one; that of the constructor when omitted. */
  redirectUri?: string | undefined;
  /** The S256 challenge, see {@link generatePkcePair}. */
  codeChallenge: string;
}

/**
 * What {@link SgidClient.authorizationUrl} returns.
 *
 * @see `AuthorizationUrlReturn` of the official SDK.
 * @example
 * ```ts
 * import type { AuthorizationUrlReturn } from 'sgid-cli';
 *
 * const { url, nonce }: AuthorizationUrlReturn = client.authorizationUrl({ state, codeChallenge });
 * ```
 */
export interface AuthorizationUrlReturn {
  /** Where to send the browser. */
  url: string;
  /** Keep it with the session, for {@link SgidClient.callback}. */
  nonce?: string;
}

/**
 * What {@link SgidClient.callback} takes.
 *
 * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5; `CallbackParams` of the official SDK.
 * @example
 * ```ts
 * import type { CallbackParams } from 'sgid-cli';
 *
 * const params: CallbackParams = { code, nonce, codeVerifier };
 * ```
 */
export interface CallbackParams {
  /** The authorization code, `code` of the callback's query. Works once. */
  code: string;
  /** The nonce of the authorization request; `null` or omitted when it had none. */
  nonce?: string | null | undefined;
  /** That of the authorization request; that of the constructor when omitted. */
  redirectUri?: string | undefined;
  /** The verifier whose challenge the authorization request carried. */
  codeVerifier: string;
}

/**
 * What {@link SgidClient.callback} returns.
 *
 * @see OpenID Connect Core 1.0 sections 2 and 3.1.3.3; `CallbackReturn` of the official SDK.
 * @example
 * ```ts
 * import type { CallbackReturn } from 'sgid-cli';
 *
 * const { sub, accessToken }: CallbackReturn = await client.callback({ code, nonce, codeVerifier });
 * ```
 */
export interface CallbackReturn {
  /** The person, for this client alone: pairwise and opaque. */
  sub: string;
  /** A bearer token for {@link SgidClient.userinfo}, at most 16 kB. */
  accessToken: string;
  /** A signed JWT, verified, at most 16 kB. */
  idToken: string;
}

/**
 * What {@link SgidClient.userinfo} takes.
 *
 * @see RFC 6750 section 2.1; `UserInfoParams` of the official SDK.
 * @example
 * ```ts
 * import type { UserInfoParams } from 'sgid-cli';
 *
 * const params: UserInfoParams = await client.callback({ code, nonce, codeVerifier });
 * ```
 */
export interface UserInfoParams {
  /** The person whom {@link SgidClient.callback} named. A reply about another one is refused. */
  sub: string;
  /** The access token that {@link SgidClient.callback} returned. */
  accessToken: string;
}

/**
 * What {@link SgidClient.userinfo} returns.
 *
 * @typeParam Scope A scope parameter or a union of scope names.
 * @see docs.id.gov.sg, "Data catalogue"; `UserInfoReturn` of the official SDK.
 * @example
 * ```ts
 * import type { UserInfoReturn } from 'sgid-cli';
 *
 * const { data }: UserInfoReturn = await client.userinfo({ sub, accessToken });
 * ```
 */
export interface UserInfoReturn<Scope extends string = string> {
  /** The person, the same as was given. */
  sub: string;
  /** Scope name and value as text; see {@link SgidClient.parseData}. */
  data: SgidData<Scope>;
}
