import type { CommanderError, CommandUnknownOpts } from '@commander-js/extra-typings';
import { type SgidError, usageError } from '../errors/sgid-error.ts';
import { toPrintable } from '../text/printable.ts';

/** Options that are often guessed and do not exist on purpose, and where the value goes instead. */
const SECRET_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^--(client-)?secret$/, 'use SGID_CLIENT_SECRET, or --client-secret-file with the path of a file'],
  [/^--(private-)?key(-path)?$/, 'use SGID_PRIVATE_KEY, or --private-key-file with the path of a file'],
  [/passphrase|password/, 'use SGID_PRIVATE_KEY_PASSPHRASE, or with sgid key --passphrase-file'],
];

/**
 * The error for a command line that `command` refused. Its words suggest the nearest option or command; a value that was
 * written to an unknown option is left out of them, because it may be a secret.
 */
export function toUsageError({ code, message }: CommanderError, command: CommandUnknownOpts): SgidError {
  const [, bare] = /^error: unknown option '(--[\w-]+)=.*'(?:\n\(Did you mean \1\?\))?$/s.exec(message) ?? [];
  const isKnown = bare !== undefined && (message.includes(`Did you mean ${bare}?`) || bare === '--help');
  if (isKnown) return usageError(`the option ${bare} takes no value`, `Give ${bare} alone.`);
  const words = message
    .replace(/^error: /, '')
    .replace(/^(unknown option '-[^=]*)=[\s\S]*'/, "$1'")
    .replaceAll('\n', ' ');
  const [, option = ''] = /^unknown option '([^']*)'/.exec(words) ?? [];
  const instead = SECRET_OPTIONS.find(([pattern]) => pattern.test(option))?.[1];
  const advice =
    instead === undefined
      ? `${placeAdvice(code, option, command)}Run "${pathOf(command)} --help".`
      : `Other users of this machine could read a secret there: ${instead}.`;
  return usageError(toPrintable(words), advice);
}

function placeAdvice(code: string, option: string, command: CommandUnknownOpts): string {
  if (code === 'commander.excessArguments')
    return 'Quote a value that contains spaces, as in --scope "openid myinfo.name". ';
  if (code !== 'commander.unknownOption') return '';
  for (let above = command.parent; above !== null; above = above.parent) {
    if (above.options.some((one) => one.short === option || one.long === option))
      return `It is an option of "${pathOf(above)}". Put it before the subcommand. `;
  }
  // What commander did not understand, the option included.
  const below = command.commands.find((one) => command.args.includes(one.name()));
  return below === undefined
    ? ''
    : `Put options after the command name: ${pathOf(below)} ${toPrintable(option)} ... `;
}

/** A command as it is typed, for example `sgid mock personas`. */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
