import { posix, win32 } from 'node:path';
import { splitWords } from '../text/shell-words.ts';
import type { FieldName } from './fields.ts';

export type SecretSource =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly words: readonly [program: string, ...args: string[]] }
  | { readonly kind: 'keyring' };

/** A source, or what is wrong with the text of one. */
type ParsedSource =
  | { readonly ok: true; readonly source: SecretSource }
  | { readonly ok: false; readonly problem: string };

/**
 * Parses where a profile keeps a secret: `env:NAME`, `file:/path`, `file:~/path`, `command:program with arguments` or
 * `keyring`. The text itself stays out of what is wrong with it, for it may be the secret.
 */
export function parseSecretSource(text: string, platform = process.platform): ParsedSource {
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
      return { ok: false, problem: 'must be env:NAME, file:/path, command:program or keyring' };
  }
}

/** A path that starts at the current folder would be another file in each. */
function isFixedPath(path: string, platform: NodeJS.Platform): boolean {
  if (path.includes('\0')) return false;
  return /^~[\\/]./.test(path) || (platform === 'win32' ? win32 : posix).isAbsolute(path);
}

/** The name under which the keyring keeps a secret of a profile. */
export function keyringAccount(profile: string, field: FieldName): string {
  return `${profile}/${field}`;
}
