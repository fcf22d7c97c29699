// What the measured programs find around them: the same for all, and nothing of the person who measures but the variables
// that SGID_BENCH_KEEP names, separated by commas. NODE_EXTRA_CA_CERTS, say, makes every start of Node three times as long.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSource } from '../load-source.mjs';

const { findCacheFolder } = await loadSource('src/system/private-folder.ts');

/** The names of the variables that are handed on. */
export const KEPT = ['PATH', ...(process.env.SGID_BENCH_KEEP?.split(',') ?? [])];

/** The variables of a person whose home is a folder, on every system. */
export const homeIn = (folder) => ({
  HOME: folder,
  USERPROFILE: folder,
  LOCALAPPDATA: folder,
  APPDATA: folder,
});

// The program keeps what V8 has compiled, from its second run on: once this folder is there.
const home = mkdtempSync(join(tmpdir(), 'sgid-bench-home-'));
mkdirSync(join(findCacheFolder(homeIn(home), process.platform), 'sgid'), { recursive: true, mode: 0o700 });
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

/** The environment of whatever is measured. */
export const ENVIRONMENT = {
  ...Object.fromEntries(KEPT.map((name) => [name, process.env[name]])),
  ...homeIn(home),
};
