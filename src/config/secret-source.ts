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

/** A source, or what is wrong with the text of one. */
export type SecretSourceReading =
  | { readonly ok: true; readonly source: SecretSource }
  | { readonly ok: false; readonly problem: string };

/** What a source looks like, for messages. */
const SOURCE_SHAPES = 'env:NAME, file:/path, command:program or keyring';

/**
 * Reads a source: `env:NAME`, `file:/path`, `file:~/path`, `command:program with arguments` or `keyring`. The text
 * itself stays out of what is wrong with it, for it may be the secret.
 */
export function readSecretSource(
  text: string,
  platform: NodeJS.Platform = process.platform,
): SecretSourceReading {
  if (text === 'keyring') return { ok: true, source: { kind: 'keyring' } };
  const [, kind, rest = ''] = /^(env|file|command):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'env':
      return /^[A-Za-z_]\w*$/.test(rest)
        ? { ok: true, source: { kind, name: rest } }
        : { ok: false, problem: 'must name a variable after env:, for example env:STAGING_SECRET' };
    case 'file':
      return isFixedPath(rest, platform)
        ? { ok: true, source: { kind, path: rest } }
        : { ok: false, problem: 'must have an absolute path after file:, or one that begins with ~/' };
    case 'command': {
      const split = splitWords(rest, platform === 'win32');
      return split.ok
        ? { ok: true, source: { kind, words: split.words } }
        : { ok: false, problem: `has a command that ${split.problem}` };
    }
    default:
      return { ok: false, problem: `must be ${SOURCE_SHAPES}` };
  }
}

/** A path that starts at the current folder would be another file in each. */
function isFixedPath(path: string, platform: NodeJS.Platform): boolean {
  if (path.includes('\0')) return false;
  return /^~[\\/]./.test(path) || (platform === 'win32' ? win32 : posix).isAbsolute(path);
}
