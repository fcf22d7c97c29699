import type { Socket } from 'node:net';
import { setImmediate as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { mostly } from './hostile-text.ts';

/** What one side of a connection sends. */
export interface Sending {
  /** One character for each byte. */
  readonly bytes: string;
  /** Where they are cut into pieces. */
  readonly cuts: readonly number[];
  /** What happens behind the last piece. */
  readonly ending: 'end' | 'destroy';
}

export const ANY_CUTS_AND_ENDING = {
  cuts: fc.array(fc.nat(400), { maxLength: 3 }),
  ending: mostly(fc.constant('end' as const), fc.constant('destroy' as const)),
};

export async function send(socket: Socket, { bytes, cuts, ending }: Sending): Promise<void> {
  const message = Buffer.from(bytes, 'latin1');
  let sent = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), message.length]) {
    if (cut <= sent || socket.destroyed) continue;
    socket.write(message.subarray(sent, cut));
    sent = cut;
    await pause();
  }
  if (ending === 'end') socket.end();
  else socket.destroy();
}

/** How many sockets of TCP this process has, at either end. */
export function countSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

/** Waits until so many sockets are open at most; a socket of the loopback closes within a few turns. */
export async function untilClosed(most: number): Promise<void> {
  for (let turn = 0; countSockets() > most; turn += 1) {
    if (turn > 1_000_000) throw new Error('a socket stays open');
    await pause();
  }
}
