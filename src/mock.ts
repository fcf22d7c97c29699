/**
 * The embedded provider: sgID v2 on this machine, for tests. In the examples, `mock` is what `startMockSgid` returned.
 *
 * @module sgid-cli/mock
 */

export type { MockClient } from './mock/clients.ts';
export type { MockControls } from './mock/controls.ts';
export type { Fault, FaultName, QueuedFault } from './mock/faults.ts';
export { listFaults } from './mock/faults.ts';
export type {
  Interceptor,
  MockAnswer,
  MockIdTokenClaims,
  MockLogin,
  MockRequest,
  MockUserinfo,
} from './mock/intercept.ts';
export type {
  EmbeddedMockSgid,
  MockCredentials,
  MockSgid,
  MockSgidOptions,
  RunningMockSgid,
} from './mock/mock-sgid.ts';
export { createMockSgid, startMockSgid } from './mock/mock-sgid.ts';
export type { Persona } from './mock/personas.ts';
export type { MockEndpoint, MockReply } from './mock/replies.ts';
export type { LoggedRequest } from './mock/request-log.ts';
export type { MockSgidAddress } from './mock/server.ts';
