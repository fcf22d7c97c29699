import { resolve } from 'node:path';
import { usageError } from '../../protocol/errors.ts';
import { flagOf } from './option-flag.ts';

/** The options that name a file which is written. */
const OUTPUTS = ['out', 'trace', 'junit', 'saveCanary', 'html'] as const;

/** The options that name a file which is read. */
const INPUTS = [
  'canary',
  'clientSecretFile',
  'credentials',
  'envFile',
  'privateKeyFile',
  'tlsCert',
  'tlsKey',
  'token',
  'transaction',
] as const;

/** The files that the options of a command name. */
export type FileOptions = Readonly<
  Partial<Record<(typeof OUTPUTS)[number] | (typeof INPUTS)[number], unknown>>
>;

/**
 * Refuses an output into the file of another output or of an input: it would replace what is there, which may be the
 * only copy of a key. Devices and pipes take both. Called before any file is opened.
 *
 * @param argument The file that the command reads, where it is an argument.
 * @throws SgidError `ERR_USAGE`
 */
export function requireSeparateFiles(options: FileOptions, argument?: string): void {
  const taken = new Map<string, string>();
  const take = (name: string, path: unknown): void => {
    if (typeof path === 'string' && path !== '-') taken.set(resolve(path), name);
  };
  take('the input', argument);
  for (const name of INPUTS) take(flagOf(name), options[name]);
  for (const name of OUTPUTS) {
    const path = options[name];
    if (typeof path !== 'string' || path === '' || path.startsWith('/dev/')) continue;
    if (path === '-' && name !== 'out')
      throw usageError(
        `${flagOf(name)} - names no file`,
        'Standard output carries the result: give the path of a file.',
      );
    const other = taken.get(resolve(path));
    if (other !== undefined)
      throw usageError(`${other} and ${flagOf(name)} name the same file`, 'Give each its own.');
    take(flagOf(name), path);
  }
}
