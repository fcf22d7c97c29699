export type { MockClient } from './mock/client.ts';
export type { MockControls } from './mock/controls.ts';
export type { Fault, FaultName } from './mock/faults.ts';
export { listFaults } from './mock/faults.ts';
export type { Persona } from './mock/persona.ts';
export type { QueuedFault } from './mock/queued-fault.ts';
export type { LoggedRequest } from './mock/request-log.ts';
export type {
  EmbeddedMockSgid,
  MockCredentials,
  MockSgid,
  MockSgidAddress,
  MockSgidOptions,
  RunningMockSgid,
} from './mock-sgid.ts';
export { createMockSgid, startMockSgid } from './mock-sgid.ts';
