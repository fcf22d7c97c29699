import { describe, expect, it } from 'vitest';
import { openTransport, prepareProxy } from '../../../src/commands/transport.ts';
import { createDiagnostics, logExchanges } from '../../../src/output/diagnostics.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { startProxy } from '../../helpers/proxy-server.ts';
import { startRawServer } from '../../helpers/raw-server.ts';

function makeContext(env: Readonly<Record<string, string>>) {
  const { platform, written } = createFakePlatform({ env });
  const diagnostics = createDiagnostics({
    write: platform.terminal.writeError,
    verbosity: 'verbose',
    colour: false,
  });
  const journal = new Journal(0);
  journal.follow({ exchanged: logExchanges(diagnostics) });
  return { context: { platform, diagnostics, journal }, written };
}

const ENV = { HTTPS_PROXY: 'http://me:canary%20password@proxy.test:3128' };

describe('prepareProxy', () => {
  it('names the proxy in a detail, and takes its password out of everything from then on', () => {
    const { context, written } = makeContext(ENV);
    prepareProxy('https://provider.test', context);
    expect(written.stderr).toBe('requests go through the proxy proxy.test:3128 (HTTPS_PROXY)\n');
    const basic = Buffer.from('me:canary password').toString('base64');
    context.diagnostics.error(`${ENV.HTTPS_PROXY} canary password me:canary+password ${basic}`);
    expect(written.stderr).not.toMatch(new RegExp(`canary|${basic}`));
  });

  it.each([
    ['http://localhost:5157', ENV],
    ['https://provider.test', {}],
    ['https://provider.test', { ...ENV, NO_PROXY: 'provider.test' }],
  ])('says nothing for %s with %j', (hostname, env) => {
    const { context, written } = makeContext(env);
    prepareProxy(hostname, context);
    expect(written.stderr).toBe('');
  });

  it('refuses a variable that names none', () => {
    const { context } = makeContext({ ALL_PROXY: 'socks5://proxy.test' });
    expect(() => prepareProxy('https://provider.test', context)).toThrow(
      expect.objectContaining({ code: 'ERR_PROXY', step: 'config' }),
    );
  });
});

describe('openTransport', () => {
  it('goes through the proxy that the platform’s variables name', async () => {
    const proxy = await startProxy(1);
    const { context, written } = makeContext({ HTTPS_PROXY: proxy.url });
    const { fetch } = openTransport(context, { timeoutMs: 10_000, stepOf: () => 'other' });
    const request = fetch('https://provider.test/path?code=canary', {
      method: 'GET',
      headers: {},
      redirect: 'manual',
    });
    await expect(request).rejects.toMatchObject({ code: 'ERR_PROXY_REFUSED', status: 502 });
    expect(proxy.heads).toHaveLength(1);
    expect(written.stderr).toMatch(/^GET https:\/\/provider\.test\/path ERR_PROXY_REFUSED \d+ ms\n$/);
  });

  it('cuts an answer off that is larger than a mebibyte', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.end('x'.repeat(1024 * 1024 + 1));
    });
    const { context } = makeContext({});
    const { fetch } = openTransport(context, { timeoutMs: 10_000 });
    await expect(fetch(server.url, { method: 'GET', headers: {}, redirect: 'manual' })).rejects.toMatchObject(
      {
        code: 'ERR_RESPONSE_TOO_LARGE',
      },
    );
  });
});
