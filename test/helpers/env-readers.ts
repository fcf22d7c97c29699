import { parseEnv } from 'node:util';
import { parseDotenv } from '../../src/settings/dotenv.ts';

/** What reads the text of a `.env`. */
export type EnvReader = (text: string) => NodeJS.Dict<string>;

/** A value in single quotes, in double quotes, or without any. */
const VALUE = String.raw`(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"|([^\r\n]*))`;
const LINE = new RegExp(String.raw`^(?:#.*|(?:export[^\S\r\n]+)?([^=#\s]+)=[^\S\r\n]*${VALUE})$`, 'gm');

/** The grammar that python-dotenv, dotenv of npm and compose-go share; what each undoes is its own. */
function readWith(
  single: (text: string) => string,
  double: (text: string) => string,
  plain = double,
): EnvReader {
  return (text) => {
    const values: NodeJS.Dict<string> = {};
    for (const [, name, inSingle, inDouble, unquoted = ''] of text.matchAll(LINE)) {
      if (name === undefined) continue;
      if (inSingle !== undefined) values[name] = single(inSingle);
      else if (inDouble !== undefined) values[name] = double(inDouble);
      else values[name] = plain(unquoted.replace(/\s+#.*/, '').trimEnd());
    }
    return values;
  };
}

const expandBraces = (text: string) => text.replaceAll(/\$\{[^}]*\}/g, '');
const expandAll = (text: string) => text.replaceAll(/\$(?:\{[^}]*\}|\w+)/g, '');
/** dotenv-expand, whatever the quotes. */
const expandAnywhere = (text: string) =>
  text.replaceAll(/(?<!\\)\$(?:\{[^}]*\}?|\w+)/g, '').replaceAll('\\$', '$');
const undoBreaks = (text: string) => text.replaceAll('\\n', '\n').replaceAll('\\r', '\r');

/**
 * Readers of `.env` files. Those that do not run in Node are written down from their source: python-dotenv 1.2
 * (`parser.py`, `main.py`), dotenv 16 (`main.js`), @next/env 16, compose-go 2 (`dotenv/parser.go`).
 */
export const ENV_READERS: Readonly<Record<string, EnvReader>> = {
  node: parseEnv,
  sgid: (text) => parseDotenv(text).variables,
  'python-dotenv': readWith(
    (text) => expandBraces(text.replaceAll(/\\([\\'])/g, '$1')),
    (text) => expandBraces(undoBreaks(text).replaceAll(/\\([\\'"])/g, '$1')),
    expandBraces,
  ),
  dotenv: readWith(
    (text) => text,
    undoBreaks,
    (text) => text,
  ),
  'Next.js': readWith(expandAnywhere, (text) => expandAnywhere(undoBreaks(text)), expandAnywhere),
  Compose: readWith(
    (text) => text.replaceAll("\\'", "'"),
    (text) => expandAll(undoBreaks(text).replaceAll(/\\([\\"])/g, '$1')),
    expandAll,
  ),
};
