import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsCredentials } from './http-server.ts';

/**
 * How far a connection has come: `idle` until the head of its request is in, `receiving` until the body is,
 * `handling` while the handler thinks, `answering` while the answer is being written.
 */
export type ConnectionPhase = 'idle' | 'receiving' | 'handling' | 'answering';

/** What connections may cost. */
export interface ConnectionLimits {
  /** Connections at once. */
  readonly sockets: number;
  /**
   * Milliseconds from connecting, or from the answer before, to the last byte of the request, however steadily
   * the bytes drip.
   */
  readonly requestMs: number;
  /** Milliseconds for the client to take the answer. */
  readonly answerMs: number;
}

/** The open connections of one server. Each carries one request at a time. */
export interface Connections {
  /** Takes in a new connection, at the cost of an older one without a request when there are too many. */
  admit(socket: Duplex): void;
  /** Where a connection stands; `undefined` once it is gone. */
  phase(socket: Duplex): ConnectionPhase | undefined;
  enter(socket: Duplex, phase: ConnectionPhase): void;
  /** Drops every connection, those with an answer due `graceMs` milliseconds later. Resolves when all are gone. */
  closeWithin(graceMs: number): Promise<void>;
}

interface Connection {
  phase: ConnectionPhase;
  deadline: NodeJS.Timeout | undefined;
}

/** Keeps the connections of a server within limits. */
export function trackConnections(limits: ConnectionLimits): Connections {
  // A Map keeps the order of insertion, so its first entries are the oldest connections.
  const open = new Map<Duplex, Connection>();
  let closing = false;
  let allGone: () => void = () => {};

  function forget(socket: Duplex): void {
    clearTimeout(open.get(socket)?.deadline);
    open.delete(socket);
    if (open.size === 0) allGone();
  }

  function drop(socket: Duplex): void {
    forget(socket);
    socket.destroy();
  }

  function destroyAfter(socket: Duplex, milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => drop(socket), milliseconds).unref();
  }

  function oldest(...phases: readonly ConnectionPhase[]): Duplex | undefined {
    for (const [socket, { phase }] of open) if (phases.includes(phase)) return socket;
    return undefined;
  }

  /** Connections that hold places without a request must not keep a genuine client out. */
  function makeRoom(): boolean {
    if (open.size < limits.sockets) return true;
    const victim = oldest('idle', 'receiving') ?? oldest('answering');
    if (victim) drop(victim);
    return victim !== undefined;
  }

  return {
    admit(socket) {
      if (closing || !makeRoom()) {
        socket.destroy();
        return;
      }
      open.set(socket, { phase: 'idle', deadline: destroyAfter(socket, limits.requestMs) });
      socket.once('close', () => forget(socket));
    },

    phase: (socket) => open.get(socket)?.phase,

    enter(socket, phase) {
      const connection = open.get(socket);
      if (!connection) return;
      connection.phase = phase;
      // The deadline for the request runs on through `receiving`.
      if (phase === 'handling' || phase === 'answering') clearTimeout(connection.deadline);
      if (phase === 'idle') {
        clearTimeout(connection.deadline);
        connection.deadline = destroyAfter(socket, limits.requestMs);
      }
      if (phase === 'answering') connection.deadline = destroyAfter(socket, limits.answerMs);
    },

    async closeWithin(graceMs) {
      closing = true;
      for (const [socket, { phase }] of [...open])
        if (phase === 'idle' || phase === 'receiving') drop(socket);
      if (open.size === 0) return;
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => [...open.keys()].forEach(drop), graceMs);
        allGone = () => {
          clearTimeout(force);
          resolve();
        };
      });
    },
  };
}

/**
 * The connections of a https server. Node tells of a connection by its TCP socket, before the handshake, and of
 * a request by the TLS socket above; here both stand for the TCP one, so that a handshake is limited, too.
 */
export function seeThroughTls(connections: Connections): Connections {
  const byAddresses = new Map<string, Duplex>();
  const below = new WeakMap<Duplex, Duplex>();

  /** Remembered, because a socket that was closed has no addresses any more. */
  function tcpSocketOf(socket: Duplex): Duplex {
    const found = below.get(socket) ?? byAddresses.get(addressesOf(socket)) ?? socket;
    below.set(socket, found);
    return found;
  }

  return {
    ...connections,
    admit(socket) {
      const addresses = addressesOf(socket);
      byAddresses.set(addresses, socket);
      socket.once('close', () => {
        if (byAddresses.get(addresses) === socket) byAddresses.delete(addresses);
      });
      connections.admit(socket);
    },
    phase: (socket) => connections.phase(tcpSocketOf(socket)),
    enter: (socket, phase) => connections.enter(tcpSocketOf(socket), phase),
  };
}

/** The same for a TLS socket and the TCP socket below it. */
function addressesOf(socket: Duplex): string {
  if (!(socket instanceof Socket)) return '';
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  return [localAddress, localPort, remoteAddress, remotePort].join(' ');
}

/** `too-weak` when OpenSSL would not serve a certificate and key that belong together, `undefined` when it would. */
export async function findTlsFault({
  certificate,
  privateKey,
}: TlsCredentials): Promise<'too-weak' | undefined> {
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext({ cert: certificate, key: privateKey });
    return undefined;
  } catch {
    return 'too-weak';
  }
}
