import { usageError } from '../errors/sgid-error.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type FaultName, isFaultName, listFaults } from './faults.ts';

/** What awaits the next logins. */
export interface LoginQueue {
  /**
   * The next login is this persona's, without a page.
   *
   * @throws SgidError `ERR_USAGE` when a thousand wait already.
   */
  queuePersona(personaId: string): void;
  /**
   * The next `times` logins misbehave. What was queued goes before what stands from the start.
   *
   * @throws SgidError `ERR_USAGE` when it would never come, or a thousand wait already.
   */
  queueFault(fault: QueuedFault): void;
  takePersona(): string | undefined;
  /** The fault of the login that is being decided. One that its `state` asks for does not use up the queue. */
  takeFault(state: string | undefined): FaultName | undefined;
  /** Back to what was there at the start. */
  reset(): void;
}

/**
 * An application's test asks for a fault by its `state`: this and the fault's name, and then, if anything
 * follows, a colon.
 */
export const FAULT_STATE_PREFIX = 'mock-fault:';

/** How many personas, and how many faults, can wait: nobody who calls without end may fill the memory. */
const LONGEST_LINE = 1_000;

/**
 * A queue; `standing` faults are there from the start.
 *
 * @throws SgidError `ERR_USAGE` for standing faults that would never come.
 */
export function createLoginQueue(standing: readonly QueuedFault[] = []): LoginQueue {
  checkFaultLine(standing);
  let personas: string[] = [];
  let queued: QueuedFault[] = [];
  let remaining: QueuedFault[] = [...standing];
  return {
    queuePersona: (personaId) => {
      checkLength(personas, 'personas');
      personas.push(personaId);
    },
    queueFault: (fault) => {
      checkLength(queued, 'faults');
      checkFaultLine([...queued, fault]);
      queued.push(fault);
    },
    takePersona: () => personas.shift(),
    takeFault: (state) => readFaultState(state) ?? takeFirst(queued) ?? takeFirst(remaining),
    reset: () => {
      personas = [];
      queued = [];
      remaining = [...standing];
    },
  };
}

function checkLength({ length }: { readonly length: number }, what: string): void {
  if (length < LONGEST_LINE) return;
  throw usageError(
    `${LONGEST_LINE} ${what} wait for logins already`,
    'Log in with some of them, or reset the mock.',
  );
}

function takeFirst(faults: QueuedFault[]): FaultName | undefined {
  const [first] = faults;
  if (first === undefined) return undefined;
  if (first.times > 1) faults[0] = { ...first, times: first.times - 1 };
  else faults.shift();
  return first.name;
}

/** The fault that a state asks for. A name that is none asks for nothing: the state may be an application's own. */
function readFaultState(state: string | undefined): FaultName | undefined {
  if (!state?.startsWith(FAULT_STATE_PREFIX)) return undefined;
  const [name = ''] = state.slice(FAULT_STATE_PREFIX.length).split(':');
  return isFaultName(name) ? name : undefined;
}

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
