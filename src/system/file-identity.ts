import { type BigIntStats, fstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isOpenDescriptor } from './output-file.ts';

/**
 * The same text for every path of a regular file, links included; `undefined` for a device or pipe, which can be read and
 * written at once, and for what is not there.
 *
 * @param file A path, or the number of an open descriptor.
 */
export function identifyFile(file: string | number): string | undefined {
  const stats = lookAt(file);
  return stats?.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
}

/** Identifies the file that an output would replace or create; `undefined` for an open descriptor, which is only added to. */
export function identifyReplaced(path: string): string | undefined {
  if (isOpenDescriptor(path)) return undefined;
  return lookAt(path) === undefined ? nameInFull(path) : identifyFile(path);
}

function lookAt(file: string | number): BigIntStats | undefined {
  // Inodes of Windows are larger than a number can hold.
  const options = { bigint: true } as const;
  try {
    return typeof file === 'number' ? fstatSync(file, options) : statSync(file, options);
  } catch {
    return undefined;
  }
}

function nameInFull(path: string): string {
  const name = join(realFolder(dirname(path)), basename(path));
  // macOS and Windows ignore case.
  return process.platform === 'linux' ? name : name.normalize().toLowerCase();
}

function realFolder(path: string): string {
  try {
    // `realpathSync` itself resolves `link/..` before it follows the link.
    return realpathSync.native(path);
  } catch {
    return inFull(path);
  }
}

function inFull(path: string): string {
  try {
    return resolve(path);
  } catch {
    // The current folder is gone; opening the output says so.
    return path;
  }
}
