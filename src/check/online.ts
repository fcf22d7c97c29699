import { SgidError } from '../protocol/errors.ts';
import type { Transport } from '../protocol/exchange.ts';
import type { CheckFinding } from './check.ts';
import type { CheckContext } from './context.ts';
import { failBy, skip } from './finding.ts';
import { unusable } from './reading.ts';
import type { Subject } from './subject.ts';

/** What a check that asks the provider works with. */
export interface OnlineContext {
  readonly subject: Subject;
  readonly transport: Transport;
  /** The provider's origin. */
  readonly hostname: string;
  readonly signal: AbortSignal;
}

/** Makes a check of one that asks the provider: skipped without one, failed where asking fails. */
export function online(
  check: (context: OnlineContext) => Promise<CheckFinding>,
): (context: CheckContext) => Promise<CheckFinding> {
  return async ({ subject, transport, signal }) => {
    if (transport === undefined) return skip('not with --offline');
    if (!subject.hostname.ok) return unusable('there is no usable provider', subject.hostname);
    try {
      return await check({ subject, transport, hostname: subject.hostname.value, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SgidError) return failBy(error);
      throw error;
    }
  };
}
