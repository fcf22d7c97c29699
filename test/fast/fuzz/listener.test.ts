import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';
import { SUB } from '../../helpers/sign-id-token.ts';
import { fuzz, note } from './fuzz.ts';
import { anyPiece, anyPump, changedText, mostly } from './hostile-text.ts';
import { ANY_CUTS_AND_ENDING, countSockets, type Sending, send, untilClosed } from './sockets.ts';
import { CODE, GENUINE, STATE, startWaitingLogin } from './waiting-login.ts';

const WRONG = STATE.replace('CANARY', 'canary');

const TARGETS = [
  ...[
    `/callback?code=${CODE}&state=${WRONG}`,
    `/callback?code=${CODE}&state=${STATE}&state=${STATE}`,
    '/callback',
    '/callback?',
  ],
  ...[
    `/callback?code=x&code=y&state=${STATE}`,
    `/callback?error=access_denied&state=${WRONG}`,
    `/%63allback?state=${STATE}`,
  ],
  ...[
    `/callback?iss=x&code=${CODE}&state=${STATE}`,
    '/callback?state=%ff%00%&code=%zz',
    '/callback?__proto__=x&constructor=y',
  ],
  ...[
    `http://<host>${GENUINE}`,
    `//callback?state=${STATE}`,
    '*',
    '',
    '/favicon.ico',
    `/callback#?state=${STATE}`,
    '\\callback',
  ],
];

const HEADERS = [
  ...[
    'Content-Length: 0',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: 1e9',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 5',
  ],
  ...[
    'Connection: keep-alive',
    'Connection: upgrade\r\nUpgrade: websocket',
    'Expect: 100-continue',
    'Expect: x',
    'Upgrade: h2c',
  ],
  ...[
    'Host: evil.test',
    'Sec-Purpose: prefetch',
    'Sec-Fetch-Mode: navigate',
    'Cookie: a=b',
    ' folded',
    ': nameless',
    'X\0: y',
    'x',
  ],
];

const BODIES = [
  'hello',
  '5\r\nhello\r\n0\r\n\r\n',
  'fffffffff\r\n',
  `GET ${GENUINE} HTTP/1.1\r\nHost: evil.test\r\n\r\n`,
  '\r\n\r\n',
];

const anyRequest = fc
  .record({
    method: mostly(
      fc.constant('GET'),
      fc.constantFrom('HEAD', 'POST', 'OPTIONS', 'CONNECT', 'PRI', 'get', 'X', ''),
    ),
    target: mostly(fc.constantFrom(...TARGETS), anyPump(mostly(anyPiece, fc.constant('a')), 32 * 1024), 30),
    version: mostly(fc.constant('HTTP/1.1'), fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/1.11', ''), 10),
    host: mostly(
      fc.constant<readonly string[]>(['Host: <host>']),
      fc.constantFrom([], ['Host: evil.test'], ['Host: <host>', 'Host: <host>']),
    ),
    headers: fc.array(mostly(fc.constantFrom(...HEADERS), anyPump(anyPiece, 32 * 1024), 40), {
      maxLength: 2,
    }),
    lineEnd: mostly(fc.constant('\r\n'), fc.constantFrom('\n', '\r'), 10),
    body: mostly(fc.constant(''), fc.constantFrom(...BODIES), 2),
  })
  .map(({ method, target, version, host, headers, lineEnd, body }) =>
    [`${method} ${target} ${version}`, ...host, ...headers, '', body].join(lineEnd),
  );

/** Genuine in all but one thing. */
const anyNearMiss = fc.constantFrom(
  ...['HEAD', 'POST', 'get'].map((method) => rawRequest(GENUINE, '<host>', method)),
  ...['evil.test', '<host>.evil.test', '127.0.0.1', ''].map((host) => rawRequest(GENUINE, host)),
  ...TARGETS.map((target) => rawRequest(target, '<host>')),
  rawRequest(GENUINE, '<host>\r\nHost: <host>'),
  rawRequest(GENUINE, '<host>\r\nContent-Length: 5'),
  rawRequest(GENUINE, '<host>\r\nTransfer-Encoding: chunked'),
  rawRequest(GENUINE, '<host>\r\nContent-Length: 5\r\nTransfer-Encoding: chunked'),
  `GET ${GENUINE}\r\n\r\n`,
  `GET ${GENUINE} HTTP/1.1\r\n\r\n`,
);

const anyBytes = fc.oneof(
  { weight: 4, arbitrary: anyRequest },
  { weight: 2, arbitrary: anyNearMiss },
  // Never the genuine one by chance: its state is another.
  { weight: 4, arbitrary: changedText(anyRequest.map((request) => request.replaceAll(STATE, WRONG))) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
  { weight: 1, arbitrary: fc.constant('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03') },
);

const anySending = fc.record({ bytes: anyBytes, ...ANY_CUTS_AND_ENDING });

/** The whole answer; `undefined` where the client went away first. `<host>` stands for the host of the listener. */
async function deliver(sending: Sending, port: number): Promise<string | undefined> {
  const socket = (await openSocket(port)).setNoDelay();
  const answer = readToEnd(socket);
  await send(socket, { ...sending, bytes: sending.bytes.replaceAll('<host>', `localhost:${port}`) });
  const text = await answer;
  return sending.ending === 'destroy' ? undefined : text;
}

let waiting: Awaited<ReturnType<typeof startWaitingLogin>> | undefined;
let cases = 0;
let sockets = 0;

async function logInAtLast(): Promise<void> {
  if (waiting === undefined) return;
  const { port, result, said } = waiting;
  waiting = undefined;
  const answer = await exchangeRaw(port, rawRequest(GENUINE, `localhost:${port}`));
  expect(answer).toContain('Logged in');
  expect(await result()).toMatchObject({ sub: SUB });
  await untilClosed(sockets);
  expect(said.join()).not.toMatch(/CANARY/);
  expect(said.every((words) => words.length < 600)).toBe(true);
}

afterAll(logInAtLast);

fuzz(
  'a waiting login answers any bytes with a refusal, and still takes the genuine callback',
  { short: 150, long: 100_000 },
  fc.asyncProperty(fc.array(anySending, { minLength: 1, maxLength: 3 }), async (sendings) => {
    if (waiting === undefined) sockets = countSockets();
    const login = waiting ?? (await startWaitingLogin());
    const { port, isExchanged } = login;
    // Behind a failure the next case has a login of its own.
    waiting = undefined;
    for (const answer of await Promise.all(sendings.map((sending) => deliver(sending, port)))) {
      note(
        answer === undefined ? 'left' : `${statusOf(answer)}${answer.includes('<title>') ? ', a page' : ''}`,
      );
      if (answer === undefined) continue;
      // What Node itself says to `Expect: 100-continue`, may stand before.
      expect(answer).toMatch(
        /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?(?:HTTP\/1\.1 4\d\d (?:(?!HTTP\/1)[\s\S])*)?$/,
      );
      expect(answer).not.toMatch(/CANARY/);
    }
    expect(isExchanged()).toBe(false);
    waiting = login;
    if (++cases % 200 === 0) await logInAtLast();
  }),
);
