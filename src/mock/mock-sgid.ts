import { usageError } from '../errors/sgid-error.ts';
import type { MockClient } from './clients.ts';
import type { MockControls } from './control.ts';
import type { Persona } from './persona.ts';
import { PERSONAS } from './personas.ts';
import { createMockProvider, type MockProvider, type MockProviderOptions } from './provider.ts';
import { startMockServer } from './server.ts';
import { createTestClient, TEST_PRIVATE_KEY, TEST_REDIRECT_URI } from './test-credentials.ts';
import { createWebHandler } from './web-handler.ts';

/** What a mock is set up with; everything may be left out. */
export interface MockSgidOptions
  extends Omit<MockProviderOptions, 'hostname' | 'clients' | 'sleep' | 'onExchange'> {
  /** The redirect URIs of the ready-made test client. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Clients of your own, instead of the ready-made one. */
  readonly clients?: readonly MockClient[] | undefined;
}

/** The ready-made test client: what `SgidClient` and the official SDK take. Public test material. */
export interface MockCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  readonly redirectUri: string;
}

/**
 * What every mock offers, with a socket or without.
 *
 * @typeParam Client `undefined` for a mock with clients of your own, whose private keys it does not know.
 */
export interface MockSgid<Client extends MockCredentials | undefined = MockCredentials> extends MockControls {
  /** The provider's origin: the `hostname` of `SgidClient`. */
  readonly hostname: string;
  /** The `iss` of its ID tokens. */
  readonly issuer: string;
  /** The ready-made client; `undefined` when `clients` were given. */
  readonly client: Client;
  readonly personas: readonly Persona[];
}

/** A mock that listens. */
export interface RunningMockSgid<Client extends MockCredentials | undefined = MockCredentials>
  extends MockSgid<Client> {
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** A mock without a socket. */
export interface EmbeddedMockSgid<Client extends MockCredentials | undefined = MockCredentials>
  extends MockSgid<Client> {
  /** Answers a request to `<hostname>/v2/...`; mount it wherever your framework routes these. */
  handle(request: Request): Promise<Response>;
}

/** Where a mock listens. */
export interface MockSgidAddress {
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** An IP address of this machine; 127.0.0.1 when left out. */
  readonly host?: string;
  /** The origin that clients reach it under, if it is not the address that it listens on. */
  readonly hostname?: string;
}

type ServerOptions = MockSgidOptions & MockSgidAddress;
type EmbeddedOptions = MockSgidOptions & Pick<MockSgidAddress, 'hostname'>;

/**
 * Starts an sgID provider on a loopback port, for tests.
 *
 * @throws SgidError, before it listens, `ERR_USAGE` for options that clash or name what does not exist, and for a
 *   secret of fewer than 16 bytes; `ERR_HOSTNAME` for a `hostname` that clients would refuse;
 *   `ERR_CREDENTIALS_FILE` for a client that cannot be registered, `ERR_REDIRECT_URI` for its redirect URIs.
 *   `ERR_LISTEN_PORT_IN_USE` or `ERR_LISTEN_NOT_PERMITTED` when it cannot listen.
 */
export function startMockSgid(options?: ServerOptions & { clients?: undefined }): Promise<RunningMockSgid>;
export function startMockSgid(
  options: ServerOptions & { clients: readonly MockClient[] },
): Promise<RunningMockSgid<undefined>>;
export function startMockSgid(options: ServerOptions): Promise<RunningMockSgid<MockCredentials | undefined>>;
export async function startMockSgid(
  options: ServerOptions = {},
): Promise<RunningMockSgid<MockCredentials | undefined>> {
  const { clients, client } = readClients(options);
  const { provider, hostname, close } = await startMockServer({
    ...options,
    port: options.port ?? 0,
    clients,
  });
  return { ...describeMock(provider, hostname, options), client, close };
}

/**
 * Sets up an sgID provider without a socket.
 *
 * @param options `hostname` is the origin that it is reached under, `http://localhost:5157` when left out.
 * @throws SgidError `ERR_USAGE` for options that clash or name what does not exist, and for a secret of fewer than
 *   16 bytes; `ERR_HOSTNAME` for a `hostname` that clients would refuse; `ERR_CREDENTIALS_FILE` for a client that
 *   cannot be registered, `ERR_REDIRECT_URI` for its redirect URIs.
 */
export function createMockSgid(options?: EmbeddedOptions & { clients?: undefined }): EmbeddedMockSgid;
export function createMockSgid(
  options: EmbeddedOptions & { clients: readonly MockClient[] },
): EmbeddedMockSgid<undefined>;
export function createMockSgid(options: EmbeddedOptions): EmbeddedMockSgid<MockCredentials | undefined>;
export function createMockSgid(options: EmbeddedOptions = {}): EmbeddedMockSgid<MockCredentials | undefined> {
  const { hostname = 'http://localhost:5157' } = options;
  const { clients, client } = readClients(options);
  const provider = createMockProvider({ ...options, hostname, clients });
  return { ...describeMock(provider, hostname, options), client, handle: createWebHandler(provider) };
}

interface ReadClients {
  readonly clients: readonly MockClient[];
  readonly client: MockCredentials | undefined;
}

function readClients({ clients, redirectUris }: MockSgidOptions): ReadClients {
  if (clients === undefined) return readyMadeClient(redirectUris ?? [TEST_REDIRECT_URI]);
  if (redirectUris === undefined) return { clients, client: undefined };
  throw usageError(
    'clients and redirectUris contradict each other',
    'Name the redirect URIs of each client in clients.',
  );
}

function readyMadeClient(redirectUris: readonly string[]): ReadClients {
  const client = createTestClient(redirectUris);
  const { clientId, clientSecret } = client;
  const [redirectUri = ''] = redirectUris;
  return { clients: [client], client: { clientId, clientSecret, privateKey: TEST_PRIVATE_KEY, redirectUri } };
}

function describeMock(
  provider: MockProvider,
  hostname: string,
  { personas = PERSONAS }: MockSgidOptions,
): Omit<MockSgid, 'client'> {
  const { issuer, queuePersona, queueFault, advanceTime, rotateKeys, requests, reset } = provider;
  return { hostname, issuer, personas, queuePersona, queueFault, advanceTime, rotateKeys, requests, reset };
}
