// Ports for callbacks, for the soak and for the tests.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that systems hand out by themselves, so that no connection of another program can take one between the
// moment it is found free and the moment it is used.
const FIRST_PORT = 11_000;
const PORTS = 20_000;

// Far from where another process begins.
let next = process.pid * 97;

/**
 * A port that is free on both loopback addresses and that no other test or soak uses, of this process or another.
 *
 * @returns {Promise<number>}
 */
export async function takePort() {
  for (let attempt = 0; attempt < PORTS; attempt += 1) {
    const port = FIRST_PORT + (next % PORTS);
    next += 1;
    if ((await claim(port)) && (await isPortFree(port))) return port;
  }
  throw new Error('no port is free');
}

/** Holds the UDP port of that number, which nothing here uses, until this process ends: one process alone can. */
function claim(port) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

/**
 * Whether a program could listen on the port on both loopback addresses right now.
 *
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isPortFree(port) {
  return requireFree(port).then(
    () => true,
    () => false,
  );
}

/** Rejects when somebody listens on a loopback address. */
export async function requireFree(port) {
  for (const host of ['127.0.0.1', '::1']) {
    try {
      await (await listen(port, host)).close();
    } catch (error) {
      // A machine without IPv6.
      if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
    }
  }
}

/** Listens; rejects with Node's own error. */
export async function listen(port, host) {
  const server = createServer().listen({ port, host });
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
