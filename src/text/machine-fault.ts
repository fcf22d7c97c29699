import { errorCode } from '../system/node-error.ts';

export interface MachineFault {
  readonly reason: string;
  readonly hint: string;
}

/** What the machine has run out of, or what of it is broken; else `undefined`. */
export function machineFault(error: unknown): MachineFault | undefined {
  const fault = FAULTS[errorCode(error) ?? ''];
  // Windows has no ulimit.
  return fault?.hint.includes('ulimit') && process.platform === 'win32'
    ? { ...fault, hint: CLOSE_OTHERS }
    : fault;
}

/** As {@link machineFault}, for a program that could not be started: reading gives `EAGAIN` for another reason. */
export function startFault(error: unknown): MachineFault | undefined {
  if (errorCode(error) !== 'EAGAIN') return machineFault(error);
  return { reason: 'this machine has no more processes or memory to give (EAGAIN)', hint: CLOSE_OTHERS };
}

const CLOSE_OTHERS = 'Close other programs, then try again.';

const FULL: MachineFault = {
  reason: 'no space is left there',
  hint: 'Free some space, or write to another place.',
};

const FAULTS: Readonly<Record<string, MachineFault>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EMFILE: {
    reason: 'too many files are open (EMFILE)',
    hint: 'Raise the limit in this shell, then try again: ulimit -n 4096',
  },
  ENFILE: { reason: 'too many files are open on this machine (ENFILE)', hint: CLOSE_OTHERS },
  ENOMEM: { reason: 'no memory is left (ENOMEM)', hint: CLOSE_OTHERS },
  EFBIG: {
    reason: 'files may not be that large here (EFBIG)',
    hint: 'Raise the limit in this shell, then try again: ulimit -f unlimited',
  },
  EIO: {
    reason: 'the device failed (EIO)',
    hint: 'Check the disk or device behind it; the system’s log says more.',
  },
};
