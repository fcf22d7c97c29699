import type { JSONWebKeySet } from 'jose';
import { SgidError } from '../errors/sgid-error.ts';
import { isRecord } from '../text/guards.ts';
import { describeReply, parseReply, sendRepeatable } from './exchange.ts';
import { type CallOptions, runStep } from './journal.ts';
import { CHECK_HOSTNAME } from './network-error.ts';
import { getRequest, type Transport } from './transport.ts';
import { pass } from './verdict.ts';

export interface JwksSource {
  /**
   * The keys; `fresh` asks the provider again although some are kept. Concurrent calls share one request; when it fails,
   * the others ask again.
   */
  load(fresh: boolean, options?: CallOptions): Promise<JSONWebKeySet>;
}

/** How long keys are kept: a withdrawn key must not be trusted for ever. */
const KEEP_MS = 10 * 60 * 1000;

/** A token without a key id is compared with each of them, which may take long. */
const MOST_KEYS = 100;

export function createJwksSource(transport: Transport, endpoint: string): JwksSource {
  let kept: { readonly jwks: Promise<JSONWebKeySet>; readonly since: number } | undefined;
  return {
    async load(fresh, options = {}) {
      const now = transport.clock.now();
      // Kept keys do not count when somebody has set the clock back.
      if (!fresh && kept && now >= kept.since && now - kept.since < KEEP_MS) {
        const shared = await kept.jwks.catch(() => undefined);
        if (shared !== undefined) return shared;
      }
      kept = { jwks: fetchJwks(transport, endpoint, options), since: transport.clock.now() };
      return kept.jwks;
    },
  };
}

function fetchJwks(
  transport: Transport,
  endpoint: string,
  { journal, signal }: CallOptions,
): Promise<JSONWebKeySet> {
  return runStep(journal, 'jwks', async (step) => {
    const request = getRequest('id-token', endpoint);
    const response = await sendRepeatable(transport, request, { step, signal });
    const json = parseReply(response, request, 'ERR_RESPONSE_INVALID');
    const keys = Array.isArray(json['keys']) ? json['keys'].filter(isJwk) : [];
    if (keys.length === 0 || keys.length > MOST_KEYS) {
      const got = keys.length === 0 ? 'no keys' : `${keys.length} keys, more than ${MOST_KEYS}`;
      throw new SgidError('ERR_RESPONSE_INVALID', `the JWKS endpoint returned ${got}`, {
        step: 'id-token',
        reply: describeReply(response, request),
        hint: CHECK_HOSTNAME,
      });
    }
    step?.verdicts([pass('response')]);
    return { keys };
  });
}

function isJwk(value: unknown): value is JSONWebKeySet['keys'][number] {
  return isRecord(value) && typeof value['kty'] === 'string';
}
