import http, { type IncomingMessage, type ServerResponse as NodeResponse, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorCode } from './node-error.ts';
import { bindAll } from './ports.ts';

export interface ServerRequest {
  readonly method: string;
  /** The request target as it came, for example `/callback?code=x`. */
  readonly target: string;
  /** Header names in lower case; repeated headers joined as Node joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** A handler's answer. The server adds `content-length` and `connection`. */
export interface ServerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What the server itself refuses: TLS where it speaks none, none where it does, too long a URL or headers, too long a
 * body, and what is not HTTP/1.1.
 */
export type ServerRefusal = 'tls' | 'no-tls' | 'too-large' | 'body' | 'malformed';

/** A rejection becomes a 500 without a body. */
export type RequestHandler = (request: ServerRequest) => ServerResponse | Promise<ServerResponse>;

/** What clients may cost a server. Times are in milliseconds. */
const DEFAULT_LIMITS = {
  /** The request line and the headers together; more is a 431. */
  headerBytes: 16_384,
  targetBytes: 8_192,
  /** More is a 413. */
  bodyBytes: 65_536,
  /** Connections at once. */
  sockets: 128,
  /** For the whole request, however steadily its bytes drip. */
  requestMs: 10_000,
  /** How long a client may take no byte of the answer. */
  answerMs: 5_000,
  /** How long a kept connection may rest after an answer. */
  keepAliveMs: 5_000,
  /** How long `close` waits for answers in flight. */
  closeMs: 500,
};

export type ServerLimits = Readonly<typeof DEFAULT_LIMITS>;

/** A certificate and its private key, PEM. */
export interface TlsCredentials {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ServerOptions {
  /** IP literals to listen on; never a name, so that no resolver decides where. */
  readonly addresses: readonly string[];
  /** The port for all of them; 0 takes a free one. */
  readonly port: number;
  readonly handle: RequestHandler;
  readonly limits?: Partial<ServerLimits>;
  readonly tls?: TlsCredentials | undefined;
  /** Lets a connection carry several requests, one after the other. */
  readonly keepAlive?: boolean;
  readonly onRefused?: (refusal: ServerRefusal) => void;
}

export interface RunningServer {
  readonly port: number;
  /** The addresses that it listens on: those asked for, without those that this machine lacks. */
  readonly addresses: readonly string[];
  /** Stops listening, lets answers in flight out for up to `closeMs`, and resolves when the port is free. */
  close(): Promise<void>;
}

interface Connection {
  /** The TCP socket, also below TLS. */
  readonly socket: Duplex;
  /** `refusing` from a refusal on; `answering` from the last byte of the request to the last of the answer. */
  state: 'idle' | 'receiving' | 'refusing' | 'answering';
  /** A request came before the last one was answered. */
  impatient: boolean;
}

/**
 * Starts a strict HTTP/1.1 server: one request for each connection unless `keepAlive` is set, and nothing said beyond
 * the handler's answer. Rejects with Node's own error (its `code` and `address`) when it cannot listen.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { handle, keepAlive = false, onRefused = () => {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const createServer = await chooseServer(options.tls);
  // A Map keeps the order of insertion, so its first entries are the oldest connections.
  const connections = new Map<string, Connection>();
  // Where few files can be opened, accepting fails before there are that many connections, and nobody is told.
  let places = limits.sockets;
  let closing: Promise<void> | undefined;

  /** A connection without a complete request must not keep a genuine client out. */
  function makeRoom(): boolean {
    if (connections.size < places) return true;
    const idle = [...connections].find(([, { state }]) => state !== 'answering');
    if (idle === undefined) return false;
    connections.delete(idle[0]);
    idle[1].socket.destroy();
    return true;
  }

  function admit(socket: Socket): void {
    if (closing || !makeRoom()) {
      socket.destroy();
      return;
    }
    const key = peerOf(socket);
    const connection: Connection = { socket, state: 'idle', impatient: false };
    connections.set(key, connection);
    socket.once('close', () => {
      if (connections.get(key) === connection) connections.delete(key);
    });
  }

  async function serve(request: IncomingMessage, response: NodeResponse): Promise<void> {
    const connection = connections.get(peerOf(request.socket));
    if (connection === undefined) return void request.socket.destroy();
    if (connection.state !== 'idle') {
      // One pipelined request may be a client in a hurry; more would fill the memory, because Node keeps each.
      if (connection.impatient) connection.socket.destroy();
      connection.impatient = true;
      return;
    }
    connection.state = 'receiving';
    const refusal = findRefusal(request, limits);
    const body = refusal || !hasBody(request) ? '' : await readBody(request, limits.bodyBytes);
    if (refusal !== undefined || body === undefined) {
      const status = refusal ?? 413;
      connection.state = 'refusing';
      onRefused(REFUSALS[status]);
      return refuse(request, response, status);
    }
    connection.state = 'answering';
    const answer = await Promise.resolve(toPlainRequest(request, body))
      .then(handle)
      .catch(() => SERVER_ERROR);
    response.once('finish', () => {
      if (keepAlive) connection.state = 'idle';
      if (closing) connection.socket.end();
    });
    response.setTimeout(limits.answerMs);
    sendAnswer(response, answer, !keepAlive || connection.impatient || closing !== undefined);
  }

  function createStrictServer(): Server {
    const server = createServer({
      maxHeaderSize: limits.headerBytes,
      requireHostHeader: false, // findRefusal checks it
      keepAliveTimeout: limits.keepAliveMs,
      headersTimeout: limits.requestMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(limits.requestMs, 1_000),
    });
    // Node's close() would cut answers that are written but not yet out.
    server.closeIdleConnections = () => {};
    server.on('connection', admit);
    server.on('request', (request, response) => void serve(request, response));
    // Node itself would answer an unknown `Expect`, and keep the connection.
    server.on('checkExpectation', (request, response) => void serve(request, response));
    server.on('clientError', (error, socket) => {
      const state = connections.get(peerOf(socket))?.state;
      if (state === 'answering') return;
      const code = errorCode(error) ?? '';
      // The rest of a request that has been refused gets no second answer.
      if (state === 'refusing' && code.startsWith('HPE_')) return void socket.end();
      const refusal = describeUnreadable(code, error);
      if (refusal !== undefined) onRefused(refusal);
      // Only a request that cannot be parsed is answered; after a time-out or a failed handshake nobody listens.
      if (!code.startsWith('HPE_') || !socket.writable) socket.destroy();
      else socket.end(code === 'HPE_HEADER_OVERFLOW' ? HEAD_TOO_LARGE : BAD_REQUEST);
    });
    return server;
  }

  const bound = await bindAll(options.addresses, options.port, createStrictServer);
  places = Math.min(places, bound.places);

  async function stop(): Promise<void> {
    const released = bound.close();
    const destroyAll = (spared?: Connection['state']): void => {
      for (const { socket, state } of connections.values()) if (state !== spared) socket.destroy();
    };
    destroyAll('answering');
    const force = setTimeout(destroyAll, limits.closeMs);
    await released;
    clearTimeout(force);
  }

  return {
    port: bound.port,
    addresses: bound.addresses,
    close() {
      closing ??= stop();
      return closing;
    },
  };
}

async function chooseServer(
  tls: TlsCredentials | undefined,
): Promise<(options: http.ServerOptions) => Server> {
  if (tls === undefined) return (options) => http.createServer(options);
  const { default: https } = await import('node:https');
  const { certificate: cert, privateKey: key } = tls;
  return (options) =>
    https.createServer({ ...options, cert, key, handshakeTimeout: options.requestTimeout ?? 0 });
}

/** The same for a TLS socket and the TCP socket below it. */
function peerOf(socket: Duplex): string {
  const { remoteAddress, remotePort, localAddress } = socket as Socket;
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/** Whether OpenSSL would serve a certificate and key that belong together. */
export async function canServe({ certificate: cert, privateKey: key }: TlsCredentials): Promise<boolean> {
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}

const BAD_REQUEST = bareRefusal('400 Bad Request');

/** For a URL, too, when it is longer than all headers may be (RFC 6585 section 5). */
const HEAD_TOO_LARGE = bareRefusal('431 Request Header Fields Too Large');

function bareRefusal(status: string): string {
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

const REFUSALS = { 400: 'malformed', 413: 'body', 414: 'too-large' } as const;

/** The content type of a TLS handshake, the first byte of what a client that wants TLS sends (RFC 8446 section 5.1). */
const TLS_HANDSHAKE = 0x16;

function describeUnreadable(code: string, error: Error): ServerRefusal | undefined {
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'no-tls';
  if (code === 'HPE_HEADER_OVERFLOW') return 'too-large';
  if (!code.startsWith('HPE_')) return undefined;
  const first = 'rawPacket' in error && error.rawPacket instanceof Buffer ? error.rawPacket[0] : undefined;
  return first === TLS_HANDSHAKE ? 'tls' : 'malformed';
}

/** Exactly one Host is demanded (RFC 9112 section 3.2): Node keeps the first of several without a word. */
function findRefusal(request: IncomingMessage, limits: ServerLimits): keyof typeof REFUSALS | undefined {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) return 400;
  // Node 20.19.0 accepts spaces and non-ASCII characters in a URL.
  if (/[^!-~]/.test(request.url ?? '')) return 400;
  if ((request.url ?? '').length > limits.targetBytes) return 414;
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) return 413;
  return undefined;
}

/** RFC 9112 section 6.3. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** The body as UTF-8 text; `undefined` when it is longer than `limitBytes` or breaks off. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('close', () => resolve(undefined));
  });
}

export function toPlainRequest(request: IncomingMessage, body: string): ServerRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  const { method = '', url: target = '' } = request;
  return { method, target, headers: Object.fromEntries(headers), body };
}

const SERVER_ERROR: ServerResponse = { status: 500, headers: {}, body: '' };

/** An answer with headers or a status that HTTP cannot carry becomes a 500 without a body. */
function sendAnswer(response: NodeResponse, answer: ServerResponse, isLast: boolean): void {
  try {
    response.writeHead(answer.status, { ...answer.headers, ...framing(answer, isLast) });
    response.end(answer.body);
  } catch {
    response.writeHead(SERVER_ERROR.status, framing(SERVER_ERROR, isLast));
    response.end();
  }
}

/** RFC 9110 section 8.6: no length on answers that cannot have a body. */
function framing({ status, body }: ServerResponse, isLast: boolean): Record<string, string> {
  const connection: Record<string, string> = isLast ? { connection: 'close' } : {};
  if (status === 204 || status === 304) return connection;
  return { ...connection, 'content-length': String(Buffer.byteLength(body)) };
}

/**
 * Sends a bare refusal at once, then reads the rest of the request away before it closes: a close with unread
 * bytes is a reset, which can destroy the answer before the client has read it.
 */
function refuse(request: IncomingMessage, response: NodeResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': '0' });
  response.flushHeaders();
  if (request.readableEnded) response.end();
  else request.resume().once('end', () => response.end());
}
