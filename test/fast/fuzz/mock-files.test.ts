import fc from 'fast-check';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { registerClient } from '../../../src/mock/clients.ts';
import { claimValue, PERSONAS } from '../../../src/mock/personas.ts';
import { parseClients, parsePersonas } from '../../../src/mock/registration-files.ts';
import { createTestClient } from '../../../src/mock/test-credentials.ts';
import { isRecord, parseJson } from '../../../src/text/guards.ts';
import { toPrintable } from '../../../src/text/printable.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { UNPRINTABLE } from '../trace/sample-trace.ts';
import { fuzz, orRefusal } from './fuzz.ts';
import { changedJson } from './hostile-json.ts';
import { changedBytes, encoded } from './hostile-text.ts';

const SECRETS = new Map([['client secret', 'CANARY-secret/1+2']]);
const CLIENT = { ...createTestClient(['http://localhost:3000/cb']), clientSecret: 'CANARY-secret/1+2' };
const clients = fc.constantFrom<unknown>(
  CLIENT,
  [CLIENT, { ...CLIENT, clientId: 'OTHER', redirectUris: ['com.example.app:/cb'] }],
  [{ ...CLIENT, scopes: undefined }],
);

const PERSON = {
  id: 'my-person',
  name: 'MY PERSON',
  description: 'a test',
  data: { 'myinfo.email': 'a@example.com' },
};
const personas = fc.constantFrom<unknown>(
  PERSON,
  [PERSON, { id: 'bob', data: { 'myinfo.name': 'BOB', 'my.own-scope': 'x', constructor: 'y' } }],
  PERSONAS.slice(0, 2),
);

/** The entries of a list, or one alone, as `JSON.parse` reads them. */
function entriesOf(text: string): readonly Record<string, unknown>[] {
  return [parseJson(text.replace(/^\uFEFF/, ''))].flat().filter(isRecord);
}

fuzz(
  'the clients of a file are those that JSON.parse reads, and can all be registered, or are refused',
  { short: 30, long: 100_000 },
  fc.property(changedJson(clients), (text) => {
    const found = orRefusal(() => parseClients(text, 'clients.json'), /^ERR_FILE$/, SECRETS);
    if (found instanceof SgidError) return;
    expect(found).toMatchObject(entriesOf(text));
    expect(new Set(found.map(({ clientId }) => clientId)).size).toBe(found.length);
    for (const client of found) expect(registerClient(client)).toMatchObject({ clientId: client.clientId });
  }),
);

fuzz(
  'the personas of a file have the values that JSON.parse reads, or are refused',
  { short: 30, long: 100_000 },
  fc.property(changedJson(personas), (text) => {
    const found = orRefusal(() => parsePersonas(text, 'personas.json'), /^ERR_FILE$/, SECRETS);
    if (found instanceof SgidError) return;
    const entries = entriesOf(text);
    expect(found.personas.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    for (const [index, persona] of found.personas.entries()) {
      const data: unknown = entries[index]?.['data'];
      for (const [scope, value] of Object.entries(isRecord(data) ? data : {}))
        expect(claimValue(persona, scope)).toBe(value);
      expect([persona.id, persona.name].every((words) => typeof words === 'string' && words !== '')).toBe(
        true,
      );
    }
    for (const notice of found.notices) expect(notice).toBe(toPrintable(notice));
  }),
);

fuzz(
  'sgid mock personas lists those of any file beside the others, or refuses it',
  { short: 30, long: 100_000 },
  fc.asyncProperty(changedBytes(encoded(changedJson(personas))), async (bytes) => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', 'personas', '--personas', 'personas.json'], {
      files: { readSecretFile: async () => ({ bytes, readableByOthers: false }) },
    });
    expect([0, 3]).toContain(exitCode);
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    if (exitCode === 3) return;
    const listed: readonly { readonly id: string }[] = JSON.parse(stdout);
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(PERSONAS.map(({ id }) => id)));
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  }),
);
