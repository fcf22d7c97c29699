import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { withCode } from './node-error.ts';
import type { PrivateFolder } from './private-folder.ts';
import { findConfigFolder, type Variables } from './user-folders.ts';

/** This program's own folder among a person's settings; `undefined` where no variable tells where they are. */
export function openConfigFolder(env: Variables): PrivateFolder | undefined {
  const folder = findConfigFolder(env, process.platform);
  return folder === undefined ? undefined : openWhenUsed(join(folder, 'sgid'));
}

/** The private folder at `path`. What handles it is loaded when it is first used; most people have none. */
function openWhenUsed(path: string): PrivateFolder {
  const open = async (): Promise<PrivateFolder> =>
    (await import('./private-folder.ts')).openPrivateFolder(path);
  return {
    path,
    list: async (...args) => (isThere(path) ? (await open()).list(...args) : []),
    read: async (name) => {
      if (isThere(path)) return (await open()).read(name);
      throw withCode(`ENOENT: no such folder, read '${path}'`, 'ENOENT');
    },
    write: async (...args) => (await open()).write(...args),
    remove: async (...args) => (await open()).remove(...args),
  };
}

/** Whether anything has this name, be it what it may. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What is wrong is told by who opens it.
    return true;
  }
}
