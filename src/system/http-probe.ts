import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { isIpAddress, withoutBrackets } from './host.ts';

export interface ProbeRequest {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly target: string;
  /** How the expected answer ends: when it has come, the end of the connection is not waited for. */
  readonly ending: string;
  /** Milliseconds for connecting and answering together. */
  readonly budgetMs: number;
  /** Asks over TLS, and accepts an answer only from whoever has the key of this certificate (PEM). */
  readonly certificate?: string | undefined;
}

export type ProbeReply =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'connected'; readonly text: string };

const REPLY_LIMIT = 4_096;

/** Asks whoever listens at an address. Never rejects: silence, resets and refused handshakes are replies too. */
export async function probeAddress(request: ProbeRequest): Promise<ProbeReply> {
  const { address: host, port, certificate } = request;
  const tls = certificate === undefined ? undefined : await import('node:tls');
  return new Promise((resolve) => {
    let connected = false;
    let text = '';
    const socket = tls ? tls.connect({ host, port, ...pinTo(request) }) : connect({ host, port });
    const timer = setTimeout(() => socket.destroy(), request.budgetMs);
    const settle = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(connected ? { kind: 'connected', text } : { kind: 'unreachable' });
    };
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      connected = true;
    });
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      socket.write(`GET ${request.target} HTTP/1.1\r\nHost: ${request.host}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith(request.ending) || text.length > REPLY_LIMIT) settle();
    });
    socket.on('error', () => {}); // always followed by `close`
    socket.once('close', settle);
  });
}

function pinTo({ host, certificate }: ProbeRequest): ConnectionOptions {
  const { hostname } = new URL(`https://${host}`);
  const servername = isIpAddress(withoutBrackets(hostname)) ? {} : { servername: hostname };
  return { ...servername, ca: certificate, allowPartialTrustChain: true };
}

/** Every address that the system's resolver has for a host name; none when it knows none within `budgetMs`. */
export function lookupAddresses(
  host: string,
  budgetMs: number,
  resolve: (host: string) => Promise<readonly { readonly address: string }[]> = (name) =>
    lookup(name, { all: true }),
): Promise<readonly string[]> {
  const found = resolve(host).then(
    (entries) => entries.map(({ address }) => address),
    () => [],
  );
  return Promise.race([found, delay(budgetMs, [], { ref: false })]);
}
