import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { callbackPage, type LoginOutcome, type RefusedCallback } from '../../../src/login/result-page.ts';
import { type ListenerUnderTest, startTestListener } from '../../helpers/callback-listener.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';

const SIGNED_IN = { kind: 'signed-in' } as const;
const REJECTED: RefusedCallback = {
  kind: 'rejected',
  error: new SgidError('ERR_STATE_MISMATCH', 'canary-message'),
};

async function start(
  receive?: (parameters: URLSearchParams) => RefusedCallback | undefined,
): Promise<ListenerUnderTest> {
  const test = await startTestListener(receive);
  onTestFinished(() => test.listener.close(SIGNED_IN));
  return test;
}

/** Sends a request and, when it counts as the callback, ends the login. */
async function ask(
  { port, listener, received, arrived }: ListenerUnderTest,
  request: string,
  outcome: LoginOutcome = SIGNED_IN,
  address?: string,
): Promise<string> {
  const answer = exchangeRaw(port, request, address);
  await Promise.race([answer, arrived]);
  if (received.length > 0) await listener.close(outcome);
  return answer;
}

describe('a callback', () => {
  it.each(['127.0.0.1', '::1'])('is taken at %s, and answered with a page', async (address) => {
    const test = await start();
    const request = rawRequest('/callback?code=a%2Fb&state=c+d&state=e', `localhost:${test.port}`);
    const answer = await ask(test, request, SIGNED_IN, address);
    expect(test.received).toEqual(['code=a%2Fb&state=c+d&state=e']);
    expect(statusOf(answer)).toBe(200);
    expect(bodyOf(answer)).toContain('Signed in');
    expect(answer).toMatch(/content-security-policy: default-src 'none'; style-src 'sha256-/);
  });

  it('counts without a query, and with Host in capitals', async () => {
    const test = await start();
    await ask(test, rawRequest('/callback', `LOCALHOST:${test.port}`));
    expect(test.received).toEqual(['']);
  });

  it('gets no answer before the login is over', async () => {
    const { port, listener, arrived } = await start();
    const socket = await openSocket(port);
    const answer = readToEnd(socket);
    socket.write(rawRequest('/callback?code=x', `localhost:${port}`));
    await arrived;
    expect(socket.bytesRead).toBe(0);
    await listener.close({ kind: 'failed', code: 'ERR_DECRYPT_KEY' });
    expect(bodyOf(await answer)).toContain('ERR_DECRYPT_KEY');
    expect(bodyOf(await answer)).not.toContain('Signed in');
  });

  it('that is rejected gets a 400 page at once, with nothing of itself', async () => {
    const { port, received } = await start(() => REJECTED);
    const target = '/callback?code=canary-code&error=<script>canary</script>&canary-name=1';
    const answer = await exchangeRaw(port, rawRequest(target, `localhost:${port}`));
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('ERR_STATE_MISMATCH');
    expect(answer).not.toContain('canary');
    expect(received).toHaveLength(1);
  });

  it('gets a bare 500 when the login breaks', async () => {
    const { port } = await start(() => {
      throw new Error('canary');
    });
    const answer = await exchangeRaw(port, rawRequest('/callback', `localhost:${port}`));
    expect([statusOf(answer), bodyOf(answer)]).toEqual([500, '']);
  });
});

describe('what does not count as a callback', () => {
  it.each([
    ['GET', '/favicon.ico'],
    ['GET', '/'],
    ['GET', '/?code=x'],
    ['GET', '/Callback?code=x'],
    ['GET', '/callback/?code=x'],
    ['GET', '//callback?code=x'],
    ['GET', '/./callback?code=x'],
    ['GET', '/x/../callback?code=x'],
    ['GET', '/%63allback?code=x'],
    ['GET', '/callback%3Fcode=x'],
    ['GET', '/callback;a?code=x'],
    ['GET', '/callback#?code=x'],
    ['GET', '/callbacks?code=x'],
    ['GET', 'http://localhost/callback?code=x'],
    ['HEAD', '/callback?code=x'],
    ['OPTIONS', '/callback?code=x'],
    ['OPTIONS', '*'],
    ['POST', '/callback?code=x'],
    ['PUT', '/callback?code=x'],
    ['DELETE', '/callback?code=x'],
    ['GET', '/.sgid-probe/'],
    ['GET', '/.sgid-probe/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('%s %s is a 404 with an empty body', async (method, target) => {
    const test = await start();
    const answer = await ask(test, rawRequest(target, `localhost:${test.port}`, method));
    expect([statusOf(answer), bodyOf(answer)]).toEqual([404, '']);
    expect(test.received).toEqual([]);
  });

  it('a body is refused', async () => {
    const test = await start();
    const head = `GET /callback?code=x HTTP/1.1\r\nHost: localhost:${test.port}\r\nContent-Length: 1\r\n\r\nx`;
    expect(statusOf(await ask(test, head))).toBe(413);
    expect(test.received).toEqual([]);
  });

  it.each<[string, (port: number) => string]>([
    ['of a rebound name', (port) => `evil.example:${port}`],
    ['of a name that begins like ours', (port) => `localhost:${port}.evil.example`],
    ['of a name that ends like ours', (port) => `evil.localhost:${port}`],
    ['without the port', () => 'localhost'],
    ['with another port', (port) => `localhost:${port + 1}`],
    ['of a literal that is not registered', (port) => `127.0.0.1:${port}`],
    ['with a list', (port) => `evil.example, localhost:${port}`],
    ['that is empty', () => ''],
  ])('a Host %s is a 403 with an empty body, on every path', async (_what, host) => {
    const test = await start();
    for (const target of ['/callback?code=x', '/', '/favicon.ico']) {
      const answer = await ask(test, rawRequest(target, host(test.port)));
      expect([statusOf(answer), bodyOf(answer)]).toEqual([403, '']);
    }
    expect(test.received).toEqual([]);
  });

  it('a missing or second Host is a 400', async () => {
    const test = await start();
    const host = `Host: localhost:${test.port}\r\n`;
    for (const hosts of ['', `${host}Host: evil.example\r\n`, host + host]) {
      expect(statusOf(await ask(test, `GET /callback?code=x HTTP/1.1\r\n${hosts}\r\n`))).toBe(400);
    }
    expect(test.received).toEqual([]);
  });
});

describe('the listener', () => {
  it('is out of reach of other machines', async () => {
    const { port } = await start();
    const outer = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .map(({ address }) => address);
    for (const address of ['127.0.0.2', ...outer]) {
      await expect(openSocket(port, address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('is gone at once after close, whatever idle connections there are', async () => {
    const { port, listener } = await start();
    const idle = await openSocket(port);
    const half = await openSocket(port, '::1');
    half.write('GET /callback?code=');
    const ends = Promise.all([readToEnd(idle), readToEnd(half)]);
    await listener.close(SIGNED_IN);
    await ends;
    for (const address of ['127.0.0.1', '::1']) {
      await expect(openSocket(port, address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });
});

describe.each<[LoginOutcome | RefusedCallback, number, string, string[]]>([
  [SIGNED_IN, 200, 'Signed in', ['close this tab and go back to the terminal']],
  [{ kind: 'denied' }, 200, 'Sign-in declined', ['nothing was shared', 'terminal']],
  [{ kind: 'failed', code: 'ERR_DECRYPT_KEY' }, 200, 'Sign-in failed', ['ERR_DECRYPT_KEY', 'terminal says']],
  [REJECTED, 400, 'Not the expected callback', ['ERR_STATE_MISMATCH', 'still waiting']],
  [{ kind: 'settled' }, 200, 'Login already finished', ['nothing has changed']],
])('the page of %o', (outcome, status, title, words) => {
  const page = callbackPage(outcome);

  it('says what happened', () => {
    expect(page.status).toBe(status);
    expect(page.body).toContain(`<title>${title}</title>`);
    for (const word of words) expect(page.body).toContain(word);
    expect(page.body.includes('Signed in')).toBe(outcome.kind === 'signed-in');
    expect(page.body).not.toContain('canary');
  });

  it('is locked down', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(page.body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", `style-src 'sha256-${hash}'`, "frame-ancestors 'none'"]),
    );
    expect(page.body).not.toMatch(/<script|<img|<link|<iframe|\bsrc=|\bhref=|url\(|@import|style=/i);
  });
});
