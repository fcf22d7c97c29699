import { createServer, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { bindAll } from '../../src/system/ports.ts';
import { createGate } from './gate.ts';
import { holdTime } from './held-time.ts';

/** A server on 127.0.0.1 that speaks whatever a test wants. */
export interface RawServer {
  readonly url: string;
  /** What each connection has sent, in the order in which they came. */
  readonly received: readonly string[];
  /** Resolves when a connection has been lost. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens until the test has finished, and hands over each connection with the head of its request when that has
 * come. What the connection sends later is in `received` alone.
 */
export async function startRawServer(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const lost = createGate();
  const accept = (socket: Socket): void => {
    const index = received.push('') - 1;
    let answered = false;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', lost.open);
    socket.on('data', (bytes) => {
      const text = received[index] + bytes.toString('utf8');
      received[index] = text;
      const end = text.indexOf('\r\n\r\n');
      if (answered || end === -1) return;
      answered = true;
      answer(socket, text.slice(0, end));
    });
  };
  const bound = await bindAll(['127.0.0.1'], 0, () => createServer(accept));
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return bound.close();
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${bound.port}/path`, received, lost: lost.passed, close };
}

/** A server that sends `beginning`, and then `dripping` without end, while each drop takes 50 ms of a clock of the test. */
export function startDrippingServer(beginning: string, dripping: string): Promise<RawServer> {
  holdTime();
  return startRawServer((socket) => {
    socket.write(beginning);
    const timer = setInterval(() => {
      socket.write(dripping);
      vi.advanceTimersByTime(50);
    }, 5);
    socket.on('close', () => clearInterval(timer));
  });
}
