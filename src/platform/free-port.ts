import { createServer } from 'node:net';
import { bindAll } from './bind.ts';

/**
 * Listens on a port of these addresses and stops at once.
 *
 * @returns The addresses that there are: all but the first may be absent on this machine.
 * @throws Node's own error when it cannot be listened on.
 */
export async function tryPort(addresses: readonly string[], port: number): Promise<readonly string[]> {
  const bound = await bindAll(addresses, port, () => createServer());
  await bound.close();
  return bound.addresses;
}

/** A port that is free on these addresses at this moment. */
export async function findFreePort(addresses: readonly string[] = ['127.0.0.1', '::1']): Promise<number> {
  const bound = await bindAll(addresses, 0, () => createServer());
  await bound.close();
  return bound.port;
}
