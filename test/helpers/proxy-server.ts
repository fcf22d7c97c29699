import { connect } from 'node:net';
import { startRawServer } from './raw-server.ts';

/** Starts a proxy that knows CONNECT alone, and one way: every host leads to `port` on this machine. It says back what it was sent. */
export async function startProxy(port: number) {
  const heads: string[] = [];
  const server = await startRawServer((client, head) => {
    heads.push(head);
    if (!head.startsWith('CONNECT ')) {
      client.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n');
      return;
    }
    const provider = connect({ host: '127.0.0.1', port }, () => {
      client.write(`HTTP/1.1 200 Connection established\r\nX-Request: ${JSON.stringify(head)}\r\n\r\n`);
      client.pipe(provider).pipe(client);
    });
    provider.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    client.on('close', () => provider.destroy());
  });
  const { port: own } = new URL(server.url);
  return { ...server, port: Number(own), url: `http://127.0.0.1:${own}`, heads };
}

export type ProxyUnderTest = Awaited<ReturnType<typeof startProxy>>;
