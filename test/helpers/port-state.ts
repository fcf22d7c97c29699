import { createServer } from 'node:net';
import { bindAll } from '../../src/system/ports.ts';

/** Whether a program could listen on the port on both loopback addresses right now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await (await bindAll(['127.0.0.1', '::1'], port, () => createServer())).close();
    return true;
  } catch {
    return false;
  }
}
