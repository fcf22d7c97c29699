import { usageError } from '../errors/sgid-error.ts';
import {
  type FaultName,
  type FaultPlace,
  type FaultSpelling,
  isFaultName,
  placeOf,
  type QueuedFault,
} from './faults.ts';

/** An application's test asks for a fault by its `state`: this, the name, and a colon if anything follows. */
const FAULT_STATE_PREFIX = 'mock-fault:';

/** Of personas, and of faults: nobody who calls without end may fill the memory. */
const MOST_QUEUED = 1_000;

/** The personas of the next logins, and the faults of the next logins and requests. */
export class MockQueue {
  readonly #standing: readonly QueuedFault[];
  #personas: string[] = [];
  #faults: QueuedFault[] = [];
  #remaining: QueuedFault[] = [];

  constructor(standing: readonly QueuedFault[]) {
    validateFaultOrder(standing);
    this.#standing = standing;
    this.reset();
  }

  queuePersona(personaId: string): void {
    requireRoom(this.#personas, MOST_QUEUED, 'personas');
    this.#personas.push(personaId);
  }

  queueFault(fault: QueuedFault): void {
    requireRoom(this.#faults, MOST_QUEUED, 'faults');
    validateFaultOrder([...this.#faults, fault]);
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
    const isThere = ({ name }: QueuedFault): boolean => placeOf(name) === place;
    return (takeOne(this.#faults, isThere) ?? takeOne(this.#remaining, isThere))?.name;
  }

  /** In the order in which they are taken. */
  waiting(): readonly QueuedFault[] {
    return [...this.#faults, ...this.#remaining];
  }

  /** Takes back one that waits, with all its times. */
  withdraw(fault: QueuedFault): void {
    const isOther = (waiting: QueuedFault): boolean => waiting !== fault;
    this.#faults = this.#faults.filter(isOther);
    this.#remaining = this.#remaining.filter(isOther);
  }

  reset(): void {
    this.#personas = [];
    this.#faults = [];
    this.#remaining = [...this.#standing];
  }
}

/** Ignores an unknown name: the state may be the application's own. */
function faultOfState(state: string | undefined): FaultName | undefined {
  if (!state?.startsWith(FAULT_STATE_PREFIX)) return undefined;
  const [name = ''] = state.slice(FAULT_STATE_PREFIX.length).split(':');
  return isFaultName(name) && placeOf(name) === 'login' ? name : undefined;
}

export function validateFaultOrder(faults: readonly QueuedFault[], spell?: FaultSpelling): void {
  const endless = findEndless(faults, ({ name }) => placeOf(name));
  if (endless === undefined) return;
  const { name } = endless;
  throw usageError(
    `no fault can follow ${name}, which applies to every ${placeOf(name) === 'login' ? 'login' : 'request'}`,
    `Say how many times${spell ? `, for example ${spell(name, 1)}` : ''}, or put it last.`,
  );
}

interface Repeated {
  /** `Infinity` for ever. */
  readonly times: number;
}

export function requireRoom({ length }: readonly unknown[], most: number, what: string): void {
  if (length >= most)
    throw usageError(`${most} ${what} are queued already`, 'Send some requests, or reset the mock.');
}

/** The first that never ends and has others of its kind behind it, which nothing would ever take. */
export function findEndless<T extends Repeated>(queue: readonly T[], kindOf: (queued: T) => string) {
  return queue.find(
    (queued, index) =>
      queued.times === Number.POSITIVE_INFINITY &&
      queue.slice(index + 1).some((later) => kindOf(later) === kindOf(queued)),
  );
}

/** Takes one time of the first that matches. */
export function takeOne<T extends Repeated>(queue: T[], matches: (queued: T) => boolean): T | undefined {
  const index = queue.findIndex(matches);
  const found = queue[index];
  if (found === undefined) return undefined;
  queue.splice(index, 1, ...(found.times > 1 ? [{ ...found, times: found.times - 1 }] : []));
  return found;
}
