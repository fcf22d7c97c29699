import { endpointsOf } from '../../protocol/endpoints.ts';
import { CLOCK_TOLERANCE } from '../../protocol/id-token-rules.ts';
import { jwksRequest } from '../../protocol/jwks.ts';
import { networkError } from '../../protocol/network-error.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, skip, warn } from '../finding.ts';
import type { OnlineContext } from '../online.ts';

/** The difference that ID tokens are judged with, in milliseconds. */
const TOLERANCE_MS = CLOCK_TOLERANCE * 1000;
const NOTICEABLE_MS = 30_000;
/** Date and Age have whole seconds (RFC 9110 section 6.6.1, RFC 9111 section 5.1). */
const SECOND_MS = 1_000;

/** Whether this machine's clock agrees with the provider's: more than a minute off, good ID tokens are refused. */
export async function checkClock({ transport, hostname, signal }: OnlineContext): Promise<CheckFinding> {
  const request = jwksRequest(endpointsOf(hostname).jwks);
  const asked = transport.clock.now();
  const response = await transport.fetch(request.url, { ...request.init, signal }).catch((error: unknown) => {
    throw networkError(error, request);
  });
  const answered = transport.clock.now();
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return skip('the provider does not say what time it is (no Date header)');
  const age = readAge(response.headers.get('age'));
  return judgeClock({ asked, answered, stated: date + age });
}

/** Readings of two clocks, in milliseconds since 1970. */
export interface ClockReadings {
  /** When the request went out, and when the answer was here, by this clock. */
  readonly asked: number;
  readonly answered: number;
  /** What the provider's clock showed in between, to the second. */
  readonly stated: number;
}

/** Judges by how much the clocks differ at least: when the answer was made, between the two readings, is unknown. */
export function judgeClock({ asked, answered, stated }: ClockReadings): CheckFinding {
  const aheadMs = asked - (stated + SECOND_MS);
  const behindMs = stated - answered;
  const differenceMs = Math.max(aheadMs, behindMs, 0);
  if (differenceMs < SECOND_MS) return pass('agrees with the provider to the second');
  const seconds = Math.round(differenceMs / SECOND_MS);
  const evidence = `this clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the provider's`;
  const hint = 'Set the clock by the network (NTP); in a virtual machine, after it was suspended as well.';
  if (differenceMs > TOLERANCE_MS) return fail('ERR_ID_TOKEN_ISSUED_AT', evidence, hint);
  return differenceMs > NOTICEABLE_MS ? warn(evidence, hint) : pass(evidence);
}

/** How long a cache on the way has kept the answer. */
function readAge(value: string | null): number {
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) * SECOND_MS : 0;
}
