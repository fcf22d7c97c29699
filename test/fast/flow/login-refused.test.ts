import { describe, expect, it } from 'vitest';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { createGate } from '../../helpers/gate.ts';
import { type FlowOptions, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { exchangeRaw, rawRequest, statusOf } from '../../helpers/raw-http.ts';

/** Runs a login to which only these requests come, one after the other, until its time is over. */
async function waitFor(
  requestsOf: (host: string) => readonly string[],
  { args = [], ...options }: FlowOptions & { readonly args?: readonly string[] } = {},
) {
  const over = createGate();
  const flow = await startFlow({
    ...options,
    visit: async () => {
      for (const request of requestsOf(`localhost:${flow.port}`)) await exchangeRaw(flow.port, request);
      over.open();
    },
  });
  const run = await flow.login(args, { clock: { now: Date.now, sleep: () => over.passed } });
  expect(run).toMatchObject({ exitCode: 6, code: 'ERR_CALLBACK_TIMEOUT', stdout: '' });
  return run;
}

const warningsOf = (stderr: string): string[] => stderr.match(/^warning: .*$/gm) ?? [];

const CLIENT_HELLO = '\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0003';
const get = (path: string) => (host: string) => rawRequest(path, host);

const KINDS: readonly (readonly [name: string, request: (host: string) => string, words: string])[] = [
  ['another path', get('/other?code=CANARY'), 'a request came to /other: only /callback counts, so'],
  ['a code in the path', get('/callback%3Fcode=CANARY'), 'a request came to /callback: only /callback'],
  ['bytes beyond ASCII', get('/\u009b2J'), 'a request came that is not HTTP/1.1: a tunnel'],
  ['a long path', get(`/${'x'.repeat(5000)}`), `a request came to /${'x'.repeat(96)}…: only /callback`],
  ['no query', get('/callback'), 'a request came to /callback without a query: a callback has its code'],
  ['an empty query', get('/callback?'), 'a request came to /callback without a query: a callback has'],
  ['a path that ends as one of browsers', get('/x/favicon.ico'), 'a request came to /x/favicon.ico: only /'],
  [
    'another Host',
    () => rawRequest('/callback?code=CANARY', 'evil.test'),
    'a request came with Host evil.test: only localhost:',
  ],
  [
    'an empty Host',
    () => rawRequest('/callback?code=CANARY', ''),
    'a request came with Host (empty): only localhost:',
  ],
  [
    'a Host to act on the terminal',
    () => rawRequest('/', 'a\u009b2Jb'),
    'a request came with Host aÂ2Jb: only localhost:',
  ],
  [
    'POST',
    (host) => rawRequest('/callback?code=CANARY', host, 'POST'),
    'a POST request came: a callback is a GET, so',
  ],
  [
    'HEAD',
    (host) => rawRequest('/callback?code=CANARY', host, 'HEAD'),
    'a HEAD request came: a callback is a GET, so',
  ],
  [
    'a form',
    (host) => `POST /callback HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 11\r\n\r\ncode=CANARY`,
    'a request with a body came: a callback is a GET without one, so',
  ],
  ['an https hello', () => CLIENT_HELLO, 'an https request came: this listener speaks http, so'],
  [
    'large headers',
    (host) => rawRequest(`/callback?code=CANARY\r\nCookie: ${'x'.repeat(20_000)}`, host),
    'a request with too long a URL or headers came:',
  ],
  [
    'a long URL',
    get(`/callback?code=CANARY${'x'.repeat(9000)}`),
    'a request with too long a URL or headers came:',
  ],
  [
    'another protocol',
    () => 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n',
    'a request came that is not HTTP/1.1: a tunnel',
  ],
  [
    'two Hosts',
    (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: x\r\n\r\n`,
    'a request came that is not HTTP/1.1: a tunnel',
  ],
];

describe('a request that the callback listener refuses', () => {
  it.each(KINDS)(
    '%s: is reported once while it waits, and is the first cause when the time is over',
    async (...kind) => {
      const [, request, words] = kind;
      const { stderr } = await waitFor((host) => Array(20).fill(request(host)));
      expect(warningsOf(stderr)).toEqual([expect.stringContaining(`warning: ignored: ${words}`)]);
      expect(warningsOf(stderr)[0]).toMatch(/ Still waiting\.$/);
      expect(stderr).toContain(`    1. ${words}`);
      expect(stderr).toContain('    2. the person did not finish the login');
      expect(stderr).not.toMatch(/CANARY|[\u0080-\u009f\u202e]/);
    },
  );

  it('is reported for each kind, the causes in the order in which they came', async () => {
    const { stderr } = await waitFor((host) => [...KINDS, ...KINDS].map(([, request]) => request(host)));
    const kinds = [
      'to /other',
      'not HTTP',
      'to /callback without',
      'with Host',
      'POST',
      'body',
      'https',
      'long',
    ];
    expect(warningsOf(stderr)).toEqual(kinds.map((kind) => expect.stringContaining(kind)));
    const causes = stderr.match(/(?<=^ {4}\d+\. ).*$/gm)?.slice(0, kinds.length + 1);
    expect(causes).toEqual([...kinds, 'did not finish'].map((kind) => expect.stringContaining(kind)));
  });

  it('comes after a provider that could not be asked meanwhile', async () => {
    const visited = createGate();
    const told = createGate();
    const flow = await startFlow({
      provider: { jwks: () => visited.passed.then(() => reply(500)) },
      visit: async () => {
        await exchangeRaw(flow.port, rawRequest('/other', `localhost:${flow.port}`));
        visited.open();
      },
    });
    const { stderr } = await flow.login([], {
      clock: { now: Date.now, sleep: () => told.passed },
      onError: (text) => /likely to fail/.test(text) && told.open(),
    });
    expect(stderr).toMatch(/ 1\. GET \S+\/jwks\.json .*HTTP 500.*\n {4}2\. a request came to \/other/);
  });

  it('is reported with --quiet only when the time is over', async () => {
    const { stderr } = await waitFor((host) => [rawRequest('/other', host)], { args: ['--quiet'] });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain('1. a request came to /other');
  });

  it('is an http request where the listener speaks TLS', async () => {
    const { stderr } = await waitFor((host) => [rawRequest('/callback?code=x', host)], { scheme: 'https' });
    expect(stderr).toMatch(/^warning: ignored: an http request came: this listener speaks TLS, so/m);
    expect(stderr).toContain('1. an http request came');
  });

  it('names a callback with a wrong state among the causes, and blames no registration', async () => {
    const { stderr } = await waitFor((host) => Array(3).fill(rawRequest('/callback?code=x&state=y', host)));
    expect(stderr).toMatch(/ 1\. a callback was refused: .* state of this login\n {4}2\. the person/);
    expect(stderr).toMatch(/^error: callback: no callback of this login came within/m);
    expect(stderr).toContain('Use the page that this login opened.');
    expect(stderr).not.toMatch(/ 3\. |registered|portal/);
  });

  it.each([
    '/favicon.ico',
    '/apple-touch-icon-precomposed.png',
    '/robots.txt',
    '/.well-known/appspecific/com.chrome.devtools.json',
    '/.sgid-probe/of-another-login',
    '/logo.svg HTTP/1.1\r\nSec-Fetch-Dest: image\r\nX:',
    '/_next/webpack-hmr HTTP/1.1\r\nSec-Fetch-Dest: empty\r\nX:',
    '/other HTTP/1.1\r\nSec-Purpose: prefetch;prerender\r\nX:',
  ])('counts for nothing when a browser asks of its own accord: %s', async (target) => {
    const { stderr } = await waitFor((host) => [rawRequest(target, host), rawRequest(target, 'evil.test')]);
    expect(warningsOf(stderr)).toEqual([]);
    expect(stderr).toContain('1. the person did not finish the login');
  });

  it('says nothing any more once the callback is there', async () => {
    const flow = await startFlow({
      provider: {
        token: async (_request, honest) => {
          await exchangeRaw(flow.port, rawRequest('/other', `localhost:${flow.port}`));
          return honest();
        },
      },
    });
    const run = await flow.login();
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('warning') });
  });
});

describe('a callback that a browser loads ahead', () => {
  const PREFETCHES = [
    'Sec-Purpose: prefetch',
    'Sec-Purpose: prefetch;prerender',
    'Purpose: prefetch',
    'Purpose: prerender',
    'X-Purpose: preview',
    'X-Moz: prefetch',
  ];
  const askWith = async (url: URL, ...headers: readonly string[]): Promise<string> => {
    const lines = [`Host: ${url.host}`, ...headers].join('\r\n');
    return exchangeRaw(Number(url.port), `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines}\r\n\r\n`);
  };

  /** Logs in; standing still, the clock notes how long it is asked to wait for the person. */
  async function login(
    visit: (genuine: URL) => Promise<unknown>,
    stays: (milliseconds: number) => Promise<void>,
  ) {
    const flow = await startFlow({ visit: async (_browser, url) => visit(await redirectOf(url)) });
    const sleeps: number[] = [];
    const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
      sleeps.push(milliseconds);
      const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      await (sleeps.length === 1 ? aborted : Promise.race([aborted, stays(milliseconds)]));
    };
    const run = await flow.login([], { clock: { now: Date.now, sleep } });
    return { ...run, sleeps };
  }

  it.each(PREFETCHES)(
    'with %s settles nothing and gets a 503; the listener stays up to 2 s',
    async (header) => {
      const run = await login(
        async (genuine) => {
          const early = await askWith(genuine, header);
          expect([statusOf(early), early]).toEqual([503, expect.stringMatching(/no-store[\s\S]*\r\n\r\n$/)]);
          expect(await askWith(genuine)).toContain('Logged in');
        },
        async () => {},
      );
      expect(run).toMatchObject({ exitCode: 0, sleeps: [300_000, 2000], portIsFree: true });
    },
  );

  it('without the state of this login keeps nobody waiting', async () => {
    const run = await login(
      async (genuine) => {
        const forged = new URL(`${genuine.origin}${genuine.pathname}?x=1`);
        expect(statusOf(await askWith(forged, 'Sec-Purpose: prefetch'))).toBe(400);
        expect(await askWith(genuine)).toContain('Logged in');
      },
      async () => {},
    );
    expect(run).toMatchObject({ exitCode: 0, sleeps: [300_000] });
  });

  it('is awaited for no longer than until the person comes, though it is loaded again', async () => {
    let genuine: URL | undefined;
    const pages: Promise<string>[] = [];
    const run = await login(
      async (url) => {
        genuine = url;
        await askWith(url, 'Sec-Purpose: prefetch');
        await askWith(url);
      },
      async () => {
        if (genuine) await askWith(genuine, 'Sec-Purpose: prefetch');
        for (const end of ['x', '']) {
          pages.push(askWith(new URL(`${genuine?.href}${end}`)));
          await pages[0];
        }
        // What is not the person's request does not end the wait, which has no other end here.
        return new Promise(() => {});
      },
    );
    expect(run).toMatchObject({ exitCode: 0, sleeps: [300_000, 2000] });
    expect(await Promise.all(pages)).toEqual([
      expect.stringContaining('already finished'),
      expect.stringContaining('Logged in'),
    ]);
  });

  it.each([
    ['nothing was loaded ahead', []],
    ['the person came after it', ['Sec-Purpose: prefetch']],
  ])('is not awaited when %s', async (_when, headers) => {
    const run = await login(
      async (genuine) => {
        for (const header of headers) await askWith(genuine, header);
        const person = await askWith(genuine, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document');
        expect(person).toContain('Logged in');
      },
      async () => {},
    );
    expect(run).toMatchObject({ exitCode: 0, sleeps: [300_000] });
  });

  it('is not awaited when the login failed', async () => {
    const run = await login(
      async (genuine) => {
        await askWith(genuine, 'Sec-Purpose: prefetch');
        genuine.searchParams.delete('code');
        await askWith(new URL(`${genuine.href}&error=access_denied`));
      },
      async () => {},
    );
    expect(run).toMatchObject({ code: 'ERR_ACCESS_DENIED', sleeps: [300_000] });
  });
});
