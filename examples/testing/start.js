import { once } from 'node:events';
import { createServer } from 'node:http';
import { SgidClient } from 'sgid-cli';
import { startMockSgid } from 'sgid-cli/mock';
import { createApp } from './app.js';

/** Starts the mock and the application, each on a free port. */
export async function start() {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const origin = `http://localhost:${server.address().port}`;
  const mock = await startMockSgid({ redirectUris: [`${origin}/callback`] });
  const client = new SgidClient({ hostname: mock.hostname, ...mock.client, timeoutMs: 5_000 });
  server.on('request', createApp(client, mock.client.redirectUri));
  return {
    origin,
    mock,
    async close() {
      server.close();
      server.closeAllConnections();
      await mock.close();
    },
  };
}
