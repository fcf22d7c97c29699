import type { KeyObject } from 'node:crypto';
import type { AcceptedCallback } from '../oidc/callback.ts';
import type { Transport } from '../oidc/http-exchange.ts';
import type { CallOptions } from '../oidc/journal.ts';
import { createJwksSource, type JwksSource } from '../oidc/jwks.ts';
import { generateNonce, generatePkcePair, generateState } from '../oidc/pkce.ts';
import {
  type Authorization,
  authorizationUrl,
  type LoginRequest,
  type Provider,
  type VerifiedTokens,
} from '../oidc/provider.ts';
import { exchangeCode, type SentAuthorization } from '../oidc/token.ts';
import { type Endpoints, endpointsOf } from './endpoints.ts';
import { type DataReader, fetchData } from './userinfo.ts';

export interface SgidProviderOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  readonly hostname: string;
  readonly transport: Transport;
  readonly onReply?: DataReader['onReply'];
}

/** SgID v2, as one client sees it. Holds no state of a login. */
export class SgidProvider implements Provider {
  readonly endpoints: Endpoints;
  readonly #options: SgidProviderOptions;
  readonly #jwks: JwksSource;

  /** @throws SgidError `ERR_HOSTNAME`. */
  constructor(options: SgidProviderOptions) {
    this.#options = options;
    this.endpoints = endpointsOf(options.hostname);
    this.#jwks = createJwksSource(options.transport, this.endpoints.jwks);
  }

  async authorize({
    redirectUri,
    scope,
    state = generateState(),
    nonce = generateNonce(),
  }: LoginRequest): Promise<Authorization> {
    const { issuer, authorization } = this.endpoints;
    const { clientId } = this.#options;
    const { codeVerifier, codeChallenge } = generatePkcePair();
    const request = { clientId, redirectUri, scope, codeChallenge, state, nonce };
    return {
      url: authorizationUrl(authorization, request),
      issuer,
      state,
      redirectUri,
      codeVerifier,
      nonce,
    };
  }

  async prepare(options?: CallOptions): Promise<void> {
    await this.#jwks.load(false, options);
  }

  exchange(
    accepted: AcceptedCallback,
    authorization: SentAuthorization,
    options?: CallOptions,
  ): Promise<VerifiedTokens> {
    const client = { ...this.#options, endpoints: this.endpoints, jwks: this.#jwks };
    return exchangeCode(client, accepted, authorization, options);
  }

  async claims(
    tokens: { readonly accessToken: string; readonly sub: string },
    options?: CallOptions,
  ): Promise<Record<string, string>> {
    return (await fetchData({ ...this.#options, endpoints: this.endpoints }, tokens, options)).data;
  }
}
