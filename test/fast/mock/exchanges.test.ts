import { describe, expect, it } from 'vitest';
import { tellExchanges } from '../../../src/mock/provider.ts';
import type { HttpExchange } from '../../../src/system/http-client.ts';
import type { RequestHandler } from '../../../src/system/http-server.ts';

const REQUEST = { method: 'GET', target: '/a?b', headers: {}, body: '' };

/** A handler that is watched, and what was told of it. */
function watch(handle: RequestHandler): { handle: RequestHandler; told: HttpExchange[] } {
  const told: HttpExchange[] = [];
  const redactPath = (target: string): string => `redacted ${target}`;
  return { handle: tellExchanges(handle, redactPath, (exchange) => void told.push(exchange)), told };
}

describe('tellExchanges', () => {
  it('tells of an answer once it is there, and passes it on', async () => {
    const answer = { status: 204, headers: {}, body: '' };
    const { handle, told } = watch(() => answer);
    expect(await handle(REQUEST)).toBe(answer);
    expect(told).toEqual([
      { method: 'GET', url: 'redacted /a?b', status: 204, milliseconds: expect.any(Number) },
    ]);
  });

  it('tells of a handler that throws as the 500 that comes of it', async () => {
    const { handle, told } = watch(() => {
      throw new Error('a bug');
    });
    await expect(handle(REQUEST)).rejects.toThrow('a bug');
    expect(told.map(({ status }) => status)).toEqual([500]);
  });
});
