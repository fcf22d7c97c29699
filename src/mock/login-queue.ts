import { usageError } from '../errors/sgid-error.ts';
import {
  type FaultName,
  type FaultPlace,
  isFaultName,
  placeOf,
  type QueuedFault,
  validateFaultLine,
} from './faults.ts';

/** An application's test asks for a fault by its `state`: this, the name, and a colon if anything follows. */
const FAULT_STATE_PREFIX = 'mock-fault:';

/** How many personas, and how many faults, can wait: nobody who calls without end may fill the memory. */
const LONGEST_LINE = 1_000;

export class LoginQueue {
  readonly #standing: readonly QueuedFault[];
  #personas: string[] = [];
  #faults: QueuedFault[] = [];
  #remaining: QueuedFault[] = [];

  constructor(standing: readonly QueuedFault[]) {
    validateFaultLine(standing);
    this.#standing = standing;
    this.reset();
  }

  queuePersona(personaId: string): void {
    requireRoom(this.#personas, 'personas');
    this.#personas.push(personaId);
  }

  queueFault(fault: QueuedFault): void {
    requireRoom(this.#faults, 'faults');
    validateFaultLine([...this.#faults, fault]);
    this.#faults.push(fault);
  }

  takePersona(): string | undefined {
    return this.#personas.shift();
  }

  /** The fault of the login that is being decided. One that its `state` asks for does not use up the queue. */
  takeFault(state: string | undefined): FaultName | undefined {
    return faultOfState(state) ?? this.takeFaultOf('login');
  }

  takeFaultOf(place: FaultPlace): FaultName | undefined {
    return takeFirst(this.#faults, place) ?? takeFirst(this.#remaining, place);
  }

  /** In the order in which logins take them. */
  waiting(): readonly QueuedFault[] {
    return [...this.#faults, ...this.#remaining];
  }

  reset(): void {
    this.#personas = [];
    this.#faults = [];
    this.#remaining = [...this.#standing];
  }
}

function requireRoom({ length }: readonly unknown[], what: string): void {
  if (length < LONGEST_LINE) return;
  const hint = 'Log in with some of them, or reset the mock.';
  throw usageError(`${LONGEST_LINE} ${what} wait for logins already`, hint);
}

function takeFirst(faults: QueuedFault[], place: FaultPlace): FaultName | undefined {
  const index = faults.findIndex(({ name }) => placeOf(name) === place);
  const fault = faults[index];
  if (fault === undefined) return undefined;
  faults.splice(index, 1, ...(fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []));
  return fault.name;
}

/** Ignores an unknown name: the state may be the application's own. */
function faultOfState(state: string | undefined): FaultName | undefined {
  if (!state?.startsWith(FAULT_STATE_PREFIX)) return undefined;
  const [name = ''] = state.slice(FAULT_STATE_PREFIX.length).split(':');
  return isFaultName(name) && placeOf(name) === 'login' ? name : undefined;
}
