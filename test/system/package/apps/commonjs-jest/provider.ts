import { type FaultName, listFaults, type RunningMockSgid, startMockSgid } from 'sgid-cli/mock';

export type Provider = RunningMockSgid;

/** Stands in for sgID in the tests. */
export const startProvider = (): Promise<Provider> => startMockSgid({ latencyMs: 1 });

/** Those that make an ID token that must be refused. */
export const FORGERIES: readonly FaultName[] = listFaults()
  .filter(({ correctClient }) => correctClient === 'rejects the ID token')
  .map(({ name }) => name);
