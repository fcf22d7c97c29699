import { posix, win32 } from 'node:path';

/** An environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The folder in which programs keep a person's settings, as the system has it: `$XDG_CONFIG_HOME` or `~/.config`
 * (XDG Base Directory Specification), `~/Library/Application Support` on macOS, `%APPDATA%` on Windows. Paths
 * that are not absolute do not count, as that specification says. `undefined` where no variable tells.
 */
export function findConfigFolder(env: Variables, platform: NodeJS.Platform): string | undefined {
  const folderIn = absoluteFolders(env, platform);
  if (platform === 'win32') return folderIn('APPDATA') ?? folderIn('USERPROFILE', 'AppData', 'Roaming');
  if (platform === 'darwin') return folderIn('HOME', 'Library', 'Application Support');
  return folderIn('XDG_CONFIG_HOME') ?? folderIn('HOME', '.config');
}

/**
 * The folder for what programs can make again, as the system has it: `$XDG_CACHE_HOME` or `~/.cache`,
 * `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows. For the rest see `findConfigFolder`.
 */
export function findCacheFolder(env: Variables, platform: NodeJS.Platform): string | undefined {
  const folderIn = absoluteFolders(env, platform);
  if (platform === 'win32') return folderIn('LOCALAPPDATA') ?? folderIn('USERPROFILE', 'AppData', 'Local');
  if (platform === 'darwin') return folderIn('HOME', 'Library', 'Caches');
  return folderIn('XDG_CACHE_HOME') ?? folderIn('HOME', '.cache');
}

function absoluteFolders(
  env: Variables,
  platform: NodeJS.Platform,
): (name: string, ...below: readonly string[]) => string | undefined {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  return (name, ...below) => {
    const folder = env[name];
    return folder !== undefined && isAbsolute(folder) ? join(folder, ...below) : undefined;
  };
}
