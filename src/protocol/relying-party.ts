import type { KeyObject } from 'node:crypto';
import { authorizationUrl } from './authorize.ts';
import { decryptData } from './decrypt.ts';
import { type Endpoints, endpointsOf } from './endpoints.ts';
import { send, sendRepeatable, type Transport } from './exchange.ts';
import { type IdTokenClaims, verifyIdToken } from './id-token.ts';
import { createJwksSource, type JwksSource } from './jwks.ts';
import { readTokenResponse, tokenRequest } from './token.ts';
import { readUserinfoResponse, userinfoRequest } from './userinfo.ts';

/** A registered client and how it reaches its provider. */
export interface RelyingPartyOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  /** The provider's origin. */
  readonly hostname: string;
  readonly transport: Transport;
}

/** The code that a callback brought, and what the authorization request had sent. */
export interface AuthorizationCode {
  readonly code: string;
  readonly codeVerifier: string;
  readonly nonce: string | undefined;
  readonly redirectUri: string;
}

/** A verified login. */
export interface VerifiedLogin {
  readonly sub: string;
  readonly accessToken: string;
  readonly idToken: string;
  /** The claims of the ID token. */
  readonly claims: IdTokenClaims;
}

/** The steps of one client at its provider. Holds no state of a login. */
export class RelyingParty {
  readonly endpoints: Endpoints;
  readonly #options: RelyingPartyOptions;
  readonly #jwks: JwksSource;

  /** @throws SgidError `ERR_HOSTNAME`. */
  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.endpoints = endpointsOf(options.hostname);
    this.#jwks = createJwksSource(options.transport, this.endpoints.jwks);
  }

  /** The URL to send the person's browser to. */
  authorizationUrl(request: Omit<Parameters<typeof authorizationUrl>[1], 'clientId'>): string {
    return authorizationUrl(this.endpoints.authorization, { ...request, clientId: this.#options.clientId });
  }

  /**
   * Exchanges the code, once, and verifies the ID token.
   *
   * @throws SgidError of the steps `token` and `id-token`.
   */
  async exchangeCode(grant: AuthorizationCode, signal?: AbortSignal): Promise<VerifiedLogin> {
    const { clientId, clientSecret, transport } = this.#options;
    const request = tokenRequest(this.endpoints.token, { ...grant, clientId, clientSecret });
    const { accessToken, idToken } = readTokenResponse(await send(transport, request, signal), request);
    const expected = {
      issuer: this.endpoints.issuer,
      clientId,
      nonce: grant.nonce,
      accessToken,
      now: transport.clock.now(),
    };
    const claims = await verifyIdToken(idToken, expected, (fresh) => this.#jwks.load(fresh, signal));
    return { sub: claims.sub, accessToken, idToken, claims };
  }

  /**
   * Fetches the person's data and decrypts it.
   *
   * @throws SgidError of the steps `userinfo` and `decrypt`.
   */
  async fetchData(
    login: { readonly sub: string; readonly accessToken: string },
    signal?: AbortSignal,
  ): Promise<Record<string, string>> {
    const { transport, privateKey } = this.#options;
    const request = userinfoRequest(this.endpoints.userinfo, login.accessToken);
    const userinfo = readUserinfoResponse(
      await sendRepeatable(transport, request, signal),
      request,
      login.sub,
    );
    return userinfo.encrypted === undefined ? {} : decryptData(userinfo.encrypted, privateKey);
  }
}
