import type { Stats } from 'node:fs';
import { withCode } from './node-error.ts';

/** Refuses what another user made, root apart: `EOWNER`, with the `path`. Windows does not say who did. */
export function requireOwner(path: string, { uid }: Stats): void {
  const user = process.geteuid?.();
  if (user === undefined || uid === user || uid === 0) return;
  throw Object.assign(withCode(`EOWNER: made by another user '${path}'`, 'EOWNER'), { path });
}

/** Refuses what other users made or can change: `EOWNER`, `EWRITABLE`. */
export function requireOwn(path: string, stats: Stats): void {
  requireOwner(path, stats);
  if (process.platform === 'win32' || (stats.mode & 0o022) === 0) return;
  throw Object.assign(withCode(`EWRITABLE: others can change '${path}'`, 'EWRITABLE'), { path });
}
