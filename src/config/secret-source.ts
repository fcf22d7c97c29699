import { posix, win32 } from 'node:path';
import { splitWords } from './split-words.ts';

/** Where a profile says that a secret is kept. */
export type SecretSource =
  /** A variable of the environment. */
  | { readonly kind: 'env'; readonly name: string }
  /** A file: an absolute path, or one below the home folder that begins with `~`. */
  | { readonly kind: 'file'; readonly path: string }
  /** What a program prints. */
  | { readonly kind: 'command'; readonly words: readonly [program: string, ...args: string[]] }
  /** The system's keyring, under the names of profile and field. */
  | { readonly kind: 'keyring' };

/** What a source looks like, for messages. */
const SOURCE_SHAPES = 'env:NAME, file:/path, command:program or keyring';

/**
 * Reads a source: `env:NAME`, `file:/path`, `file:~/path`, `command:program with arguments` or `keyring`.
 *
 * @returns The source, or what is wrong with it; the text itself stays out of that, for it may be the secret.
 */
export function readSecretSource(
  text: string,
  platform: NodeJS.Platform = process.platform,
): SecretSource | { readonly problem: string } {
  if (text === 'keyring') return { kind: 'keyring' };
  const [, kind, rest = ''] = /^(env|file|command):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'env':
      return /^[A-Za-z_]\w*$/.test(rest)
        ? { kind, name: rest }
        : { problem: 'must name a variable after env:, for example env:STAGING_SECRET' };
    case 'file':
      return isFixedPath(rest, platform)
        ? { kind, path: rest }
        : { problem: 'must have an absolute path after file:, or one that begins with ~/' };
    case 'command': {
      const split = splitWords(rest, platform === 'win32');
      return 'problem' in split
        ? { problem: `has a command that ${split.problem}` }
        : { kind, words: split.words };
    }
    default:
      return { problem: `must be ${SOURCE_SHAPES}` };
  }
}

/** A path that starts at the current folder would be another file in each. */
function isFixedPath(path: string, platform: NodeJS.Platform): boolean {
  if (path.includes('\0')) return false;
  return /^~[\\/]./.test(path) || (platform === 'win32' ? win32 : posix).isAbsolute(path);
}
