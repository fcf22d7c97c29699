import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { devNull } from 'node:os';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { bindAll } from '../../../src/system/ports.ts';
import { exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';
import { startTestServer } from '../../helpers/test-server.ts';

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Lets this process open so many more files; the error is that of the next. */
function limitFiles(count: number, code: string) {
  const { openSync, closeSync } = fs;
  const open = new Set<number>();
  vi.spyOn(fs, 'openSync').mockImplementation((path, ...how) => {
    if (path === devNull && open.size === count) throw Object.assign(new Error(code), { code });
    const descriptor = openSync(path, ...how);
    open.add(descriptor);
    return descriptor;
  });
  vi.spyOn(fs, 'closeSync').mockImplementation((descriptor) => {
    open.delete(descriptor);
    closeSync(descriptor);
  });
  syncBuiltinESMExports();
  return open;
}

it.each([
  ['EMFILE', true],
  ['ENFILE', true],
  // A container without devices.
  ['ENOENT', false],
])('is not bound where no more files can be opened: %s, %s', async (code, isRefused) => {
  const open = limitFiles(15, code);
  const binding = bindAll(['127.0.0.1'], 0, createServer);
  if (isRefused) await expect(binding).rejects.toMatchObject({ code });
  else await (await binding).close();
  expect(open.size).toBe(0);
});

it.each([
  [16, 'EMFILE', 8],
  [24, 'ENFILE', 8],
  [40, 'EMFILE', 24],
  [9_999, 'EMFILE', Number.POSITIVE_INFINITY],
  [0, 'ENOENT', Number.POSITIVE_INFINITY],
])('of %i files to open, %s, leaves some to the rest of the program: %i places', async (...row) => {
  const [count, code, places] = row;
  limitFiles(count, code);
  const bound = await bindAll(['127.0.0.1'], 0, createServer);
  await bound.close();
  expect(bound.places).toBe(places);
});

it('of a server with few places gives that of the oldest connection to a new one', async () => {
  limitFiles(16, 'EMFILE');
  const { port } = await startTestServer({ limits: { requestMs: 1_000_000 } });
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  while (sockets.length < 8) sockets.push(await openSocket(port));
  const [first] = sockets;
  const gone = first && readToEnd(first);
  expect(statusOf(await exchangeRaw(port, rawRequest('/', 'h')))).toBe(200);
  expect(await gone).toBe('');
});
