import { createServer } from 'node:net';
import { bindAll } from './bind.ts';

/** A port that is free on 127.0.0.1 and ::1 at this moment. */
export async function findFreePort(): Promise<number> {
  const bound = await bindAll(['127.0.0.1', '::1'], 0, () => createServer());
  await bound.close();
  return bound.port;
}
