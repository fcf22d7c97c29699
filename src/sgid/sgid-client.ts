import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
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
import { DEFAULT_HOSTNAME } from './endpoints.ts';
import { SgidProvider } from './sgid-provider.ts';

/** Options of {@link SgidClient}: those of the official SDK, and three of our own. */
export interface SgidClientParams {
  clientId: string;
  clientSecret: string;
  /** RSA, 2048 bits or more: PKCS#8 or PKCS#1 PEM (escaped newlines and quotes are fine), JWK text or DER in base64; or what `loadPrivateKey` returned. */
  privateKey: string | KeyObject;
  /** Opens an encrypted private key. */
  privateKeyPassphrase?: string | undefined;
  /** The default of the calls that take one. */
  redirectUri?: string | undefined;
  /** The provider, default `https://api.id.gov.sg`: its origin counts, a path is dropped. http on loopback hosts only. */
  hostname?: string | undefined;
  /** For each request to the provider, in milliseconds, default 10 000. Not used with `fetch`. */
  timeoutMs?: number | undefined;
  /** Takes the place of the built-in HTTP client. */
  fetch?: Fetch | undefined;
}

/** What {@link SgidClient.authorizationUrl} takes. */
export interface AuthorizationUrlParams {
  state?: string | undefined;
  /** Names separated by spaces, or a list; default `myinfo.name openid`. */
  scope?: string | string[] | undefined;
  /** Random when omitted or empty; `null` for none. */
  nonce?: string | null | undefined;
  redirectUri?: string | undefined;
  /** The S256 challenge, see `generatePkcePair`. */
  codeChallenge: string;
}

/** What {@link SgidClient.authorizationUrl} returns. */
export interface AuthorizationUrlReturn {
  url: string;
  /** Keep it with the session, for {@link SgidClient.callback}. */
  nonce?: string;
}

/** What {@link SgidClient.callback} takes. */
export interface CallbackParams {
  code: string;
  /** The nonce of the authorization request; `null` or omitted when it had none. */
  nonce?: string | null | undefined;
  redirectUri?: string | undefined;
  /** The verifier whose challenge the authorization request carried. */
  codeVerifier: string;
}

/** What {@link SgidClient.callback} returns. */
export interface CallbackReturn {
  /** The pairwise identifier of the person. */
  sub: string;
  accessToken: string;
  idToken: string;
}

/** What {@link SgidClient.userinfo} takes. */
export interface UserInfoParams {
  sub: string;
  accessToken: string;
}

/** What {@link SgidClient.userinfo} returns. */
export interface UserInfoReturn<Scope extends string = string> {
  sub: string;
  /** Scope name and value as text; see {@link SgidClient.parseData}. */
  data: SgidData<Scope>;
}

/** The scope of the official SDK, in its order. */
const SDK_DEFAULT_SCOPE = 'myinfo.name openid';

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * A client of sgID v2 with the names and shapes of the official SDK (`@opengovsg/sgid-client`), so that
 * changing the import is enough. Every failure is an `SgidError` with a `code`.
 *
 * Requests go through the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, `NO_PROXY` excepted, as these variables of
 * the process are at each request (`ERR_PROXY` when unusable). A `fetch` of your own handles proxies itself.
 */
export class SgidClient {
  readonly #provider: SgidProvider;
  readonly #clientId: string;
  readonly #transport: Transport;
  readonly #redirectUri: string | undefined;

  /**
   * Removes blanks and quotes around client id and secret.
   *
   * @throws SgidError `ERR_PRIVATE_KEY*` when the key cannot be used, `ERR_HOSTNAME`, `ERR_MISSING_CREDENTIALS`,
   *   `ERR_CREDENTIAL_VALUE` for a placeholder or a reference that nobody resolved.
   */
  constructor(params: SgidClientParams) {
    // A caller in JavaScript may give none.
    const { redirectUri, hostname = DEFAULT_HOSTNAME, timeoutMs = DEFAULT_TIMEOUT_MS } = params ?? {};
    const clientId = unwrapValue(params?.clientId ?? '');
    const clientSecret = unwrapValue(params?.clientSecret ?? '');
    const required = { clientId, clientSecret, privateKey: params?.privateKey };
    const missing = Object.entries(required).flatMap(([name, value]) => (value ? [] : [name]));
    if (missing.length > 0) throw missingError(missing.join(', '), 'the SgidClient constructor');
    requireValue('clientId', describeNonClientId(clientId));
    requireValue('clientSecret', describeNonValue(clientSecret) ?? describeNonSecret(clientSecret));
    this.#redirectUri = redirectUri;
    this.#transport = {
      fetch: params.fetch ?? createHttpClient({ timeoutMs, maxBytes: MAX_RESPONSE_BYTES }),
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
      hostname: originOf(hostname),
      transport: this.#transport,
    });
  }

  /**
   * The URL to send the person's browser to, and the nonce that it carries.
   *
   * @throws SgidError `ERR_MISSING_CREDENTIALS` when there is no redirect URI.
   */
  authorizationUrl(params: AuthorizationUrlParams): AuthorizationUrlReturn {
    const { state, scope = SDK_DEFAULT_SCOPE, codeChallenge } = params;
    const nonce = params.nonce === null ? undefined : params.nonce || generateNonce();
    const url = authorizationUrl(this.#provider.endpoints.authorization, {
      clientId: this.#clientId,
      redirectUri: this.#redirectUriOf(params),
      scope: typeof scope === 'string' ? [scope] : scope,
      codeChallenge,
      state,
      nonce,
    });
    return nonce === undefined ? { url } : { url, nonce };
  }

  /**
   * Exchanges an authorization code and verifies the ID token. Compare the callback's `state` yourself first.
   *
   * @throws SgidError of the steps `token` and `id-token`.
   */
  async callback(params: CallbackParams): Promise<CallbackReturn> {
    const { code, codeVerifier, nonce = null } = params;
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
   * @throws SgidError of the steps `userinfo` and `decrypt`.
   */
  async userinfo<Scope extends string = string>(params: UserInfoParams): Promise<UserInfoReturn<Scope>> {
    const { sub, accessToken } = params;
    return { sub, data: (await this.#provider.claims({ sub, accessToken })) as SgidData<Scope> };
  }

  /**
   * Parses the values of `data` that are a JSON array or object.
   *
   * @typeParam Scope As for {@link SgidClient.userinfo}.
   * @throws SgidError `ERR_USAGE` when `data` is not an object of strings.
   */
  parseData<Scope extends string = string>(data: unknown): ParsedSgidData<Scope> {
    return parseData(data) as ParsedSgidData<Scope>;
  }

  /**
   * The endpoints that the provider publishes. No other call needs it: sgID v2 fixes the paths.
   *
   * @throws SgidError `ERR_DISCOVERY_ORIGIN` when an endpoint is not on the issuer's origin.
   */
  discover(): Promise<Endpoints> {
    return discoverEndpoints(this.#transport, this.#provider.endpoints.issuer);
  }

  #redirectUriOf(params: { redirectUri?: string | undefined }): string {
    const redirectUri = params.redirectUri ?? this.#redirectUri;
    if (!redirectUri) throw missingError('redirectUri', 'the SgidClient constructor or to this call');
    return redirectUri;
  }
}

/** As in the official SDK. What has no origin is left for the provider to refuse. */
function originOf(hostname: string): string {
  return URL.canParse(hostname) ? new URL(hostname).origin : hostname;
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
