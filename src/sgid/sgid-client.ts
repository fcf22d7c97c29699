import { SgidError, usageError } from '../errors/sgid-error.ts';
import { parsePrivateKey, requireSoundKey } from '../keys/private-key.ts';
import { acceptCode } from '../oidc/callback.ts';
import { discoverEndpoints, type Endpoints } from '../oidc/discovery.ts';
import { generateNonce } from '../oidc/pkce.ts';
import { authorizationUrl } from '../oidc/provider.ts';
import { type Fetch, MAX_RESPONSE_BYTES, type Transport } from '../oidc/transport.ts';
import { systemClock } from '../system/clock.ts';
import { createHttpClient } from '../system/http-client.ts';
import {
  describeNonClientId,
  describeNonSecret,
  describeNonValue,
  unwrapValue,
} from '../text/credential-value.ts';
import { type ParsedSgidData, parseData, type SgidData } from './claims.ts';
import { requireText } from './client-arguments.ts';
import type {
  AuthorizationUrlParams,
  AuthorizationUrlReturn,
  CallbackParams,
  CallbackReturn,
  SgidClientParams,
  UserInfoParams,
  UserInfoReturn,
} from './client-parameters.ts';
import { DEFAULT_HOSTNAME } from './endpoints.ts';
import { validateRedirectUri } from './redirect-uri.ts';
import { parseScope } from './scopes.ts';
import { SgidProvider } from './sgid-provider.ts';

/** The scope of the official SDK, in its order. */
const SDK_DEFAULT_SCOPE = 'myinfo.name openid';

const DEFAULT_TIMEOUT_MS = 10_000;
/** What a timer of Node can hold. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * A client of sgID v2 with the names and shapes of the official SDK (`@opengovsg/sgid-client`), so that
 * changing the import is enough. Every failure is an `SgidError` with a `code`.
 *
 * Requests go through the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, `NO_PROXY` excepted, as these variables of
 * the process are at each request (`ERR_PROXY` when unusable). A `fetch` of your own handles proxies itself.
 *
 * @see docs.id.gov.sg, "Integration"; docs/library.md: every difference from the official SDK.
 * @example
 * ```ts
 * import { generatePkcePair, SgidClient } from 'sgid-cli';
 *
 * const client = new SgidClient({
 *   clientId: process.env.SGID_CLIENT_ID ?? '',
 *   clientSecret: process.env.SGID_CLIENT_SECRET ?? '',
 *   privateKey: process.env.SGID_PRIVATE_KEY ?? '',
 *   redirectUri: process.env.SGID_REDIRECT_URI,
 *   hostname: process.env.SGID_HOSTNAME, // the real sgID where it is undefined
 * });
 *
 * // To log in: keep the verifier, the nonce and the state in the session, and send the browser to the URL.
 * const { codeVerifier, codeChallenge } = generatePkcePair();
 * const { url, nonce } = client.authorizationUrl({ state, scope: 'openid myinfo.name', codeChallenge });
 *
 * // At the redirect URI, after comparing the state, where the query brings `code` and not `error`:
 * const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
 * const { data } = await client.userinfo({ sub, accessToken });
 * ```
 */
export class SgidClient {
  readonly #provider: SgidProvider;
  readonly #clientId: string;
  readonly #transport: Transport;
  readonly #redirectUri: string | undefined;

  /**
   * Removes blanks and quotes around client id and secret. Sends nothing.
   *
   * @throws SgidError `ERR_MISSING_CREDENTIALS`; `ERR_CREDENTIAL_VALUE` for a placeholder or a reference that nobody
   *   resolved; `ERR_REDIRECT_URI` for a redirect URI that is not an http or https URL; `ERR_USAGE` for one that is not
   *   text, and for a `timeoutMs` that is not above 0; `ERR_HOSTNAME`; `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE` or
   *   `ERR_PRIVATE_KEY_PASSPHRASE` for a key that cannot be used.
   */
  constructor(params: SgidClientParams) {
    // A caller in JavaScript may give none.
    const { redirectUri, hostname = DEFAULT_HOSTNAME, timeoutMs = DEFAULT_TIMEOUT_MS } = params ?? {};
    const textOf = (value: unknown) => (typeof value === 'string' ? unwrapValue(value) : '');
    const clientId = textOf(params?.clientId);
    const clientSecret = textOf(params?.clientSecret);
    const required = { clientId, clientSecret, privateKey: params?.privateKey };
    const missing = Object.entries(required).flatMap(([name, value]) => (value ? [] : [name]));
    if (missing.length > 0) throw missingError(missing.join(', '), 'the SgidClient constructor');
    requireValue('clientId', describeNonClientId(clientId));
    requireValue('clientSecret', describeNonValue(clientSecret) ?? describeNonSecret(clientSecret));
    this.#redirectUri = redirectUri ? requireRedirectUri(redirectUri) : undefined;
    if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS))
      throw usageError(`timeoutMs is ${timeoutMs}`, 'Pass a number of milliseconds, such as 10_000.');
    this.#transport = {
      fetch: params.fetch
        ? limitTime(params.fetch, timeoutMs)
        : createHttpClient({ timeoutMs, maxBytes: MAX_RESPONSE_BYTES }),
      clock: systemClock,
    };
    this.#clientId = clientId;
    this.#provider = new SgidProvider({
      clientId,
      clientSecret,
      privateKey:
        typeof params.privateKey === 'string'
          ? parsePrivateKey(params.privateKey, params.privateKeyPassphrase)
          : requireSoundKey(params.privateKey),
      // Its origin, as in the official SDK; the provider refuses what has none.
      hostname: URL.canParse(hostname) ? new URL(hostname).origin : hostname,
      transport: this.#transport,
    });
  }

  /**
   * The URL to send the person's browser to, and the nonce that it carries. Sends nothing.
   *
   * @throws SgidError `ERR_MISSING_CREDENTIALS` when there is no redirect URI, `ERR_REDIRECT_URI` when it is not an
   *   http or https URL; `ERR_USAGE` without a code challenge, and for another argument that cannot be right; `ERR_SCOPE`
   *   for a scope without `openid`.
   * @see OpenID Connect Core 1.0 section 3.1.2.1, RFC 7636 section 4.3.
   * @example
   * ```ts
   * const { url, nonce } = client.authorizationUrl({ state, scope: 'openid myinfo.name', codeChallenge });
   * ```
   */
  authorizationUrl(params: AuthorizationUrlParams): AuthorizationUrlReturn {
    const { state, scope = SDK_DEFAULT_SCOPE, codeChallenge } = params ?? {};
    const scopes = Array.isArray(scope) ? scope : [scope];
    requireText('codeChallenge', codeChallenge);
    for (const name of scopes.length > 0 ? scopes : ['']) requireText('scope', name);
    if (params.nonce) requireText('nonce', params.nonce);
    if (state !== undefined && state !== '') requireText('state', state);
    const nonce = params.nonce === null ? undefined : params.nonce || generateNonce();
    const url = authorizationUrl(this.#provider.endpoints.authorization, {
      clientId: this.#clientId,
      redirectUri: this.#redirectUriOf(params),
      scope: parseScope(scopes.join(' ')),
      codeChallenge,
      state,
      nonce,
    });
    return nonce === undefined ? { url } : { url, nonce };
  }

  /**
   * Exchanges an authorization code and verifies the ID token. Compare the callback's `state` yourself first. The query
   * may bring `error` instead of `code`: the login was refused. The code is never sent twice.
   *
   * @throws SgidError `ERR_USAGE` for a code, verifier or nonce that cannot be one, before anything is sent;
   *   `ERR_MISSING_CREDENTIALS` when there is no redirect URI, `ERR_REDIRECT_URI` when it is not an http or https URL; `ERR_TOKEN_REFUSED` for a client, code or
   *   verifier that the provider refuses; `ERR_PROXY`, `ERR_NETWORK`, `ERR_HTTP_TIMEOUT`, `ERR_PROVIDER_UNAVAILABLE`,
   *   `ERR_RESPONSE_REDIRECT`, `ERR_RESPONSE_TOO_LARGE` or `ERR_RESPONSE_INVALID` when it does not answer as it should;
   *   `ERR_ID_TOKEN_INVALID`, `ERR_ID_TOKEN_ALGORITHM`, `ERR_ID_TOKEN_SIGNATURE`, `ERR_ID_TOKEN_ISSUER`,
   *   `ERR_ID_TOKEN_AUDIENCE`, `ERR_ID_TOKEN_EXPIRED`, `ERR_ID_TOKEN_ISSUED_AT`, `ERR_ID_TOKEN_NONCE`, `ERR_ID_TOKEN_SUB`
   *   or `ERR_ID_TOKEN_AT_HASH` for an ID token that is not for this login.
   * @see RFC 6749 section 4.1.3, OpenID Connect Core 1.0 sections 3.1.3.3 and 3.1.3.7.
   * @example
   * ```ts
   * const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
   * ```
   */
  async callback(params: CallbackParams): Promise<CallbackReturn> {
    const { code, codeVerifier, nonce = null } = params ?? {};
    requireText('code', code);
    requireText('codeVerifier', codeVerifier);
    if (nonce !== null) requireText('nonce', nonce);
    const redirectUri = this.#redirectUriOf(params);
    const sent = { codeVerifier, nonce, redirectUri };
    const { sub, accessToken, idToken } = await this.#provider.exchange(acceptCode(code), sent);
    return { sub, accessToken, idToken };
  }

  /**
   * Fetches the person's data and decrypts it with the private key.
   *
   * @typeParam Scope What was asked for, as a scope parameter or a union of scope names: `data` then has the type of those
   *   claims. That is what sgID documents, and not verified.
   * @throws SgidError `ERR_USAGE` for a `sub` or access token that cannot be one, before anything is sent;
   *   `ERR_USERINFO_REFUSED` for an access token that the provider refuses; `ERR_PROXY`, `ERR_NETWORK`,
   *   `ERR_HTTP_TIMEOUT`, `ERR_PROVIDER_UNAVAILABLE`, `ERR_RESPONSE_REDIRECT`, `ERR_RESPONSE_TOO_LARGE` or
   *   `ERR_RESPONSE_INVALID` when it does not answer as it should; `ERR_SUB_MISMATCH` for a reply about somebody else;
   *   `ERR_JWE_KEY_MISSING`, `ERR_JWE_INVALID`, `ERR_JWE_ALGORITHM`, `ERR_DECRYPT_KEY` (for another private key) or
   *   `ERR_DECRYPT_FIELD` for claims that cannot be decrypted.
   * @see docs.id.gov.sg, "Integration"; RFC 7516 (JWE).
   * @example
   * ```ts
   * const { data } = await client.userinfo<'openid myinfo.name'>({ sub, accessToken });
   * console.log(data['myinfo.name']);
   * ```
   */
  async userinfo<Scope extends string = string>(params: UserInfoParams): Promise<UserInfoReturn<Scope>> {
    const { sub, accessToken } = params ?? {};
    requireText('sub', sub);
    requireText('accessToken', accessToken);
    return { sub, data: (await this.#provider.claims({ sub, accessToken })) as SgidData<Scope> };
  }

  /**
   * Parses the values of `data` that are a JSON array or object, nested 100 deep at most and without a number that
   * JavaScript would change; others stay the text that they are. Sends nothing.
   *
   * @typeParam Scope As for {@link SgidClient.userinfo}.
   * @param data What {@link SgidClient.userinfo} returned as `data`.
   * @throws SgidError `ERR_USAGE` when `data` is not an object of strings.
   * @see RFC 8259 (JSON); `parseData` of the official SDK.
   * @example
   * ```ts
   * const { data } = await client.userinfo<'openid myinfo.vehicles'>({ sub, accessToken });
   * const person = client.parseData(data);
   * if (person['myinfo.vehicles'] !== 'NA') console.log(person['myinfo.vehicles'].length);
   * ```
   */
  parseData<Data extends Readonly<Record<string, string>>>(data: Data): ParsedSgidData<keyof Data & string>;
  parseData<Scope extends string = string>(data: unknown): ParsedSgidData<Scope>;
  parseData(data: unknown): ParsedSgidData {
    return parseData(data);
  }

  /**
   * The endpoints that the provider publishes. No other call needs it: sgID v2 fixes the paths.
   *
   * @throws SgidError `ERR_DISCOVERY_ORIGIN` when an endpoint is not on the issuer's origin; `ERR_PROXY`,
   *   `ERR_NETWORK`, `ERR_HTTP_TIMEOUT`, `ERR_PROVIDER_UNAVAILABLE`, `ERR_RESPONSE_REDIRECT`, `ERR_RESPONSE_TOO_LARGE` or
   *   `ERR_RESPONSE_INVALID` when the provider does not answer as it should.
   * @see OpenID Connect Discovery 1.0 section 4.
   * @example
   * ```ts
   * const { issuer } = await client.discover();
   * ```
   */
  discover(): Promise<Endpoints> {
    return discoverEndpoints(this.#transport, this.#provider.endpoints.issuer);
  }

  #redirectUriOf(params: { redirectUri?: string | undefined }): string {
    const redirectUri = params.redirectUri ?? this.#redirectUri;
    if (!redirectUri) throw missingError('redirectUri', 'the SgidClient constructor or to this call');
    return requireRedirectUri(redirectUri);
  }
}

/** A `fetch` that ignores the signal must end its requests itself. */
function limitTime(fetch: Fetch, timeoutMs: number): Fetch {
  return async (url, init) => {
    const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
    // Some reject with an AbortError of their own.
    return fetch(url, { ...init, signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  };
}

function requireRedirectUri(redirectUri: string): string {
  requireText('redirectUri', redirectUri);
  return validateRedirectUri(redirectUri);
}

function requireValue(name: string, what: string | undefined): void {
  if (what === undefined) return;
  throw new SgidError('ERR_CREDENTIAL_VALUE', `${name} is ${what}: it is not sent`, {
    hint: `Pass the value itself as ${name}; look at the variable or store that it comes from.`,
  });
}

function missingError(names: string, where: string): SgidError {
  return new SgidError('ERR_MISSING_CREDENTIALS', `missing: ${names}`, {
    hint: `Pass ${names} to ${where}.`,
  });
}
