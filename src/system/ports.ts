import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { devNull } from 'node:os';
import { errorCode } from './node-error.ts';

interface Bound {
  readonly port: number;
  readonly addresses: readonly string[];
  /** How many connections leave the rest of the program files to open. */
  readonly places: number;
  /** Stops accepting. Resolves when the port is free, that is, when the last connection is gone. */
  close(): Promise<void>;
}

const EPHEMERAL_ATTEMPTS = 10;

/** What listening fails with on a machine that has no such address, for example one without IPv6. */
const ABSENT_ADDRESS: readonly (string | undefined)[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/**
 * Listens on every address with a server of its own, all on the same port; 0 takes one that is free on all of
 * them. An absent address is skipped unless it is the first. Any other failure undoes the rest and
 * rejects with Node's own error.
 */
export async function bindAll(
  addresses: readonly string[],
  port: number,
  makeServer: () => Server,
): Promise<Bound> {
  const places = Math.max(FEWEST_SPARE_FILES / 2, countSpareFiles() - FEWEST_SPARE_FILES);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { ...(await bindOnce(addresses, port, makeServer)), places };
    } catch (error) {
      const retriable = port === 0 && errorCode(error) === 'EADDRINUSE' && attempt < EPHEMERAL_ATTEMPTS;
      if (!retriable) throw error;
    }
  }
}

const FEWEST_SPARE_FILES = 16;
/** Above 256 open files Linux takes milliseconds to make its table larger. */
const MOST_SPARE_FILES = 144;

/**
 * How many more files can be opened; infinite where there are enough. Throws `EMFILE` before a server starts that could not
 * accept connections.
 */
function countSpareFiles(): number {
  const open: number[] = [];
  try {
    while (open.length < MOST_SPARE_FILES) open.push(openSync(devNull, 'r'));
  } catch (error) {
    if (!['EMFILE', 'ENFILE'].includes(errorCode(error) ?? '')) return Number.POSITIVE_INFINITY;
    if (open.length < FEWEST_SPARE_FILES) throw error;
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
  return open.length < MOST_SPARE_FILES ? open.length : Number.POSITIVE_INFINITY;
}

async function bindOnce(
  addresses: readonly string[],
  port: number,
  makeServer: () => Server,
): Promise<Omit<Bound, 'places'>> {
  const servers = new Map<string, Server>();
  let shared = port;
  const close = async (): Promise<void> => {
    const closed = [...servers.values()].map((server) => new Promise((resolve) => server.close(resolve)));
    await Promise.all(closed);
  };
  for (const host of addresses) {
    const server = makeServer();
    try {
      await once(server.listen({ host, port: shared, exclusive: true }), 'listening');
    } catch (error) {
      if (servers.size > 0 && ABSENT_ADDRESS.includes(errorCode(error))) continue;
      await close();
      throw error;
    }
    // A failed accept (out of file descriptors) costs that one connection, not the process.
    server.on('error', () => {});
    servers.set(host, server);
    const address = server.address();
    if (address !== null && typeof address === 'object') shared = address.port;
  }
  return { port: shared, addresses: [...servers.keys()], close };
}

/** Listens on a port and stops at once; gives the addresses that this machine has, and rejects as `bindAll` does. */
export async function tryPort(addresses: readonly string[], port: number): Promise<readonly string[]> {
  const bound = await bindAll(addresses, port, createServer);
  await bound.close();
  return bound.addresses;
}

/** The command that names the program which uses a port, as it is typed on this system. */
export function portUserCommand(port: number): string {
  return process.platform === 'win32' ? `netstat -ano | findstr :${port}` : `lsof -i :${port}`;
}

/** Why a system may not permit a port. */
export function refusedPortCauses(port: number): string[] {
  if (process.platform !== 'win32') return ['the system keeps the ports below 1024 for the administrator'];
  return [
    'Windows keeps some ports for itself: netsh interface ipv4 show excludedportrange protocol=tcp',
    `a program has the port for itself alone: ${portUserCommand(port)}`,
  ];
}
