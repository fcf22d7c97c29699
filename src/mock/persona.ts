import { OPENID_SCOPE, SCOPES } from '../sgid/scopes.ts';
import {
  checkUnique,
  type JsonNode,
  readEntries,
  readFields,
  readFilledText,
  readMembers,
  readText,
  report,
} from '../text/json-file.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { isScopeName } from './clients.ts';

/** A person who can log in to the mock. */
export interface Persona {
  /** Kebab-case, easy to type: it is the value of `--persona` and `login_hint`. */
  readonly id: string;
  readonly name: string;
  /** What makes this person worth testing with, in a few words. */
  readonly description?: string;
  /** Claim values by scope. A scope that is left out is served as `NA`. */
  readonly data: Readonly<Record<string, string>>;
}

/** What sgID sends for a value that it does not have. */
export const NOT_AVAILABLE = 'NA';

/** A persona's value for a scope. Only its own entries count: `constructor` is no claim. */
export function claimValue({ data }: Persona, scope: string): string {
  return (Object.hasOwn(data, scope) ? data[scope] : undefined) ?? NOT_AVAILABLE;
}

/** What a personas file holds. */
export interface PersonasReading {
  readonly personas: readonly Persona[];
  /** What may be a mistake: values for scopes that the catalogue does not know. */
  readonly notices: readonly string[];
}

const SHAPE =
  '[{"id": "my-person", "name": "MY PERSON", "description": "...", "data": {"myinfo.email": "me@example.com"}}]; ' +
  'name and description may be left out, and every value is text, as sgID sends it.';

const CLAIMS: readonly string[] = SCOPES.map(({ name }) => name).filter((name) => name !== OPENID_SCOPE);

/**
 * Reads a personas file: a JSON list of `{id, name?, description?, data}`. A name is the value of `myinfo.name`
 * as well unless `data` has one; without a name a person goes by `myinfo.name`, or else by the id.
 *
 * @param path For messages.
 * @throws SgidError `ERR_FILE` with the place of each problem, never a value.
 */
export function readPersonas(text: string, path: string): PersonasReading {
  const notices: string[] = [];
  const places = new Map<string, string>();
  const personas = readEntries({ text, path, shape: SHAPE }, (node) => {
    const field = readFields(node, ['id', 'name', 'description', 'data']);
    if (field === undefined) return undefined;
    const id = readId(field('id'), places);
    const name = readOptional(field('name'));
    const description = readOptional(field('description'));
    const claims = readMembers(field('data'));
    if (id === undefined || claims === undefined) return undefined;
    notices.push(...findUnknownClaims(claims).map((notice) => `${toPrintable(path)}: ${notice}`));
    return createPersona(id, name, description, readClaims(claims));
  });
  return { personas, notices };
}

/** The people of a file, followed by the built-in ones whose ids it does not take. */
export function mergePersonas(builtIn: readonly Persona[], own: readonly Persona[]): readonly Persona[] {
  const taken = new Set(own.map(({ id }) => id));
  return [...own, ...builtIn.filter(({ id }) => !taken.has(id))];
}

function readId(node: JsonNode, places: Map<string, string>): string | undefined {
  const id = readFilledText(node);
  if (id === undefined) return undefined;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    report(node, 'must be lower-case letters and digits joined by hyphens, for example wei-ming');
  }
  checkUnique(node, id, places);
  return id;
}

function readOptional(node: JsonNode): string | undefined {
  return node.value === undefined ? undefined : readFilledText(node);
}

function readClaims(members: ReadonlyMap<string, JsonNode>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...members].map(([name, node]) => {
      if (!isScopeName(name)) report(node, 'is no name that a client could ask for');
      return [name, readText(node) ?? ''];
    }),
  );
}

function findUnknownClaims(members: ReadonlyMap<string, JsonNode>): readonly string[] {
  return [...members]
    .filter(([name]) => !CLAIMS.includes(name))
    .map(([name, { place }]) => {
      const nearest = nearestName(name, CLAIMS);
      return `${place} is not in the catalogue${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
    });
}

function createPersona(
  id: string,
  name: string | undefined,
  description: string | undefined,
  claims: Readonly<Record<string, string>>,
): Persona {
  const data = name === undefined ? claims : { 'myinfo.name': name, ...claims };
  const known = data['myinfo.name'] ?? NOT_AVAILABLE;
  return {
    id,
    name: name ?? (known === NOT_AVAILABLE || known === '' ? id : known),
    ...(description === undefined ? {} : { description }),
    data,
  };
}
