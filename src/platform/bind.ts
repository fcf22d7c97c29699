import type { Server } from 'node:net';
import { errorCode } from './node-error.ts';

/** Servers that listen on one port. */
export interface Bound {
  readonly port: number;
  readonly addresses: readonly string[];
  /** Stops accepting. Resolves when the port is free, that is, when the last connection is gone. */
  close(): Promise<void>;
}

const EPHEMERAL_ATTEMPTS = 10;

/** What listening fails with on a machine that has no such address, for example one without IPv6. */
const ABSENT_ADDRESS: readonly (string | undefined)[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/**
 * Listens on every address with a server of its own, all on the same port; 0 takes one that is free on all of
 * them. An absent address is passed over unless it is the first. Any other failure undoes the rest and
 * rejects with Node's own error.
 */
export async function bindAll(
  addresses: readonly string[],
  port: number,
  createServer: () => Server,
): Promise<Bound> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bindOnce(addresses, port, createServer);
    } catch (error) {
      const retriable = port === 0 && errorCode(error) === 'EADDRINUSE' && attempt < EPHEMERAL_ATTEMPTS;
      if (!retriable) throw error;
    }
  }
}

async function bindOnce(
  addresses: readonly string[],
  port: number,
  createServer: () => Server,
): Promise<Bound> {
  const servers: Server[] = [];
  const bound: string[] = [];
  let shared = port;
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  for (const [index, address] of addresses.entries()) {
    const server = createServer();
    try {
      shared = await listen(server, address, shared);
      servers.push(server);
      bound.push(address);
    } catch (error) {
      if (index > 0 && ABSENT_ADDRESS.includes(errorCode(error))) continue;
      await close();
      throw error;
    }
  }
  return { port: shared, addresses: bound, close };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      // A failed accept (out of file descriptors) costs that one connection, not the process.
      server.on('error', () => {});
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
