import {
  createServer,
  type IncomingMessage,
  type ServerResponse as NodeResponse,
  type ServerOptions as NodeServerOptions,
  type Server,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type ConnectionLimits, type Connections, seeThroughTls, trackConnections } from './connections.ts';
import {
  hasBody,
  judgeHead,
  plainRequest,
  readBody,
  refuse,
  runHandler,
  sendAnswer,
} from './http-exchange.ts';
import { errorCode } from './node-error.ts';
import { bindAll } from './ports.ts';

/** What clients may cost a server. */
export interface ServerLimits extends ConnectionLimits {
  /** Bytes of the request line and the headers together; more is a 431. */
  readonly headerBytes: number;
  /** Bytes of the request target; more is a 414. */
  readonly targetBytes: number;
  /** Bytes of the request body; more is a 413. */
  readonly bodyBytes: number;
  /** Milliseconds that a kept connection may rest after an answer; less than `requestMs`, which runs meanwhile. */
  readonly keepAliveMs: number;
  /** Milliseconds that `close` waits for answers in flight. */
  readonly closeMs: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  headerBytes: 16_384,
  targetBytes: 8_192,
  bodyBytes: 65_536,
  sockets: 128,
  requestMs: 10_000,
  answerMs: 5_000,
  keepAliveMs: 5_000,
  closeMs: 500,
};

/** What to serve, and where. */
export interface ServerOptions {
  /** IP literals to listen on; never a name, so that no resolver decides where. */
  readonly addresses: readonly string[];
  /** The port for all of them; 0 takes a free one. */
  readonly port: number;
  readonly handle: RequestHandler;
  readonly limits?: Partial<ServerLimits>;
  /** Serves https with this certificate. */
  readonly tls?: TlsCredentials | undefined;
  /** Lets a connection carry several requests, one after the other. */
  readonly keepAlive?: boolean;
}

/** A certificate and its private key, PEM. */
export interface TlsCredentials {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** The addresses that it listens on: those asked for, without those that this machine lacks. */
  readonly addresses: readonly string[];
  /**
   * Stops listening, lets answers in flight out for up to `closeMs` and destroys every connection. Resolves
   * when the port is free; may be called again.
   */
  close(): Promise<void>;
}

const BAD_REQUEST = bareRefusal('400 Bad Request');

/** For a URL, too, when it is longer than all headers may be (RFC 6585 section 5). */
const HEAD_TOO_LARGE = bareRefusal('431 Request Header Fields Too Large');

function bareRefusal(status: string): string {
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

/**
 * Starts a strict HTTP/1.1 server: one request for each connection unless `keepAlive` is set, everything limited,
 * nothing said beyond the handler's answer. Rejects with Node's own error (its `code` and `address`) when it cannot listen.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits: ServerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const tracked = trackConnections(limits);
  const connections = options.tls === undefined ? tracked : seeThroughTls(tracked);
  const createNodeServer = await chooseServer(options.tls);
  const bound = await bindAll(options.addresses, options.port, () =>
    createStrictServer(createNodeServer, options, limits, connections),
  );

  async function stop(): Promise<void> {
    const released = bound.close();
    await connections.closeWithin(limits.closeMs);
    await released;
  }
  let stopped: Promise<void> | undefined;
  return {
    port: bound.port,
    addresses: bound.addresses,
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}

type CreateServer = (options: NodeServerOptions) => Server;

async function chooseServer(tls: TlsCredentials | undefined): Promise<CreateServer> {
  if (tls === undefined) return createServer;
  const https = await import('node:https');
  return (options) => https.createServer({ ...options, cert: tls.certificate, key: tls.privateKey });
}

function createStrictServer(
  createNodeServer: CreateServer,
  { handle, keepAlive = false }: ServerOptions,
  limits: ServerLimits,
  connections: Connections,
): Server {
  const impatient = new WeakSet<Duplex>();

  async function serve(request: IncomingMessage, response: NodeResponse): Promise<void> {
    const { socket } = request;
    const phase = connections.phase(socket);
    // A request sent before the last one was answered is not looked at: that answer closes the connection.
    if (phase !== 'idle' && !(keepAlive && phase === 'answering')) {
      // One may be a client in a hurry; more would only fill the memory, for Node keeps each.
      if (impatient.has(socket)) socket.destroy();
      impatient.add(socket);
      return;
    }
    connections.enter(socket, 'receiving');
    const refusal = judgeHead(request, limits);
    if (refusal !== undefined) return refuse(request, response, refusal);
    const body = hasBody(request) ? await readBody(request, limits.bodyBytes) : '';
    if (body === undefined) return refuse(request, response, 413);
    connections.enter(socket, 'handling');
    const answer = await runHandler(handle, plainRequest(request, body));
    connections.enter(socket, 'answering');
    response.once('finish', () => {
      if (keepAlive && connections.phase(socket) === 'answering') connections.enter(socket, 'idle');
    });
    sendAnswer(response, answer, !keepAlive || impatient.has(socket));
  }

  const server = createNodeServer({
    maxHeaderSize: limits.headerBytes,
    requireHostHeader: false, // judgeHead asks for it, with a barer refusal than Node's
    keepAliveTimeout: limits.keepAliveMs,
    headersTimeout: 0, // the limits of `connections` stand in for these two
    requestTimeout: 0,
  });
  // Node's close() would cut answers that are written but not yet out; `connections` does the closing.
  server.closeIdleConnections = () => {};
  server.on('connection', connections.admit);
  server.on('request', (request, response) => void serve(request, response));
  // Node itself would answer an unknown `Expect`, and keep the connection.
  server.on('checkExpectation', (request, response) => void serve(request, response));
  server.on('clientError', (error, socket) => {
    const phase = connections.phase(socket);
    const answerDue = phase === 'handling' || phase === 'answering';
    if (answerDue || !socket.writable) return;
    socket.end(errorCode(error) === 'HPE_HEADER_OVERFLOW' ? HEAD_TOO_LARGE : BAD_REQUEST);
  });
  return server;
}

/** A request as a server of this program sees it: plain data, so that a handler is a pure function of it. */
export interface ServerRequest {
  readonly method: string;
  /** The request target as it came, for example `/callback?code=x`. */
  readonly target: string;
  /** Header names in lower case; repeated headers joined as Node joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as UTF-8 text, empty when there was none. */
  readonly body: string;
}

/** A handler's answer. `content-length` and `connection` are added by the server. */
export interface ServerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a server runs for each request. A rejection becomes a bare 500. */
export type RequestHandler = (request: ServerRequest) => ServerResponse | Promise<ServerResponse>;
