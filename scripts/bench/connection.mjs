// The least HTTP/1.1 client that can log in: one kept connection, one request at a time, answers with a length. A
// client costs CPU time that the provider could use, and node:http costs three times as much.
import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Connects to an origin such as `http://127.0.0.1:5157`. Whatever ends the connection rejects the request that is
 * under way: a provider that does not keep it is not measured by mistake.
 */
export async function openConnection(origin) {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let received = '';
  let pending = { resolve: () => {}, reject: () => {} };
  // One character a byte, so that lengths in bytes are lengths of texts.
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += chunk;
    try {
      const answer = readAnswer(received);
      if (answer === undefined) return;
      received = '';
      pending.resolve(answer);
    } catch (error) {
      socket.destroy(error);
    }
  });
  socket.on('error', (error) => pending.reject(error));
  socket.on('close', () => pending.reject(new Error(`${origin} closed a connection`)));
  await once(socket, 'connect');
  return {
    /** Writes a request, its head without the empty line; resolves to the answer's status, head and body. */
    send: (head, body = '') =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        socket.write(`${head}\r\n\r\n${body}`, 'latin1', (error) => error && reject(error));
      }),
    close: () => socket.destroy(),
  };
}

/** `undefined` until all of the answer is there. */
function readAnswer(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  const length = readHeader(head, 'content-length');
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  return body.length < Number(length) ? undefined : { status: Number(head.slice(9, 12)), head, body };
}

/** The value of a header, whatever the case of its name. */
export function readHeader(head, name) {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1].trim();
}
