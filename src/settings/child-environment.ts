import type { Variables } from './dotenv.ts';
import { FIELD_NAMES, FIELDS } from './fields.ts';

const SECRET_VARIABLES = FIELD_NAMES.flatMap((name) => (FIELDS[name].secret && FIELDS[name].env) || []);

/**
 * The variables for a program that is started: all but those that hold secrets of ours.
 *
 * @param named Variables that a profile names for its secrets.
 */
export function withoutSecrets(env: Variables, named: Iterable<string> = []): Variables {
  // Windows does not tell capitals.
  const withheld = new Set([...SECRET_VARIABLES, ...named].map((name) => name.toUpperCase()));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.has(name.toUpperCase())));
}
