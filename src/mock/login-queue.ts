import { SgidError } from '../protocol/errors.ts';
import { type FaultName, isFaultName, listFaults } from './faults.ts';

/** Faults for some logins: `times` of them, `Infinity` for every one from now on. */
export interface QueuedFault {
  readonly name: FaultName;
  readonly times: number;
}

/** What awaits the next logins. */
export interface LoginQueue {
  /** The next login is this persona's, without a page. */
  queuePersona(personaId: string): void;
  /** The next `times` logins misbehave. What was queued goes before what stands from the start. */
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

/** A queue; `standing` faults are there from the start. */
export function createLoginQueue(standing: readonly QueuedFault[] = []): LoginQueue {
  let personas: string[] = [];
  let queued: QueuedFault[] = [];
  let remaining: QueuedFault[] = [...standing];
  return {
    queuePersona: (personaId) => void personas.push(personaId),
    queueFault: (fault) => void queued.push(fault),
    takePersona: () => personas.shift(),
    takeFault: (state) => readFaultState(state) ?? takeFirst(queued) ?? takeFirst(remaining),
    reset: () => {
      personas = [];
      queued = [];
      remaining = [...standing];
    },
  };
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

/**
 * Checks a fault that somebody asks for.
 *
 * @throws SgidError `ERR_USAGE` for an unknown name, and for a number of times that is neither positive and
 *   whole nor `Infinity`.
 */
export function readQueuedFault(name: string, times: number): QueuedFault {
  if (!isFaultName(name)) {
    const known = listFaults().map((fault) => fault.name);
    throw new SgidError('ERR_USAGE', `there is no fault ${JSON.stringify(name)}`, {
      step: 'usage',
      hint: `Use one of: ${known.join(', ')}.`,
    });
  }
  if (times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && times > 0)) return { name, times };
  throw new SgidError('ERR_USAGE', `the fault ${name} is asked for a whole number of times`, {
    step: 'usage',
    hint: 'Pass 1 or more, or Infinity.',
  });
}
