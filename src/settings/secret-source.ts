import { splitWords } from '../text/shell-words.ts';
import type { FieldName } from './fields.ts';

/** Where a secret is: the name of a variable, a path, or the words of a command. */
interface SecretSource {
  readonly kind: 'env' | 'file' | 'command' | 'keyring';
  readonly words: readonly [name: string, ...args: string[]];
}

/**
 * Parses where a profile keeps a secret: `env:NAME`, `file:/path`, `file:~/path`, `command:program with arguments` or
 * `keyring`. The problem does not repeat the text, for it may be the secret.
 */
export function parseSecretSource(text: string): SecretSource | { readonly problem: string } {
  const { platform } = process;
  if (text === 'keyring') return { kind: 'keyring', words: [text] };
  const [, kind, rest = ''] = /^(env|file|command):(.*)/s.exec(text) ?? [];
  if (kind === 'env') {
    if (/^[A-Za-z_]\w*$/.test(rest)) return { kind, words: [rest] };
    return { problem: 'must name a variable after env:, for example env:STAGING_SECRET' };
  }
  if (kind === 'file') {
    // A path that starts at the current folder, or on the current drive of Windows, would be another file in each.
    const root = platform === 'win32' ? /^(?:[A-Za-z]:|[\\/])[\\/]/ : /^\//;
    const isFixed = /^~[\\/]./.test(rest) || root.test(rest);
    if (isFixed && !rest.includes('\0')) return { kind, words: [rest] };
    return { problem: 'must have an absolute path after file:, or one that begins with ~/' };
  }
  if (kind === 'command') {
    const split = splitWords(rest, platform === 'win32');
    if (!split.ok) return { problem: `has a command that ${split.problem}` };
    // A shell would set the variable; here it would be the program's name, which is shown.
    if (/^\w+=/.test(split.words[0]))
      return { problem: 'has a command that begins with a variable; put "env" before it' };
    return { kind, words: split.words };
  }
  return { problem: 'must be env:NAME, file:/path, command:program or keyring' };
}

/** As {@link parseSecretSource}, for a loaded profile, whose sources were validated. */
export function requireSecretSource(text: string): SecretSource {
  const source = parseSecretSource(text);
  if ('problem' in source) throw new Error(source.problem);
  return source;
}

/** A secret's place as people may see it: without the arguments of a command, for some take secrets there. */
export function describeSecretSource(text: string): string {
  const source = requireSecretSource(text);
  const [program, ...args] = source.words;
  if (source.kind !== 'command') return text;
  return `command:${program}${args.length === 0 ? '' : ' (arguments hidden)'}`;
}

export function keyringAccount(profile: string, field: FieldName): string {
  return `${profile}/${field}`;
}
