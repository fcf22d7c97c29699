import { SgidError } from '../errors/sgid-error.ts';
import type { SelfSignedCertificate } from '../keys/certificate.ts';
import { type ServerResponse, startServer } from '../system/http-server.ts';
import { portUserCommand, refusedPortCause } from '../system/ports.ts';
import { type MockProvider, type MockProviderOptions, prepareMockProvider } from './provider.ts';
import { certificateHosts, originOf, readProviderOrigin } from './provider-origin.ts';
import { errorResponse } from './web-handler.ts';

/** The longest request target, in characters. More than any client of sgID sends. */
export const MAX_TARGET_LENGTH = 16_384;

/** The largest request body, in bytes. */
export const MAX_BODY_BYTES = 65_536;

/** The longest `state`, `nonce` or name of a persona, in characters. More than any client needs. */
export const MAX_VALUE_LENGTH = 2_048;

/** How a mock server is set up: a provider's options, and where it listens. */
export interface MockServerOptions extends Omit<MockProviderOptions, 'hostname'> {
  /** 0 takes any free port. */
  readonly port: number;
  /** An IP address of this machine; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Serves https with a self-signed certificate, made at the start. */
  readonly https?: boolean;
  /** The origin that clients reach it under, if it is not the address that it listens on. */
  readonly hostname?: string;
}

/** A mock provider that listens. */
export interface MockServer {
  /** Its origin, for example `http://127.0.0.1:5157`. */
  readonly hostname: string;
  /** The port that it listens on, which is not that of `hostname` behind a balancer. */
  readonly port: number;
  readonly provider: MockProvider;
  /** The self-signed certificate under https. */
  readonly certificate: SelfSignedCertificate | undefined;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Room for headers beside a long URL, so that one that is too long gets its own answer up to this size. */
const HEADER_BYTES = 65_536;

const LIMITS = {
  headerBytes: HEADER_BYTES,
  targetBytes: MAX_TARGET_LENGTH,
  bodyBytes: MAX_BODY_BYTES,
  sockets: 1024,
};

/**
 * Serves a mock provider. Its hostname is a literal, not `localhost`, which could lead a client to a stranger
 * on `::1`. Everything is checked before it listens.
 *
 * @throws SgidError `ERR_LISTEN_PORT_IN_USE` or `ERR_LISTEN_NOT_PERMITTED`, and as {@link prepareMockProvider}.
 */
export async function startMockServer(options: MockServerOptions): Promise<MockServer> {
  const { port, host = '127.0.0.1' } = options;
  const scheme = options.https ? 'https' : 'http';
  const sleeper = createSleeper();
  const provideAt = prepareMockProvider({ sleep: sleeper.sleep, ...options });
  readProviderOrigin(options.hostname ?? originOf(scheme, host, port));
  const certificate = options.https
    ? await createCertificate(certificateHosts(options.hostname, host))
    : undefined;
  let provider: MockProvider | undefined;
  const server = await startServer({
    addresses: [host],
    port,
    handle: (request) => provider?.handle(request) ?? NOT_READY,
    limits: LIMITS,
    tls: certificate,
    keepAlive: true,
  }).catch((error: unknown) => {
    throw mockListenError(error, host, port);
  });
  const hostname = options.hostname ?? originOf(scheme, host, server.port);
  provider = provideAt(hostname);
  return {
    hostname,
    port: server.port,
    provider,
    certificate,
    close: () => {
      sleeper.wake();
      return server.close();
    },
  };
}

/** What makes one takes longer to load than the rest of the server. */
async function createCertificate(hosts: readonly string[]): Promise<SelfSignedCertificate> {
  const { createSelfSignedCertificate } = await import('../keys/certificate.ts');
  return createSelfSignedCertificate(hosts);
}

// The port, and with it the issuer, is known only once the server listens.
const NOT_READY: ServerResponse = errorResponse(503, {
  error: 'temporarily_unavailable',
  description: 'the mock is starting',
});

/**
 * Turns Node's reason for not listening into one with advice, as an SgidError `ERR_LISTEN_PORT_IN_USE` or
 * `ERR_LISTEN_NOT_PERMITTED`. Any other error stays as it is.
 */
export function mockListenError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const message = `the mock cannot listen on ${address}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new SgidError('ERR_LISTEN_PORT_IN_USE', `${message}: the port is in use`, {
        step: 'listen',
        causes: ['another sgid mock runs on this port', 'a development server runs on this port'],
        hint: `Stop the program that uses it (${portUserCommand(port)} names it), or take any free port with --port 0.`,
        cause: error,
      });
    case 'EACCES':
      return new SgidError('ERR_LISTEN_NOT_PERMITTED', `${message}: that is not permitted`, {
        step: 'listen',
        causes: [refusedPortCause()],
        hint: 'Choose a port from 1024 up, for example 5157, or take any free port with --port 0.',
        cause: error,
      });
    default:
      return new SgidError('ERR_LISTEN_NOT_PERMITTED', `${message}: ${String(error.code)}`, {
        step: 'listen',
        causes: ['this machine has no such address'],
        hint: 'Listen on 127.0.0.1, or on another IP address of this machine.',
        cause: error,
      });
  }
}

/** Waits that can be cut short. */
export interface Sleeper {
  /** Resolves after that many milliseconds, or at once when woken or when 512 wait already. */
  sleep(milliseconds: number): Promise<void>;
  /** Ends every wait, and every one that comes later. */
  wake(): void;
}

/** How many wait at a time: fewer than a server has connections, so that slow answers lock nobody out. */
const MOST_WAITS = 512;

/** A sleeper, so that slow answers do not hold up a server that closes. */
export function createSleeper(): Sleeper {
  const waits = new Set<() => void>();
  let awake = false;
  return {
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        if (awake || waits.size >= MOST_WAITS) return resolve();
        const end = (): void => {
          clearTimeout(timer);
          waits.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        waits.add(end);
      }),
    wake: () => {
      awake = true;
      for (const end of [...waits]) end();
    },
  };
}

/** A clock that can be put forward. */
export interface MockClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Puts the clock forward; codes and tokens age with it. */
  advance(milliseconds: number): void;
  /** Back to the time of the clock underneath. */
  reset(): void;
}

/** A clock on top of another one. */
export function createMockClock(base: () => number): MockClock {
  let offset = 0;
  return {
    now: () => base() + offset,
    advance: (milliseconds) => {
      offset += milliseconds;
    },
    reset: () => {
      offset = 0;
    },
  };
}
