import { createServer, type Server, type Socket } from 'node:net';

/** Another program that listens on a port. */
export interface OccupiedPort {
  readonly port: number;
  /** What it was sent, all connections together. */
  received(): string;
  close(): Promise<void>;
}

/** Listens like a program that has nothing to do with us; answers each connection with `reply`, if any. */
export async function occupyPort(address: string, port = 0, reply?: string): Promise<OccupiedPort> {
  const sockets = new Set<Socket>();
  let received = '';
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('utf8');
      if (reply !== undefined) socket.end(reply);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, resolve);
  });
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : port,
    received: () => received,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
