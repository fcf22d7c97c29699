import type { KeyObject } from 'node:crypto';
import { authorizationUrl } from '../oidc/authorization-request.ts';
import type { Endpoints } from '../oidc/endpoints.ts';
import type { Transport } from '../oidc/http-exchange.ts';
import { createJwksSource, type JwksSource } from '../oidc/jwks.ts';
import { type AuthorizationCode, exchangeCode, type VerifiedLogin } from '../oidc/token.ts';
import { endpointsOf } from './endpoints.ts';
import { type DataReader, fetchData } from './userinfo.ts';

/** A registered client and how it reaches its provider. */
export interface RelyingPartyOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  /** The provider's origin. */
  readonly hostname: string;
  readonly transport: Transport;
  /** Sees each userinfo reply as it came. */
  readonly onReply?: DataReader['onReply'];
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
   * Fetches the provider's signing keys ahead, so that they need not be waited for when the code is there.
   *
   * @throws SgidError of the step `id-token`; to verify an ID token will try again.
   */
  async fetchKeys(signal?: AbortSignal): Promise<void> {
    await this.#jwks.load(false, signal);
  }

  /**
   * Exchanges the code, once, and verifies the ID token.
   *
   * @throws SgidError of the steps `token` and `id-token`.
   */
  exchangeCode(grant: AuthorizationCode, signal?: AbortSignal): Promise<VerifiedLogin> {
    return exchangeCode({ ...this.#options, endpoints: this.endpoints, jwks: this.#jwks }, grant, signal);
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
    const { data } = await fetchData({ ...this.#options, endpoints: this.endpoints }, login, signal);
    return data;
  }
}
