import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { createSelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { startCallbackListener } from '../../../src/login/callback-listener.ts';
import { planListener } from '../../../src/login/listen-plan.ts';
import { callbackPage, type LoginOutcome, type RefusedCallback } from '../../../src/login/result-page.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, statusOf } from '../../helpers/raw-http.ts';

const LOGGED_IN = { kind: 'logged-in', clientId: '<b>APP', scopes: ['a.b', '<i>'] } as const;

/** A listener on `http://localhost:<any port>/callback`, whose login is over with the first callback. */
async function start() {
  const received: string[] = [];
  const plan = planListener(new URL('http://localhost:0/callback'), { anyPort: true });
  const listener = await startCallbackListener(plan, (parameters) => {
    received.push(parameters.toString());
    void listener.close(LOGGED_IN);
    return undefined;
  });
  onTestFinished(() => listener.close(LOGGED_IN));
  const { port } = listener;
  /** Status and body of the answer. */
  const ask = async (target: string, host = `localhost:${port}`, method?: string) => {
    const answer = await exchangeRaw(port, rawRequest(target, host, method));
    return [statusOf(answer), bodyOf(answer)] as const;
  };
  return { port, received, ask };
}

describe('the callback listener', () => {
  it('takes a callback as it is', async () => {
    const { ask, received } = await start();
    const page = [200, expect.stringContaining('Logged in')];
    expect(await ask('/callback?code=a%2Fb&state=c+d&state=e')).toEqual(page);
    expect(received).toEqual(['code=a%2Fb&state=c+d&state=e']);
  });

  it('takes one with Host in capitals, and none without a query', async () => {
    const { ask, port, received } = await start();
    for (const target of ['/callback', '/callback?'])
      expect(await ask(target)).toEqual([400, expect.stringContaining('ERR_CALLBACK_INVALID')]);
    await ask('/callback?code=x', `LOCALHOST:${port}`);
    expect(received).toEqual(['code=x']);
  });

  it.each([
    ['another path', 'GET', ['/favicon.ico', '/', '/?code=x', '/Callback?code=x', '/callbacks?code=x']],
    ['a path below', 'GET', ['/callback/?code=x', '/callback;a?code=x', '/callback%3Fcode=x']],
    ['a path to be resolved', 'GET', ['//callback?code=x', '/./callback?code=x', '/x/../callback?code=x']],
    ['a path to be decoded', 'GET', ['/%63allback?code=x', '/callback#?code=x']],
    ['a whole URL', 'GET', ['http://localhost/callback?code=x']],
    ['a probe that is over', 'GET', ['/.sgid-probe/', `/.sgid-probe/${'A'.repeat(43)}`]],
    ...['HEAD', 'POST', 'PUT', 'DELETE'].map((method) => [method, method, ['/callback?code=x']] as const),
    ['OPTIONS', 'OPTIONS', ['/callback?code=x', '*']],
  ] as const)('answers %s with a 404 and an empty body', async (_name, method, targets) => {
    const { ask, received } = await start();
    for (const target of targets)
      expect([target, ...(await ask(target, undefined, method))]).toEqual([target, 404, '']);
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
  ])('answers a Host %s with a 403 and an empty body, on every path', async (_what, host) => {
    const { ask, port, received } = await start();
    for (const target of ['/callback?code=x', '/', '/favicon.ico'])
      expect(await ask(target, host(port))).toEqual([403, '']);
    expect(received).toEqual([]);
  });

  it('refuses a missing and a second Host, and a body', async () => {
    const { port, received } = await start();
    const host = `Host: localhost:${port}\r\n`;
    for (const [headers, status] of [
      ['', 400],
      [`${host}Host: evil.example\r\n`, 400],
      [host + host, 400],
      [`${host}Content-Length: 1\r\n`, 413],
    ] as const) {
      const answer = await exchangeRaw(port, `GET /callback?code=x HTTP/1.1\r\n${headers}\r\nx`);
      expect(statusOf(answer)).toBe(status);
    }
    expect(received).toEqual([]);
  });

  it('names each Host that counts where a tunnel or proxy is in front', async () => {
    const port = await takePort();
    const told: string[] = [];
    const plan = planListener(new URL('https://app.example/callback'), { listen: `127.0.0.1:${port}` });
    const listener = await startCallbackListener(plan, () => undefined, {
      refused: (words) => told.push(words),
    });
    onTestFinished(() => listener.close(LOGGED_IN));
    await exchangeRaw(port, rawRequest('/callback?code=x', 'evil.example'));
    expect(told).toEqual([expect.stringContaining(`only ${plan.hosts.join(', ')} counts`)]);
  });

  it('takes the Host of an IPv6 redirect URI as it is, where a tunnel or proxy is in front', async () => {
    const port = await takePort();
    const plan = planListener(new URL('https://[2001:db8:0:1::2]/callback'), { listen: `127.0.0.1:${port}` });
    const listener = await startCallbackListener(plan, () => ({ kind: 'settled' }));
    onTestFinished(() => listener.close(LOGGED_IN));
    const page = await exchangeRaw(port, rawRequest('/callback?code=x', '[2001:db8:0:1::2]'));
    expect(page).toContain('already finished');
  });

  it('waits for nobody after a page that was loaded ahead, unless it is told to', async () => {
    const plan = planListener(new URL('http://localhost:0/callback'), { anyPort: true });
    const listener = await startCallbackListener(plan, () => ({ kind: 'prefetch' }));
    const answer = await exchangeRaw(
      listener.port,
      rawRequest('/callback?code=x', `localhost:${listener.port}`),
    );
    expect(statusOf(answer)).toBe(503);
    await listener.close(LOGGED_IN);
  });

  it('speaks TLS where it is asked to, and says what is something else', async () => {
    const told: string[] = [];
    const plan = planListener(new URL('https://localhost:0/callback'), { anyPort: true });
    const tls = await createSelfSignedCertificate([]);
    const refused = (words: string): number => told.push(words);
    const listener = await startCallbackListener(plan, () => ({ kind: 'settled' }), { tls, refused });
    onTestFinished(() => listener.close(LOGGED_IN));
    await exchangeRaw(listener.port, 'PROXY TCP4\r\n', undefined, tls.certificate);
    expect(told).toEqual([expect.stringContaining('that is not HTTPS: ')]);
    const request = rawRequest('/callback?code=x', `localhost:${listener.port}`);
    const page = await exchangeRaw(listener.port, request, undefined, tls.certificate);
    expect(page).toContain('already finished');
  });

  it('is out of reach of other machines', async () => {
    const { port } = await start();
    const outer = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .map(({ address }) => address);
    for (const address of ['127.0.0.2', ...outer])
      await expect(openSocket(port, address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

const error = new SgidError('ERR_STATE_MISMATCH', 'canary-message');

describe.each<[LoginOutcome | RefusedCallback, number, string, string[]]>([
  [LOGGED_IN, 200, 'Logged in', ['Logged in to <code>&lt;b&gt;APP<', '<code>a.b<', '<code>&lt;i&gt;<']],
  [{ ...LOGGED_IN, scopes: [] }, 200, 'Logged in', ['No personal data', 'close this tab and go back']],
  [{ kind: 'refused' }, 200, 'Login refused', ['nothing was shared', 'terminal']],
  [{ kind: 'failed', code: 'ERR_DECRYPT_KEY' }, 200, 'Login failed', ['ERR_DECRYPT_KEY', 'terminal says']],
  [{ kind: 'rejected', error }, 400, 'Not the expected callback', ['ERR_STATE_MISMATCH', 'still waiting']],
  [{ kind: 'settled' }, 200, 'Login already finished', ['nothing has changed']],
])('the page of %o', (outcome, expected, title, words) => {
  it('says what happened', () => {
    const { status, body } = callbackPage(outcome);
    expect(status).toBe(expected);
    for (const word of [`<title>${title}</title>`, ...words]) expect(body).toContain(word);
    expect(body.includes('Logged in')).toBe(outcome.kind === 'logged-in');
    expect(body).not.toContain('canary');
  });

  it('is locked down', () => {
    const { headers, body } = callbackPage(outcome);
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const policy = ["default-src 'none'", `style-src 'sha256-${hash}'`, "frame-ancestors 'none'"];
    expect(headers['content-security-policy']?.split('; ')).toEqual(expect.arrayContaining(policy));
    expect(body).not.toMatch(/<script|<img|<link|<iframe|\bsrc=|\bhref=|url\(|@import|style=/i);
  });
});
