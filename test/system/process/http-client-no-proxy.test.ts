import { describe, expect, it, vi } from 'vitest';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { startRawServer } from '../../helpers/raw-server.ts';

vi.mock('https-proxy-agent', () => {
  throw new Error('the proxy library was loaded');
});

const GET = { method: 'GET', headers: {} };
const LIMITS = { timeoutMs: 10_000, maxBytes: 1024 };
const PROXY = 'http://127.0.0.1:1';

describe('the proxy library', () => {
  it.each([
    ['no variable names a proxy', {}],
    ['the request stays on this machine', { HTTPS_PROXY: PROXY, ALL_PROXY: PROXY, HTTP_PROXY: PROXY }],
  ])('is not loaded when %s', async (_name, env) => {
    const server = await startRawServer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    expect((await createHttpClient({ ...LIMITS, env })(server.url, GET)).status).toBe(204);
  });

  it('is not loaded for a host that NO_PROXY lists', async () => {
    const env = { HTTPS_PROXY: PROXY, NO_PROXY: '.invalid' };
    const request = createHttpClient({ ...LIMITS, env })('https://api.invalid/', GET);
    await expect(request).rejects.not.toThrow('the proxy library was loaded');
  });

  it('is loaded for any other', async () => {
    const request = createHttpClient({ ...LIMITS, env: { HTTPS_PROXY: PROXY } })('https://api.invalid/', GET);
    await expect(request).rejects.toThrow();
    await expect(request).rejects.toMatchObject({
      cause: expect.objectContaining({ message: 'the proxy library was loaded' }),
    });
  });
});
