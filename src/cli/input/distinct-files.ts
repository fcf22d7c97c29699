import { resolve } from 'node:path';
import { usageError } from '../../protocol/errors.ts';

/**
 * Refuses two outputs into one file: the second would replace the first. Devices and pipes take both.
 *
 * @param files Paths by flag.
 * @throws SgidError `ERR_USAGE`
 */
export function requireDistinctFiles(files: Readonly<Record<string, string | undefined>>): void {
  const flags = new Map<string, string>();
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined || path.startsWith('/dev/')) continue;
    const other = flags.get(resolve(path));
    if (other !== undefined)
      throw usageError(`${other} and ${flag} name the same file`, 'Give each its own.');
    flags.set(resolve(path), flag);
  }
}
