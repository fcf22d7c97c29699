import type { SelfSignedCertificate } from '../keys/self-signed-certificate.ts';
import type { ServerResponse } from '../platform/http-message.ts';
import { startServer } from '../platform/http-server.ts';
import { mockListenError } from './listen-error.ts';
import { type MockProvider, type MockProviderOptions, prepareMockProvider } from './provider.ts';
import { certificateHosts, originOf, readProviderOrigin } from './provider-origin.ts';
import { MAX_BODY_BYTES, MAX_TARGET_LENGTH } from './request-limits.ts';
import { errorResponse } from './response.ts';
import { createSleeper } from './sleeper.ts';

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
  const { createSelfSignedCertificate } = await import('../keys/self-signed-certificate.ts');
  return createSelfSignedCertificate(hosts);
}

// The port, and with it the issuer, is known only once the server listens.
const NOT_READY: ServerResponse = errorResponse(503, {
  error: 'temporarily_unavailable',
  description: 'the mock is starting',
});
