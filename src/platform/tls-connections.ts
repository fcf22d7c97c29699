import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connections } from './connections.ts';

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
