import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { request } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMockSgid } from '../../src/mock/mock-sgid.ts';
import { commandOf } from '../helpers/guide-process.ts';
import { describeGuide } from '../helpers/guide-visits.ts';
import { startProgram } from '../helpers/sgid-process.ts';
import { takePort } from '../helpers/take-port.ts';

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
  async function startServer(settings: { SGID_REDIRECT_URI: string; SGID_HOSTNAME?: string }) {
    const port = await takePort();
    const { clientId, clientSecret, privateKey } = createMockSgid().client;
    const { child } = await startProgram([process.execPath, `examples/express/${file}`], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: {
        PORT: String(port),
        SGID_CLIENT_ID: clientId,
        SGID_CLIENT_SECRET: clientSecret,
        SGID_PRIVATE_KEY: privateKey,
        ...settings,
      },
    });
    await once(child.stdout ?? child, 'data');
    return `http://localhost:${port}`;
  }

  it('locks its pages down', async () => {
    const origin = await startServer({ SGID_REDIRECT_URI: 'http://localhost:3000/callback' });
    const { headers } = await fetch(origin);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  });

  it('gives its cookie to https alone where the redirect URI is https', async () => {
    const origin = await startServer({ SGID_REDIRECT_URI: 'https://app.example/callback' });
    const cookieOf = async (proto: string) => {
      const headers = { 'x-forwarded-proto': proto };
      const answer = await fetch(`${origin}/login`, { headers, redirect: 'manual' });
      return answer.headers.get('set-cookie');
    };
    expect(await cookieOf('http')).toBe(null);
    expect(await cookieOf('https')).toContain('; Secure;');
  });

  it('exchanges a code once, though the callback comes again meanwhile', async () => {
    const exchanges: ServerResponse[] = [];
    const provider = createServer(({ method }, response) => {
      if (method === 'POST') exchanges.push(response);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void provider.close());
    await once(provider, 'listening');
    const { port } = Object.assign({ port: 0 }, provider.address());
    const origin = await startServer({
      SGID_REDIRECT_URI: 'http://localhost/callback',
      SGID_HOSTNAME: `http://127.0.0.1:${port}`,
    });
    const cookies = await request.newContext({ timeout: 0 });
    onTestFinished(() => cookies.dispose());
    const follow = async (url: string) =>
      (await cookies.get(url, { maxRedirects: 0 })).headers()['location'] ?? '';
    const state = new URL(await follow(`${origin}/login`)).searchParams.get('state');
    const callback = `${origin}/callback?code=once&state=${state}`;
    const first = follow(callback);
    await expect.poll(() => exchanges.length).toBe(1);
    expect(await follow(callback)).toBe('/?login=failed');
    exchanges[0]?.writeHead(500).end();
    expect(await first).toBe('/?login=failed');
    expect(exchanges.length).toBe(1);
  });
});
