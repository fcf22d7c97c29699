import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../scripts/ports.mjs';
import { createMockSgid } from '../../src/mock/mock-sgid.ts';
import { commandOf } from '../helpers/guide-process.ts';
import { describeGuide } from '../helpers/guide-visits.ts';
import { ROOT } from '../helpers/packed-package.ts';
import { exchangeRaw, rawRequest } from '../helpers/raw-http.ts';
import { runCommand, startProgram } from '../helpers/sgid-process.ts';

describe.each([
  ['sgid-cli', commandOf('express'), 'server.js'],
  ['the official SDK', 'npm run start:sdk --prefix examples/express', 'server-sdk.js'],
])('the Express server with %s', (_library, command, file) => {
  // The other guides ask for all of them.
  const faults = [
    'wrong-nonce',
    'expired-token',
    'alg-none',
    'wrong-audience',
    'sub-mismatch',
    'bad-field',
  ] as const;
  describeGuide('in a browser', command, { faults });

  /** Starts the server by itself, with other settings. */
  async function startServer(settings: Readonly<Record<string, string>>) {
    const port = await takePort();
    const { clientId, clientSecret, privateKey } = createMockSgid().client;
    const { child } = await startProgram([process.execPath, `examples/express/${file}`], {
      cwd: ROOT,
      env: {
        PORT: String(port),
        SGID_CLIENT_ID: clientId,
        SGID_CLIENT_SECRET: clientSecret,
        SGID_PRIVATE_KEY: privateKey,
        ...settings,
      },
    });
    await once(child.stdout ?? child, 'data');
    return { origin: `http://localhost:${port}`, child };
  }

  it.each([
    ['SGID_CLIENT_ID', /^(missing: clientId\nPass clientId|client_id is required\nSet SGID_CLIENT_ID)/],
    ['SGID_REDIRECT_URI', /^Invalid URL\nSet .* SGID_REDIRECT_URI\.\n$/],
  ])('ends with what to do, and no stack, without %s', async (name, expected) => {
    const { clientId, clientSecret, privateKey, redirectUri } = createMockSgid().client;
    const env = {
      SGID_CLIENT_ID: clientId,
      SGID_CLIENT_SECRET: clientSecret,
      SGID_PRIVATE_KEY: privateKey,
      SGID_REDIRECT_URI: redirectUri,
      [name]: '',
    };
    const { status, stderr } = await runCommand([process.execPath, `examples/express/${file}`], {
      cwd: ROOT,
      env,
    });
    expect([status, stderr]).toEqual([1, expect.stringMatching(expected)]);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('gives its cookie to https alone where the redirect URI is https', async () => {
    const { origin } = await startServer({ SGID_REDIRECT_URI: 'https://app.example/callback' });
    const cookieOf = async (proto: string) => {
      const headers = { 'x-forwarded-proto': proto };
      const answer = await fetch(`${origin}/login`, { headers, redirect: 'manual' });
      return answer.headers.get('set-cookie');
    };
    expect(await cookieOf('http')).toBe(null);
    expect(await cookieOf('https')).toContain('; Secure;');
  });

  /** Requests of one browser that arrive at once, and what answers them. */
  async function sendTogether(origin: string, cookie: string, paths: readonly string[]): Promise<string> {
    const requests = paths.map((path) => rawRequest(path, `localhost\r\nCookie: ${cookie}`));
    requests.push(rawRequest('/', 'localhost\r\nConnection: close'));
    return exchangeRaw(Number(new URL(origin).port), requests.join(''), 'localhost');
  }

  async function beginLogin(origin: string) {
    const { headers } = await fetch(`${origin}/login`, { redirect: 'manual' });
    const state = new URL(headers.get('location') ?? '').searchParams.get('state');
    return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '', state };
  }

  it('exchanges a code once, though its callback comes twice at once', async () => {
    const exchanged: string[] = [];
    const provider = createServer(({ method = '' }, response) => {
      if (method === 'POST') exchanged.push(method);
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void provider.close());
    await once(provider, 'listening');
    const { port } = Object.assign({ port: 0 }, provider.address());
    const { origin } = await startServer({
      SGID_REDIRECT_URI: 'http://localhost/callback',
      SGID_HOSTNAME: `http://127.0.0.1:${port}`,
    });
    const { cookie, state } = await beginLogin(origin);
    const path = `/callback?code=once&state=${state}`;
    const answers = await sendTogether(origin, cookie, [path, path]);
    expect(answers.match(/^location: .*$/gim)).toEqual(Array(2).fill('Location: /?login=failed'));
    expect(exchanged).toEqual(['POST']);
  });

  it('keeps both attempts that begin at once', async () => {
    const { origin } = await startServer({ SGID_REDIRECT_URI: 'http://localhost/callback' });
    const { cookie } = await beginLogin(origin);
    const answers = await sendTogether(origin, cookie, ['/login', '/login']);
    const states = new Set(answers.match(/(?<=[?&]state=)[\w-]+/g));
    const refused = [...states].map((state) => `/callback?error=access_denied&state=${state}`);
    expect((await sendTogether(origin, cookie, refused)).match(/^location: .*$/gim)).toEqual(
      Array(2).fill('Location: /?login=refused'),
    );
  });

  it('forgets an attempt after ten minutes', async () => {
    const jump = 'const { now } = Date; Date.now = () => now() + 660_000; console.log();';
    const { origin, child } = await startServer({
      SGID_REDIRECT_URI: 'http://localhost/callback',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${jump} })`)}`,
    });
    const { cookie, state } = await beginLogin(origin);
    child.kill('SIGUSR2');
    await once(child.stdout ?? child, 'data');
    const refusal = `/callback?error=access_denied&state=${state}`;
    expect(await sendTogether(origin, cookie, [refusal])).toContain('Location: /?login=failed');
  });

  it('lets the oldest of ten thousand attempts go', async () => {
    const { origin } = await startServer({ SGID_REDIRECT_URI: 'http://localhost/callback' });
    const { cookie, state } = await beginLogin(origin);
    await sendTogether(origin, cookie, Array(10_000).fill('/login'));
    const refusal = `/callback?error=access_denied&state=${state}`;
    expect(await sendTogether(origin, cookie, [refusal])).toContain('Location: /?login=failed');
  });
});
