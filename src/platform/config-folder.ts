import { join as joinHere, posix, win32 } from 'node:path';
import type { PrivateFolder } from './private-folder.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The folder in which programs keep a person's settings, as the system has it: `$XDG_CONFIG_HOME` or `~/.config`
 * (XDG Base Directory Specification), `~/Library/Application Support` on macOS, `%APPDATA%` on Windows. Paths
 * that are not absolute do not count, as that specification says. `undefined` where no variable tells.
 */
export function findConfigFolder(env: Variables, platform: NodeJS.Platform): string | undefined {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const folderIn = (name: string, ...below: readonly string[]): string | undefined => {
    const folder = env[name];
    return folder !== undefined && isAbsolute(folder) ? join(folder, ...below) : undefined;
  };
  if (platform === 'win32') return folderIn('APPDATA') ?? folderIn('USERPROFILE', 'AppData', 'Roaming');
  if (platform === 'darwin') return folderIn('HOME', 'Library', 'Application Support');
  return folderIn('XDG_CONFIG_HOME') ?? folderIn('HOME', '.config');
}

/** This program's own folder among a person's settings; `undefined` where no variable tells where they are. */
export function openConfigFolder(env: Variables): PrivateFolder | undefined {
  const folder = findConfigFolder(env, process.platform);
  return folder === undefined ? undefined : openWhenUsed(joinHere(folder, 'sgid'));
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
