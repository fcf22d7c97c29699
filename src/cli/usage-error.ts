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
 * @param command The name of the command that was given, where there is one of that name.
 */
export function toUsageError({ code, message }: CommanderError, command?: string): SgidError {
  if (code === 'commander.help') {
    return usageError(
      'the command to run is missing or unknown',
      command === undefined
        ? 'Run "sgid --help" for the commands, or "sgid <command> --help" for those of one.'
        : `Run "sgid ${command} --help" for the commands that it has.`,
    );
  }
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
  const quotes =
    code === 'commander.excessArguments'
      ? 'Put a value of several words in quotes: --scope "openid myinfo.name". '
      : '';
  return usageError(toPrintable(words), `${quotes}Run "sgid ${command ?? '<command>'} --help".`);
}
