import * as v from 'valibot';
import { findUnknownScopes, OPENID_SCOPE, SCOPE_NAMES } from '../sgid/scopes.ts';
import { isRecord } from '../text/guards.ts';
import { fields, filledList, filledText, namedTexts, parseJsonFile } from '../text/json.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { isRedirectUri, isScopeName, type MockClient, parsePublicKey } from './clients.ts';
import { NOT_AVAILABLE, type Persona } from './personas.ts';

const PERSONAS_HINT =
  'Fix the file. It holds [{"id": "my-person", "name": "MY PERSON", "description": "...", "data": {"myinfo.email": "me@example.com"}}]; ' +
  'name and description are optional, and every value is text, as sgID sends it.';

const CLIENTS_HINT =
  'Fix the file. It holds [{"clientId": "...", "clientSecret": "...", "redirectUris": ["http://localhost:5001/api/redirect"], ' +
  '"scopes": ["openid", "myinfo.name"], "publicKey": "-----BEGIN PUBLIC KEY-----\\n..."}]; ' +
  'without scopes a client may ask for all of them.';

const PERSONA = fields({
  id: v.pipe(
    filledText,
    v.regex(
      /^([a-z0-9]+(-[a-z0-9]+)*)?$/,
      'must be lower-case letters and digits joined by hyphens, for example wei-ming',
    ),
  ),
  name: v.exactOptional(filledText),
  description: v.exactOptional(filledText),
  data: namedTexts(v.string(), (name) => (isScopeName(name) ? undefined : 'is not the name of a scope')),
});

const CLIENT = fields({
  clientId: filledText,
  clientSecret: filledText,
  redirectUris: filledList(
    v.pipe(v.string(), v.check(isRedirectUri, 'must be an absolute URI without a fragment')),
  ),
  scopes: v.exactOptional(
    v.pipe(
      filledList(
        v.pipe(v.string(), v.check(isScopeName, 'must be the name of one scope, for example myinfo.name')),
      ),
      v.check((scopes) => scopes.length === 0 || scopes.includes(OPENID_SCOPE), 'must hold openid'),
    ),
    () => [...SCOPE_NAMES],
  ),
  publicKey: v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      const { problem } = dataset.typed ? parsePublicKey(dataset.value) : {};
      if (problem !== undefined) addIssue({ message: problem });
    }),
  ),
});

const MOST_NOTICES = 20;

/**
 * A name is the value of `myinfo.name` as well unless `data` has one; without a name a person goes by `myinfo.name`,
 * or else by the id. The notices are of scopes that the catalogue does not know.
 */
export function parsePersonas(text: string, path: string) {
  const entries = parseJsonFile(listOrOne(PERSONA, 'id'), { text, path, hint: PERSONAS_HINT });
  const isList = /^\s*\[/.test(text);
  const unknown = entries.flatMap(({ data }, index) =>
    findUnknownScopes(Object.keys(data)).map((scope) => ({ scope, owner: isList ? `$[${index}]` : '$' })),
  );
  const notices = unknown.slice(0, MOST_NOTICES).map(({ scope, owner }) => {
    const place = `${toPrintable(path)}: ${owner}.data[${JSON.stringify(scope)}]`;
    const meant = didYouMean(scope, SCOPE_NAMES);
    return `${place} is not in the catalogue${meant ? `. ${meant}` : ''}`;
  });
  const more = unknown.length - notices.length;
  if (more > 0) notices.push(`${toPrintable(path)}: ${more} more names are not in the catalogue`);
  const personas = entries.map(({ id, name, description, data }): Persona => {
    const known = data['myinfo.name'] ?? NOT_AVAILABLE;
    return {
      id,
      name: name ?? (known === NOT_AVAILABLE || known === '' ? id : known),
      ...(description === undefined ? {} : { description }),
      data: name === undefined ? data : { 'myinfo.name': name, ...data },
    };
  });
  return { personas, notices };
}

export function parseClients(text: string, path: string): readonly MockClient[] {
  return parseJsonFile(listOrOne(CLIENT, 'clientId'), { text, path, hint: CLIENTS_HINT });
}

/** A list of such entries, no two of which have the same `idField`, or one of them alone. */
function listOrOne<T>(entry: v.GenericSchema<unknown, T>, idField: string): v.GenericSchema<unknown, T[]> {
  const list = v.pipe(
    filledList(entry),
    v.rawCheck(({ dataset, addIssue }) => {
      const input: unknown = dataset.value;
      if (!Array.isArray(input)) return;
      const ids = input.map((item: unknown) => (isRecord(item) ? item[idField] : undefined));
      const seen = new Map<unknown, number>();
      for (const [index, id] of ids.entries()) {
        const first = seen.get(id);
        if (first === undefined) seen.set(id, index);
        if (typeof id !== 'string' || first === undefined) continue;
        const item = { type: 'array', origin: 'value', input, key: index, value: input[index] } as const;
        const owner = input[index];
        const field = { type: 'object', origin: 'value', input: owner, key: idField, value: id } as const;
        addIssue({ message: `is the same as $[${first}].${idField}`, path: [item, field] });
      }
    }),
  );
  const one = v.pipe(
    entry,
    v.transform((only) => [only]),
  );
  return v.lazy((input): v.GenericSchema<unknown, T[]> => (Array.isArray(input) ? list : one));
}
