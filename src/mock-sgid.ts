import type { MockClient } from './mock/client.ts';
import type { MockControls } from './mock/controls.ts';
import type { Persona } from './mock/persona.ts';
import { PERSONAS } from './mock/personas.ts';
import { createMockProvider, type MockProvider, type MockProviderOptions } from './mock/provider.ts';
import { startMockServer } from './mock/server.ts';
import { createTestClient, TEST_PRIVATE_KEY, TEST_REDIRECT_URI } from './mock/test-credentials.ts';
import { createWebHandler } from './mock/web-handler.ts';

/** What a mock is set up with; everything may be left out. */
export interface MockSgidOptions extends Omit<MockProviderOptions, 'hostname' | 'clients' | 'sleep'> {
  /** The redirect URIs of the ready-made test client. */
  readonly redirectUris?: readonly string[];
  /** Clients of your own, instead of the ready-made one. */
  readonly clients?: readonly MockClient[];
}

/** The ready-made test client: what `SgidClient` and the official SDK take. Public test material. */
export interface MockCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  readonly redirectUri: string;
}

/** What every mock offers, with a socket or without. */
export interface MockSgid extends MockControls {
  /** The provider's origin: the `hostname` of `SgidClient`. */
  readonly hostname: string;
  /** The `iss` of its ID tokens. */
  readonly issuer: string;
  /** The ready-made client; registered unless `clients` were given. */
  readonly client: MockCredentials;
  readonly personas: readonly Persona[];
}

/** A mock that listens. */
export interface RunningMockSgid extends MockSgid {
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** A mock without a socket. */
export interface EmbeddedMockSgid extends MockSgid {
  /** Answers a request to `<hostname>/v2/...`; mount it wherever your framework routes these. */
  handle(request: Request): Promise<Response>;
}

const DEFAULT_REDIRECT_URIS: readonly string[] = [TEST_REDIRECT_URI];

/** Where a mock listens. */
export interface MockSgidAddress {
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** An IP address of this machine; 127.0.0.1 when left out. */
  readonly host?: string;
  /** The origin that clients reach it under, if it is not the address that it listens on. */
  readonly hostname?: string;
}

/**
 * Starts an sgID provider on a loopback port, for tests.
 *
 * @throws SgidError `ERR_LISTEN_PORT_IN_USE` or `ERR_LISTEN_NOT_PERMITTED` when it cannot listen; `ERR_USAGE`
 *   and others for options that clash.
 */
export async function startMockSgid(
  options: MockSgidOptions & MockSgidAddress = {},
): Promise<RunningMockSgid> {
  const { provider, hostname, close } = await startMockServer({
    ...options,
    port: options.port ?? 0,
    clients: clientsOf(options),
  });
  return { ...describeMock(provider, hostname, options), close };
}

/**
 * Sets up an sgID provider without a socket.
 *
 * @param options `hostname` is the origin that it is reached under, `http://localhost:5157` when left out.
 * @throws SgidError for options that clash.
 */
export function createMockSgid(
  options: MockSgidOptions & { readonly hostname?: string } = {},
): EmbeddedMockSgid {
  const { hostname = 'http://localhost:5157' } = options;
  const provider = createMockProvider({ ...options, hostname, clients: clientsOf(options) });
  return { ...describeMock(provider, hostname, options), handle: createWebHandler(provider) };
}

function clientsOf({
  clients,
  redirectUris = DEFAULT_REDIRECT_URIS,
}: MockSgidOptions): readonly MockClient[] {
  return clients ?? [createTestClient(redirectUris)];
}

function describeMock(provider: MockProvider, hostname: string, options: MockSgidOptions): MockSgid {
  const { redirectUris = DEFAULT_REDIRECT_URIS, personas = PERSONAS } = options;
  const { clientId, clientSecret } = createTestClient(redirectUris);
  const { issuer, queuePersona, queueFault, advanceTime, rotateKeys, requests, reset } = provider;
  return {
    hostname,
    issuer,
    client: { clientId, clientSecret, privateKey: TEST_PRIVATE_KEY, redirectUri: redirectUris[0] ?? '' },
    personas,
    queuePersona,
    queueFault,
    advanceTime,
    rotateKeys,
    requests,
    reset,
  };
}
