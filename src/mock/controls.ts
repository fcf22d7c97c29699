import { type SgidError, usageError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import type { MockContext } from './context.ts';
import type { FaultName } from './faults.ts';
import { readQueuedFault } from './queued-fault.ts';
import type { LoggedRequest } from './request-log.ts';

/** How a test steers the provider while it runs. */
export interface MockControls {
  /**
   * The next login is this persona's, without a page. Several wait in line; a `login_hint` goes first and
   * leaves the line as it is.
   *
   * @throws SgidError `ERR_USAGE` for an unknown id, and when a thousand wait already.
   */
  queuePersona(id: string): void;
  /**
   * The next logins misbehave. Several faults wait in line.
   *
   * @param times How many of them, one unless told; `Infinity` for every one until `reset`.
   * @throws SgidError `ERR_USAGE` for an unknown name or a number that is not positive and whole, behind a
   *   fault without end, and when a thousand wait already.
   */
  queueFault(name: FaultName, times?: number): void;
  /**
   * Puts the provider's clock forward, so that codes and tokens expire. ID tokens are dated by it as well: a
   * client on the real clock finds those of later logins issued in the future, until `reset`.
   *
   * @throws SgidError `ERR_USAGE` for a number that is negative or none, or leads past the year 9999.
   */
  advanceTime(milliseconds: number): void;
  /** Signs with a new key from now on. The JWKS keeps the last ones. */
  rotateKeys(): Promise<void>;
  /** The last hundred requests, oldest first, without secrets. */
  requests(): readonly LoggedRequest[];
  /**
   * Forgets what was queued, granted and logged, and puts the clock right; the signing keys stay. Under a
   * shared `secret` codes and tokens stay good until they expire.
   */
  reset(): void;
}

/** As far as the clock goes: later times cannot be written in the four digits of a year. */
const END_OF_TIME = Date.UTC(9999, 11, 31);

/** The controls of a provider. */
export function createMockControls(context: MockContext): MockControls {
  const { queue, clock, keys, grants, log, personas } = context;
  return {
    queuePersona: (id) => {
      if (!personas.has(id)) throw unknownPersona(id, [...personas.keys()]);
      queue.queuePersona(id);
    },
    queueFault: (name, times = 1) => queue.queueFault(readQueuedFault(name, times)),
    advanceTime: (milliseconds) => {
      if (!(milliseconds >= 0 && clock.now() + milliseconds <= END_OF_TIME)) {
        throw usageError(
          'the clock goes forward only, and not past the year 9999',
          'Pass a number of milliseconds, 0 or more.',
        );
      }
      clock.advance(milliseconds);
    },
    rotateKeys: () => keys.rotate(),
    requests: () => log.list(),
    reset: () => {
      queue.reset();
      clock.reset();
      grants.clear();
      log.clear();
    },
  };
}

/** The error for a persona that the provider does not have. */
export function unknownPersona(id: string, known: readonly string[]): SgidError {
  return usageError(
    `there is no persona ${toPrintable(JSON.stringify(id), 200)}`,
    `Use one of: ${known.join(', ')}.`,
  );
}
