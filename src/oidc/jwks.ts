import type { JSONWebKeySet } from 'jose';
import { SgidError } from '../errors/sgid-error.ts';
import { isRecord } from '../text/guards.ts';
import { CHECK_HOSTNAME } from './endpoints.ts';
import {
  type ProviderRequest,
  type ProviderResponse,
  sendRepeatable,
  type Transport,
} from './http-exchange.ts';
import { describeReply, judgeJsonResponse } from './provider-reply.ts';

/** The provider's signing keys, kept for a while. */
export interface JwksSource {
  /**
   * The keys; `fresh` asks the provider again although some are kept. Who asks while another's request is under way shares
   * its answer, but not its failure: then the provider is asked again.
   */
  load(fresh: boolean, signal?: AbortSignal): Promise<JSONWebKeySet>;
}

/** How long keys are kept: a withdrawn key must not be trusted for ever. */
const KEEP_MS = 10 * 60 * 1000;

/** A source that asks the JWKS endpoint once and keeps the answer for ten minutes; a failure is not kept. */
export function createJwksSource(transport: Transport, jwksEndpoint: string): JwksSource {
  let kept: { readonly jwks: Promise<JSONWebKeySet>; readonly since: number } | undefined;

  async function fetchKeys(signal: AbortSignal | undefined): Promise<JSONWebKeySet> {
    const request = jwksRequest(jwksEndpoint);
    return readJwksResponse(await sendRepeatable(transport, request, signal), request);
  }

  return {
    async load(fresh, signal) {
      const now = transport.clock.now();
      if (!fresh && kept !== undefined && now - kept.since < KEEP_MS) {
        const shared = await kept.jwks.catch(() => undefined);
        if (shared !== undefined) return shared;
      }
      const asked = { jwks: fetchKeys(signal), since: transport.clock.now() };
      kept = asked;
      asked.jwks.catch(() => {
        if (kept === asked) kept = undefined;
      });
      return asked.jwks;
    },
  };
}

/** The request for the JWKS (RFC 7517 section 5). */
export function jwksRequest(jwksEndpoint: string): ProviderRequest {
  return {
    step: 'id-token',
    url: jwksEndpoint,
    init: { method: 'GET', headers: { accept: 'application/json' }, redirect: 'manual' },
    secrets: [],
  };
}

/**
 * Judges the answer of the JWKS endpoint.
 *
 * @throws SgidError `ERR_RESPONSE_INVALID` when it is no key set, and as {@link judgeJsonResponse} does.
 */
export function readJwksResponse(response: ProviderResponse, request: ProviderRequest): JSONWebKeySet {
  const json = judgeJsonResponse(response, request, 'ERR_RESPONSE_INVALID');
  const keys = Array.isArray(json['keys']) ? json['keys'].filter(isJwk) : [];
  if (keys.length === 0) {
    throw new SgidError('ERR_RESPONSE_INVALID', 'the JWKS endpoint gave no keys', {
      step: 'id-token',
      reply: describeReply(response, request),
      hint: CHECK_HOSTNAME,
    });
  }
  return { keys };
}

function isJwk(value: unknown): value is JSONWebKeySet['keys'][number] {
  return isRecord(value) && typeof value['kty'] === 'string';
}
