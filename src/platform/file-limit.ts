import { withCode } from './node-error.ts';

/** No file that this program reads has a reason to be larger: 1 MiB. */
export const MAX_FILE_BYTES: number = 1024 * 1024;

/** The error for an input of more than {@link MAX_FILE_BYTES}. */
export function tooLarge(path: string): Error {
  return withCode(`EFBIG: file too large, read '${path}'`, 'EFBIG');
}
