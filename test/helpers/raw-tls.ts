import { connect, type TLSSocket } from 'node:tls';
import { readToEnd } from './raw-http.ts';

/** Where to connect to over TLS, and which certificate (PEM) to trust there. */
export interface TlsEndpoint {
  readonly port: number;
  readonly ca: string;
  /** 127.0.0.1 when left out. */
  readonly address?: string;
}

/** Opens a TLS connection for `localhost` and waits until the handshake is done. */
export function openTls({ port, ca, address = '127.0.0.1' }: TlsEndpoint): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      ca,
      servername: 'localhost',
      allowPartialTrustChain: true,
    });
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** Sends bytes over TLS as they are and reads the answer to its end. */
export async function exchangeTls(endpoint: TlsEndpoint, request: string): Promise<string> {
  const socket = await openTls(endpoint);
  const answer = readToEnd(socket);
  socket.write(request);
  return answer;
}
