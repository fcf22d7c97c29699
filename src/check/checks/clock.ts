import { endpointsOf } from '../../protocol/endpoints.ts';
import { jwksRequest } from '../../protocol/jwks.ts';
import { networkError } from '../../protocol/network-error.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, skip, warn } from '../finding.ts';
import type { OnlineContext } from '../online.ts';

/** The difference that ID tokens are judged with, in milliseconds. */
const TOLERANCE_MS = 60_000;
const NOTICEABLE_MS = 30_000;

/** Whether this machine's clock agrees with the provider's: more than a minute off, good ID tokens are refused. */
export async function checkClock({ transport, hostname, signal }: OnlineContext): Promise<CheckFinding> {
  const request = jwksRequest(endpointsOf(hostname).jwks);
  const asked = transport.clock.now();
  const response = await transport.fetch(request.url, { ...request.init, signal }).catch((error: unknown) => {
    throw networkError(error, request);
  });
  await response.text();
  const answered = transport.clock.now();
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return skip('the provider does not say what time it is (no Date header)');
  // Date has whole seconds (RFC 9110 section 6.6.1), and was set at some time while we waited.
  const differenceMs = (asked + answered) / 2 - (date + 500);
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  const evidence = `this clock is ${seconds} s ${differenceMs < 0 ? 'behind' : 'ahead of'} the provider's`;
  const hint = 'Set the clock by the network (NTP); in a virtual machine, after it was suspended as well.';
  if (Math.abs(differenceMs) > TOLERANCE_MS) return fail('ERR_ID_TOKEN_ISSUED_AT', evidence, hint);
  if (Math.abs(differenceMs) > NOTICEABLE_MS) return warn(evidence, hint);
  return pass(seconds === 0 ? 'agrees with the provider to the second' : evidence);
}
