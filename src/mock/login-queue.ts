import { usageError } from '../protocol/errors.ts';
import { type FaultName, isFaultName } from './faults.ts';
import { checkFaultLine, type QueuedFault } from './queued-fault.ts';

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
