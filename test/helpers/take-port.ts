import { isPortFree } from './port-state.ts';

// Below the ports that systems hand out by themselves, so that no connection of another test can take one
// between the moment it is found free and the moment it is used. Each worker has a stretch of its own.
const FIRST_PORT = 11_000;
const PORTS_A_WORKER = 1_000;
const WORKERS = 20;

let taken = 0;

/** A port that is free on both loopback addresses and that no other test uses. */
export async function takePort(): Promise<number> {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
  for (let attempt = 0; attempt < PORTS_A_WORKER; attempt += 1) {
    const port = FIRST_PORT + worker * PORTS_A_WORKER + ((process.pid + taken) % PORTS_A_WORKER);
    taken += 1;
    if (await isPortFree(port)) return port;
  }
  throw new Error('no port is free');
}
