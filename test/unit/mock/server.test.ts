import { request } from 'node:http';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startMockServer } from '../../../src/mock/server.ts';
import { createTestClient } from '../../../src/mock/test-credentials.ts';
import { REDIRECT_URI } from './relying-party.ts';

const clients = [createTestClient(REDIRECT_URI)];

function getText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

describe('startMockServer', () => {
  it('serves the provider under the port that it got, until closed', async () => {
    const server = await startMockServer({ port: 0, clients });
    expect(server.hostname).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.issuer).toBe(`${server.hostname}/v2`);
    const metadata = JSON.parse(await getText(`${server.issuer}/.well-known/openid-configuration`));
    expect(metadata.issuer).toBe(server.issuer);
    await server.close();
    expect(await isOpen(Number(new URL(server.hostname).port))).toBe(false);
  });

  it('frees the port when the provider cannot be set up', async () => {
    const spare = await startMockServer({ port: 0, clients });
    const port = Number(new URL(spare.hostname).port);
    await spare.close();
    await expect(startMockServer({ port, clients: [] })).rejects.toMatchObject({ code: 'ERR_USAGE' });
    expect(await isOpen(port)).toBe(false);
  });

  it('says so when the port is taken', async () => {
    const server = await startMockServer({ port: 0, clients });
    const port = Number(new URL(server.hostname).port);
    await expect(startMockServer({ port, clients })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
  });
});
