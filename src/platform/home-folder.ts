import { join } from 'node:path';

/**
 * A path that may begin with `~/`, in full; `undefined` where no variable tells what the home folder is.
 *
 * @param env The environment, whose `HOME` counts, or `USERPROFILE` on Windows.
 */
export function expandHome(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (!/^~[\\/]/.test(path)) return path;
  const home = env['HOME'] || env['USERPROFILE'];
  return home ? join(home, path.slice(2)) : undefined;
}
