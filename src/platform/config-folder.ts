import { join } from 'node:path';
import type { PrivateFolder } from './private-folder.ts';
import { findConfigFolder, type Variables } from './user-folders.ts';

/** This program's own folder among a person's settings; `undefined` where no variable tells where they are. */
export function openConfigFolder(env: Variables): PrivateFolder | undefined {
  const folder = findConfigFolder(env, process.platform);
  return folder === undefined ? undefined : openWhenUsed(join(folder, 'sgid'));
}

/** The private folder at `path`. What handles it is loaded when it is first used. */
function openWhenUsed(path: string): PrivateFolder {
  const open = async (): Promise<PrivateFolder> =>
    (await import('./private-folder.ts')).openPrivateFolder(path);
  return {
    path,
    list: async (...args) => (await open()).list(...args),
    read: async (...args) => (await open()).read(...args),
    write: async (...args) => (await open()).write(...args),
    remove: async (...args) => (await open()).remove(...args),
  };
}
