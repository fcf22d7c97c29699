import { createServer, type Socket } from 'node:net';
import { bindAll } from '../../src/system/ports.ts';

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
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('utf8');
      if (reply !== undefined) socket.end(reply);
    });
  };
  const bound = await bindAll([address], port, () => createServer(accept));
  return {
    port: bound.port,
    received: () => received,
    close() {
      for (const socket of sockets) socket.destroy();
      return bound.close();
    },
  };
}
