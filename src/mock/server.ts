import { SgidError } from '../errors/sgid-error.ts';
import { withBrackets } from '../system/host.ts';
import { startServer, type TlsCredentials } from '../system/http-server.ts';
import { portUserCommand, refusedPortCauses } from '../system/ports.ts';
import { machineFault } from '../text/machine-fault.ts';
import { MAX_TARGET_LENGTH } from './oauth.ts';
import { createMockProvider } from './provider.ts';
import { certificateHosts, originOf } from './provider-origin.ts';
import type { MockProviderOptions } from './provider-state.ts';

export const MAX_BODY_BYTES = 65_536;

const LIMITS = {
  // Room for headers beside a long URL, so that one that is too long gets its own answer up to this size.
  headerBytes: 65_536,
  targetBytes: MAX_TARGET_LENGTH,
  bodyBytes: MAX_BODY_BYTES,
  sockets: 1024,
};

/**
 * Where a mock listens.
 *
 * @see docs/mock.md, "Containers and https".
 * @example
 * ```ts
 * import { type MockSgidAddress, startMockSgid } from 'sgid-cli/mock';
 *
 * const address: MockSgidAddress = { port: 5157, hostname: 'http://localhost:5157' };
 * const mock = await startMockSgid(address);
 * ```
 */
export interface MockSgidAddress {
  /** 0 to 65535; 0, the default, takes any free one. */
  readonly port?: number | undefined;
  /** An IP address of this machine; 127.0.0.1 by default. */
  readonly host?: string | undefined;
  /** The origin that clients reach it under, if it is not the address that it listens on. */
  readonly hostname?: string | undefined;
}

export type MockServerOptions = Omit<MockProviderOptions, 'hostname'> &
  MockSgidAddress & { readonly https?: boolean };

export type MockServer = Awaited<ReturnType<typeof startMockServer>>;

/** Its hostname is a literal, not `localhost`, which could lead a client to a stranger on `::1`. */
export async function startMockServer(options: MockServerOptions) {
  const { host = '127.0.0.1', port = 0 } = options;
  const hostnameAt = (place: number): string =>
    options.hostname ?? originOf(options.https ? 'https' : 'http', host, place);
  let provider = createMockProvider({ ...options, hostname: hostnameAt(port) });
  let tls: TlsCredentials | undefined;
  if (options.https) {
    // Takes longer to load than all the rest of the server.
    const { createSelfSignedCertificate } = await import('../keys/certificate.ts');
    tls = await createSelfSignedCertificate(certificateHosts(options.hostname, host));
  }
  const server = await startServer({
    addresses: [host],
    port,
    handle: (request) => provider.handle(request),
    limits: LIMITS,
    tls,
    keepAlive: true,
  }).catch((error: unknown) => {
    throw mockListenError(error, host, port);
  });
  const hostname = hostnameAt(server.port);
  if (hostname !== hostnameAt(port)) provider = createMockProvider({ ...options, hostname });
  const close = (): Promise<void> => {
    provider.wake();
    return server.close();
  };
  return {
    hostname,
    port: server.port, // which is not that of `hostname` behind a balancer
    provider,
    certificate: tls?.certificate,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function mockListenError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const address = `${withBrackets(host)}:${port}`;
  const message = `the mock cannot listen on ${address}`;
  if (error.code === 'EADDRINUSE') {
    return new SgidError('ERR_LISTEN_PORT_IN_USE', `${message}: the port is in use`, {
      cause: error,
      causes: ['another sgid mock runs on this port', 'a development server runs on this port'],
      hint: `Stop the program that uses it (${portUserCommand(port)} names it), or take any free port with --port 0.`,
    });
  }
  const fault = machineFault(error);
  if (fault !== undefined)
    return new SgidError('ERR_LISTEN_NOT_PERMITTED', `${message}: ${fault.reason}`, {
      cause: error,
      hint: fault.hint,
    });
  const isRefused = error.code === 'EACCES';
  const problem = isRefused ? 'that is not permitted' : String(error.code);
  return new SgidError('ERR_LISTEN_NOT_PERMITTED', `${message}: ${problem}`, {
    cause: error,
    causes: isRefused ? refusedPortCauses(port) : ['this machine has no such address'],
    hint: isRefused
      ? 'Choose a port from 1024 up, for example 5157, or take any free port with --port 0.'
      : 'Listen on 127.0.0.1, or on another IP address of this machine.',
  });
}
