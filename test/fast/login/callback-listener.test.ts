import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { ReceiveCallback } from '../../../src/login/listener.ts';
import { type ListenerUnderTest, startTestListener } from '../../helpers/callback-listener.ts';
import { createGate } from '../../helpers/gate.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';

const started: ListenerUnderTest[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ listener }) => listener.close()));
});

async function start(receive?: ReceiveCallback): Promise<ListenerUnderTest> {
  const test = await startTestListener(receive);
  started.push(test);
  return test;
}

describe('a callback', () => {
  it.each(['127.0.0.1', '::1'])(
    'is taken at %s, its query decoded, and answered with a page',
    async (address) => {
      const { port, received } = await start();
      const answer = await exchangeRaw(
        port,
        rawRequest('/callback?code=a%2Fb&state=c+d&state=e', `localhost:${port}`),
        address,
      );
      expect(received).toEqual(['code=a%2Fb&state=c+d&state=e']);
      expect(statusOf(answer)).toBe(200);
      expect(bodyOf(answer)).toContain('Signed in');
      expect(answer).toMatch(/content-security-policy: default-src 'none'; style-src 'sha256-/);
    },
  );

  it('counts without a query, and with Host in capitals', async () => {
    const { port, received } = await start();
    await exchangeRaw(port, rawRequest('/callback', `LOCALHOST:${port}`));
    expect(received).toEqual(['']);
  });

  it('is not called signed in before the login is over', async () => {
    const gate = createGate();
    const entered = createGate();
    const { port } = await start(async () => {
      entered.open();
      await gate.passed;
      return { kind: 'failed', code: 'ERR_DECRYPT_KEY' };
    });
    const socket = await openSocket(port);
    const answer = readToEnd(socket);
    socket.write(rawRequest('/callback?code=x', `localhost:${port}`));
    await entered.passed;
    expect(socket.bytesRead).toBe(0);
    gate.open();
    const body = bodyOf(await answer);
    expect(body).toContain('ERR_DECRYPT_KEY');
    expect(body).not.toContain('Signed in');
  });

  it('that is rejected gets a 400 page and leaves the way free for the genuine one', async () => {
    const error = new SgidError('ERR_STATE_MISMATCH', 'another state', { step: 'callback' });
    const { port, received } = await start(async (parameters) =>
      parameters.get('state') === 'right' ? { kind: 'signed-in' } : { kind: 'rejected', error },
    );
    const send = (state: string): Promise<string> =>
      exchangeRaw(port, rawRequest(`/callback?state=${state}`, `localhost:${port}`));
    const rejected = await send('wrong');
    expect(statusOf(rejected)).toBe(400);
    expect(bodyOf(rejected)).toContain('ERR_STATE_MISMATCH');
    expect(bodyOf(await send('right'))).toContain('Signed in');
    expect(received).toHaveLength(2);
  });

  it('puts nothing of itself on the page', async () => {
    const error = new SgidError('ERR_CALLBACK_INVALID', 'canary-message', { step: 'callback' });
    const { port } = await start(async () => ({ kind: 'rejected', error }));
    const target = '/callback?code=canary-code&error=<script>canary</script>&canary-name=1';
    expect(await exchangeRaw(port, rawRequest(target, `localhost:${port}`))).not.toContain('canary');
  });

  it('gets a bare 500 when the login breaks', async () => {
    const { port } = await start(() => Promise.reject(new Error('canary')));
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
    const { port, received } = await start();
    const answer = await exchangeRaw(port, rawRequest(target, `localhost:${port}`, method));
    expect([statusOf(answer), bodyOf(answer)]).toEqual([404, '']);
    expect(received).toEqual([]);
  });

  it('a body is refused', async () => {
    const { port, received } = await start();
    const head = `GET /callback?code=x HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 1\r\n\r\nx`;
    expect(statusOf(await exchangeRaw(port, head))).toBe(413);
    expect(received).toEqual([]);
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
    const { port, received } = await start();
    for (const target of ['/callback?code=x', '/', '/favicon.ico']) {
      const answer = await exchangeRaw(port, rawRequest(target, host(port)));
      expect([statusOf(answer), bodyOf(answer)]).toEqual([403, '']);
    }
    expect(received).toEqual([]);
  });

  it('a missing or second Host is a 400', async () => {
    const { port, received } = await start();
    const host = `Host: localhost:${port}\r\n`;
    for (const hosts of ['', `${host}Host: evil.example\r\n`, host + host]) {
      expect(statusOf(await exchangeRaw(port, `GET /callback?code=x HTTP/1.1\r\n${hosts}\r\n`))).toBe(400);
    }
    expect(received).toEqual([]);
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
    await listener.close();
    await ends;
    for (const address of ['127.0.0.1', '::1']) {
      await expect(openSocket(port, address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('lets the page of the login out when it closes as soon as the login is over', async () => {
    const test = await start(async () => {
      closed = test.listener.close();
      return { kind: 'signed-in' };
    });
    let closed: Promise<void> | undefined;
    const answer = await exchangeRaw(test.port, rawRequest('/callback', `localhost:${test.port}`));
    expect(bodyOf(answer)).toContain('Signed in');
    await closed;
  });
});
