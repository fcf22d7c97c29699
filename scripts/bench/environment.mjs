// What the measured programs find around them: the same for all, and nothing of the person who measures but the variables
// that SGID_BENCH_KEEP names, separated by commas. NODE_EXTRA_CA_CERTS, say, costs every start of Node as much again.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The program keeps what V8 has compiled, from its second run on: once this folder is there.
const cache = mkdtempSync(join(tmpdir(), 'sgid-bench-cache-'));
mkdirSync(join(cache, 'sgid'), { mode: 0o700 });
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

/** The names of the variables that are handed on. */
export const KEPT = ['PATH', ...(process.env.SGID_BENCH_KEEP?.split(',') ?? [])];

/** The environment of whatever is measured. */
export const ENVIRONMENT = {
  ...Object.fromEntries(KEPT.map((name) => [name, process.env[name]])),
  XDG_CACHE_HOME: cache,
};
