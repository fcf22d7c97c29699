import { createServer, type Socket } from 'node:net';
import { bindAll } from '../../src/system/ports.ts';

/** Listens like a program that has nothing to do with us; answers each connection with `reply`, if any. */
export async function occupyPort(address: string, port = 0, reply?: string) {
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
    /** What it was sent, all connections together. */
    received: () => received,
    close() {
      for (const socket of sockets) socket.destroy();
      return bound.close();
    },
  };
}
