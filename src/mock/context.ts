import type { ServerRequest, ServerResponse } from '../platform/http-message.ts';
import type { Endpoints } from '../protocol/endpoints.ts';
import type { RegisteredClient } from './client.ts';
import type { EncryptionProfile } from './encryption.ts';
import type { GrantStore } from './grants.ts';
import type { KeyRing } from './key-ring.ts';
import type { LoginQueue } from './login-queue.ts';
import type { MockClock } from './mock-clock.ts';
import type { Persona } from './persona.ts';
import type { RequestLog } from './request-log.ts';

/** What the endpoints of one provider share. */
export interface MockContext {
  readonly endpoints: Endpoints;
  readonly clients: ReadonlyMap<string, RegisteredClient>;
  readonly personas: ReadonlyMap<string, Persona>;
  /** The persona that logs in without a page being shown. */
  readonly approve: string | undefined;
  readonly grants: GrantStore;
  /** Personas and faults that await the next logins. */
  readonly queue: LoginQueue;
  readonly keys: KeyRing;
  readonly encryption: EncryptionProfile;
  readonly clock: MockClock;
  readonly log: RequestLog;
  /** Resolves after that many milliseconds, at once when the provider closes. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A request that reached an endpoint: its query, without the `?`, cut from the target. */
export interface EndpointRequest extends Pick<ServerRequest, 'headers' | 'body'> {
  readonly query: string;
}

/** One endpoint: a function of the provider's state and the request. */
export type Endpoint = (
  context: MockContext,
  request: EndpointRequest,
) => ServerResponse | Promise<ServerResponse>;
