import type { Environment } from '../system/environment.ts';
import { FIELD_NAMES, FIELDS, type FieldName } from './fields.ts';

/**
 * The variables for a program that is started: all but those that hold secrets of ours.
 *
 * @param named Variables that a profile names for its secrets.
 */
export function withoutSecrets(env: Environment, named: Iterable<string> = []): Environment {
  return without([...variablesOf((name) => FIELDS[name].secret === true), ...named], env);
}

/** The variables for a program that gets the credentials of another client and provider. */
export function withoutCredentials(env: Environment): Environment {
  return without([...variablesOf((name) => name !== 'scope'), 'SGID_PROFILE'], env);
}

function variablesOf(isMeant: (field: FieldName) => boolean): readonly string[] {
  return FIELD_NAMES.filter(isMeant).flatMap((name) => FIELDS[name].env);
}

function without(names: readonly string[], env: Environment): Environment {
  // On Windows, names of variables have no case.
  const withheld = new Set(names.map((name) => name.toUpperCase()));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.has(name.toUpperCase())));
}
