import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { devNull } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { bindAll } from '../../../src/system/ports.ts';

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

it.each([
  ['EMFILE', true],
  ['ENFILE', true],
  // A container without devices.
  ['ENOENT', false],
])('is not bound where no more files can be opened: %s, %s', async (code, isRefused) => {
  const { openSync, closeSync } = fs;
  const open = new Set<number>();
  vi.spyOn(fs, 'openSync').mockImplementation((path, ...how) => {
    if (path === devNull && open.size === 15) throw Object.assign(new Error(code), { code });
    const descriptor = openSync(path, ...how);
    open.add(descriptor);
    return descriptor;
  });
  vi.spyOn(fs, 'closeSync').mockImplementation((descriptor) => {
    open.delete(descriptor);
    closeSync(descriptor);
  });
  syncBuiltinESMExports();
  const binding = bindAll(['127.0.0.1'], 0, createServer);
  if (isRefused) await expect(binding).rejects.toMatchObject({ code });
  else await (await binding).close();
  expect(open.size).toBe(0);
});
