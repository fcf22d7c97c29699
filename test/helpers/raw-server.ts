import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server on 127.0.0.1 that speaks whatever a test wants. */
export interface RawServer {
  readonly url: string;
  /** What each connection has sent, in the order in which they came. */
  readonly received: readonly string[];
  close(): Promise<void>;
}

/**
 * Listens until the test has finished, and hands over each connection with the head of its request when that has
 * come. What the connection sends later is in `received` alone.
 */
export async function startRawServer(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const index = received.push('') - 1;
    let answered = false;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const text = received[index] + bytes.toString('utf8');
      received[index] = text;
      const end = text.indexOf('\r\n\r\n');
      if (answered || end === -1) return;
      answered = true;
      answer(socket, text.slice(0, end));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}/path`, received, close };
}
