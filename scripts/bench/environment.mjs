// What the measured programs find around them: the same for all, and nothing of the person who measures. A variable like
// NODE_EXTRA_CA_CERTS costs every start of Node as much again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The program keeps what V8 has compiled for its next run.
const cache = mkdtempSync(join(tmpdir(), 'sgid-bench-cache-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

/** The environment of whatever is measured. */
export const ENVIRONMENT = { PATH: process.env.PATH, XDG_CACHE_HOME: cache };
