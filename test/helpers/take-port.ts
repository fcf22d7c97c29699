import { createSocket } from 'node:dgram';
import { isPortFree } from './port-state.ts';

// Below the ports that systems hand out by themselves, so that no connection of another test can take one
// between the moment it is found free and the moment it is used.
const FIRST_PORT = 11_000;
const PORTS = 20_000;

// Far from where another process begins.
let next = process.pid * 97;

/** A port that is free on both loopback addresses and that no other test uses, of this process or another. */
export async function takePort(): Promise<number> {
  for (let attempt = 0; attempt < PORTS; attempt += 1) {
    const port = FIRST_PORT + (next % PORTS);
    next += 1;
    if ((await claim(port)) && (await isPortFree(port))) return port;
  }
  throw new Error('no port is free');
}

/** Holds the UDP port of that number, which nothing here uses, until this process ends: one process alone can. */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}
