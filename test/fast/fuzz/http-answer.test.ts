import { createServer, type Server } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { networkError } from '../../../src/oidc/network-error.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { bindAll } from '../../../src/system/ports.ts';
import { fuzz, note } from './fuzz.ts';
import { anyPiece, changedText, mostly } from './hostile-text.ts';
import { ANY_CUTS_AND_ENDING, countSockets, type Sending, send, untilClosed } from './sockets.ts';

const MAX_BYTES = 1024 * 1024;

/** An answer, and what it holds; `undefined` where that is not known. */
interface Answer extends Sending {
  readonly text?: string;
}

const ENCODERS: Readonly<Record<string, (text: Buffer) => Buffer>> = {
  identity: (text) => text,
  gzip: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  'deflate ': (text) => deflateRawSync(text),
  br: (text) => brotliCompressSync(text),
};

const FRAMES: Readonly<Record<string, (body: string) => string>> = {
  length: (body) => `Content-Length: ${body.length}\r\n\r\n${body}`,
  chunks: (body) =>
    `Transfer-Encoding: chunked\r\n\r\n${body && `${body.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`,
  close: (body) => `Connection: close\r\n\r\n${body}`,
};

const HEADERS = [
  'X: y',
  'Retry-After: 5',
  'Content-Type: application/json',
  'Set-Cookie: a=b',
  'Location: http://evil.test/',
];

const anyText = mostly(
  fc.array(anyPiece).map((pieces) => Buffer.from(pieces.join('')).toString()),
  fc.constantFrom(MAX_BYTES, MAX_BYTES + 1).map((length) => 'x'.repeat(length)),
  5,
);

const anyGood = fc
  .record({
    interim: mostly(
      fc.constant(''),
      fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n'),
    ),
    status: fc.constantFrom(200, 302, 400, 503),
    headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 2 }),
    encoding: mostly(fc.constant('identity'), fc.constantFrom(...Object.keys(ENCODERS)), 1),
    frame: fc.constantFrom(...Object.keys(FRAMES)),
    text: anyText,
  })
  .map(({ interim, status, headers, encoding, frame, text }) => {
    const body = ENCODERS[encoding]?.(Buffer.from(text)).toString('latin1') ?? '';
    const head = [`HTTP/1.1 ${status} X`, `Content-Encoding: ${encoding}`, ...headers, ''].join('\r\n');
    return { bytes: `${interim}${head}${FRAMES[frame]?.(body)}`, text: `${status} ${text}` };
  });

const ODD = [
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhello',
  'HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 X\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhello',
  'HTTP/1.0 200\r\n\r\nhello',
  '',
];

const anyAnswer: fc.Arbitrary<Answer> = fc
  .record({
    answer: fc.oneof(
      { weight: 3, arbitrary: anyGood },
      changedText(anyGood.map(({ bytes }) => bytes)).map((bytes) => ({ bytes })),
      fc.constantFrom(...ODD).map((bytes) => ({ bytes })),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => ({ bytes: Buffer.from(bytes).toString('latin1') })),
    ),
    ...ANY_CUTS_AND_ENDING,
  })
  .map(({ answer, ...rest }) => ({ ...answer, ...rest }));

let server: { readonly port: number; close(): Promise<void> } | undefined;
let answer: Answer;
afterAll(() => server?.close());

function createAnswering(): Server {
  return createServer((socket) => {
    socket.setNoDelay().on('error', () => {});
    socket.once('data', () => void send(socket, answer));
  });
}

const request = createHttpClient({ timeoutMs: 60_000, maxBytes: MAX_BYTES, env: {} });

fuzz(
  'any bytes in place of an answer give what was answered, or a network error, and no socket stays',
  { short: 150, long: 100_000 },
  fc.asyncProperty(anyAnswer, async (one) => {
    server ??= await bindAll(['127.0.0.1'], 0, createAnswering);
    const url = `http://127.0.0.1:${server.port}/`;
    answer = one;
    const before = countSockets();
    const found = await request(url, { method: 'POST', headers: {}, body: 'x' }).then(
      async ({ status, text }) => `${status} ${await text()}`,
      (error: unknown) => networkError(error, { step: 'token', url, secrets: [] }),
    );
    await untilClosed(before);
    note(typeof found === 'string' ? 'ok' : found.code);
    if (found instanceof SgidError)
      expect(found.code).toMatch(/^ERR_(?:NETWORK|RESPONSE_INVALID|RESPONSE_TOO_LARGE)$/);
    else expect(Buffer.byteLength(found)).toBeLessThanOrEqual(3 * MAX_BYTES);
    if (one.text === undefined || one.ending === 'destroy') return;
    if (one.text.length > MAX_BYTES + 4) expect(found).toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' });
    else expect(found).toBe(one.text);
  }),
);
