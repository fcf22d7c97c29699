import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Opens a connection, over TLS when it is to trust a certificate, and waits until it stands. A reset is no failure. */
export function openSocket(port: number, address = '127.0.0.1', ca?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const to = { host: address, port };
    const socket = ca
      ? connectTls({ ...to, ca, servername: 'localhost', allowPartialTrustChain: true })
      : connect(to);
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once(ca ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** Everything that comes until the other side closes. */
export function readToEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
  });
}

/** Sends bytes as they are and reads the answer to its end. */
export async function exchangeRaw(
  port: number,
  request: string,
  address?: string,
  ca?: string,
): Promise<string> {
  const socket = await openSocket(port, address, ca);
  const answer = readToEnd(socket);
  socket.write(request);
  return answer;
}

/** The status code of a raw answer; 0 when there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

/** The body of a raw answer. */
export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}

/** A request as a browser writes it. */
export function rawRequest(target: string, host: string, method = 'GET'): string {
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
}
