import { nearestName } from '../config/nearest-name.ts';
import { usageError } from '../protocol/errors.ts';
import { type FaultName, isFaultName, listFaults } from './faults.ts';

/** Faults for some logins: `times` of them, `Infinity` for every one from now on. */
export interface QueuedFault {
  readonly name: FaultName;
  readonly times: number;
}

/** How whoever asks for faults writes one with a number, for example `--fault slow:2`. Hints quote it. */
export type FaultSpelling = (name: FaultName, times: number) => string;

/**
 * Judges a fault that somebody asks for.
 *
 * @throws SgidError `ERR_USAGE` for an unknown name, and for a number of times that is neither positive and
 *   whole nor `Infinity`.
 */
export function readQueuedFault(name: string, times: number, spell?: FaultSpelling): QueuedFault {
  if (!isFaultName(name)) throw usageError(`there is no fault ${JSON.stringify(name)}`, adviceOnName(name));
  if (times === Number.POSITIVE_INFINITY || (Number.isSafeInteger(times) && times > 0)) {
    return { name, times };
  }
  throw usageError(
    `the fault ${name} is asked for a whole number of times, 1 or more`,
    spell ? `For example: ${spell(name, 2)}` : 'Pass 1 or more, or Infinity for every login.',
  );
}

/**
 * Judges faults that wait in line.
 *
 * @throws SgidError `ERR_USAGE` when one is for every login, so that those behind it would never come.
 */
export function checkFaultLine(faults: readonly QueuedFault[], spell?: FaultSpelling): void {
  const endless = faults.slice(0, -1).find(({ times }) => times === Number.POSITIVE_INFINITY);
  if (endless === undefined) return;
  const { name } = endless;
  throw usageError(
    `the fault ${name} is for every login, so that the faults after it never come`,
    `Say how many times${spell ? `, for example ${spell(name, 1)}` : ''}, or put it last.`,
  );
}

function adviceOnName(name: string): string {
  const names = listFaults().map((fault) => fault.name);
  const nearest = nearestName(name, names);
  return nearest === undefined
    ? `Use one of: ${names.join(', ')}.`
    : `Use ${nearest}, if that was meant. "sgid mock faults --format table" lists them all.`;
}
