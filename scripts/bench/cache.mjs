// The program keeps what V8 has compiled for its next run: in a folder of the measurements' own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives this process, and whatever it starts with its environment, an empty cache until it ends. */
export function useOwnCache() {
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-cache-'));
  process.env.XDG_CACHE_HOME = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
