import type { KeyObject } from 'node:crypto';
import type { AcceptedCallback } from '../oidc/callback.ts';
import type { Endpoints } from '../oidc/discovery.ts';
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
import type { Transport } from '../oidc/transport.ts';
import { endpointsOf } from './endpoints.ts';
import { type DataReader, fetchData } from './userinfo.ts';

export interface SgidProviderOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey?: KeyObject;
  readonly hostname: string;
  readonly transport: Transport;
  readonly onReply?: DataReader['onReply'];
}

/** sgID v2, as one client sees it. Holds no state of a login. */
export class SgidProvider implements Provider {
  readonly endpoints: Endpoints;
  readonly #client: SgidProviderOptions & { readonly endpoints: Endpoints; readonly jwks: JwksSource };

  /** @throws SgidError `ERR_HOSTNAME`. */
  constructor(options: SgidProviderOptions) {
    this.endpoints = endpointsOf(options.hostname);
    const jwks = createJwksSource(options.transport, this.endpoints.jwks);
    this.#client = { ...options, endpoints: this.endpoints, jwks };
  }

  async authorize({
    redirectUri,
    scope,
    state = generateState(),
    nonce = generateNonce(),
  }: LoginRequest): Promise<Authorization> {
    const { issuer, authorization } = this.endpoints;
    const { clientId } = this.#client;
    const { codeVerifier, codeChallenge } = generatePkcePair();
    const request = { clientId, redirectUri, scope, codeChallenge, state, nonce };
    return { url: authorizationUrl(authorization, request), issuer, state, redirectUri, codeVerifier, nonce };
  }

  async prepare(options?: CallOptions): Promise<void> {
    await this.#client.jwks.load(false, options);
  }

  exchange(
    accepted: AcceptedCallback,
    authorization: SentAuthorization,
    options?: CallOptions,
  ): Promise<VerifiedTokens> {
    return exchangeCode(this.#client, accepted, authorization, options);
  }

  async claims(
    tokens: { readonly accessToken: string; readonly sub: string },
    options?: CallOptions,
  ): Promise<Record<string, string>> {
    const { privateKey } = this.#client;
    if (privateKey === undefined) throw new TypeError('a provider without the private key gives no claims');
    return (await fetchData({ ...this.#client, privateKey }, tokens, options)).data;
  }
}
