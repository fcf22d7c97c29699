import type { CommanderError } from '@commander-js/extra-typings';
import { type SgidError, usageError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';

/** Options that are often guessed and do not exist on purpose, and where the value goes instead. */
const SECRET_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^--(client-)?secret$/, 'use SGID_CLIENT_SECRET, or --client-secret-file with the path of a file'],
  [/^--(private-)?key(-path)?$/, 'use SGID_PRIVATE_KEY, or --private-key-file with the path of a file'],
  [/passphrase|password/, 'use SGID_PRIVATE_KEY_PASSPHRASE, or with sgid key --passphrase-file'],
];

/**
 * Turns commander's refusal of a command line into an error of ours. Its words suggest the nearest option or
 * command; a value that was written to an unknown option is left out of them, because it may be a secret.
 *
 * @param command The name of the command that was given, and of its subcommand, where there is one of that name.
 */
export function toUsageError({ code, message }: CommanderError, command?: string): SgidError {
  if (code === 'commander.help') {
    return usageError(
      'the command to run is missing or unknown',
      command === undefined
        ? 'Run "sgid --help" for the commands.'
        : `Run "sgid ${command} --help" for the commands that it has.`,
    );
  }
  const [, bare] = /^error: unknown option '(--[\w-]+)=.*'(?:\n\(Did you mean \1\?\))?$/s.exec(message) ?? [];
  const isKnown = bare !== undefined && (message.includes(`Did you mean ${bare}?`) || bare === '--help');
  if (isKnown) return usageError(`the option ${bare} takes no value`, `Give ${bare} alone.`);
  const words = message
    .replace(/^error: /, '')
    .replace(/^(unknown option '-[^=]*)=[\s\S]*'/, "$1'")
    .replaceAll('\n', ' ');
  const option = /^unknown option '([^']*)'/.exec(words)?.[1] ?? '';
  const instead = SECRET_OPTIONS.find(([pattern]) => pattern.test(option))?.[1];
  if (instead !== undefined)
    return usageError(
      toPrintable(words),
      `Other users of this machine could read a secret there: ${instead}.`,
    );
  const advice =
    code === 'commander.excessArguments'
      ? 'A value goes with its option, and one of several words into quotes, as in --scope "openid myinfo.name". '
      : '';
  const help = command === undefined ? 'sgid --help' : `sgid ${command} --help`;
  return usageError(toPrintable(words), `${advice}Run "${help}".`);
}
