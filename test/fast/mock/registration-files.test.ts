import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { registerClient } from '../../../src/mock/clients.ts';
import { claimValue } from '../../../src/mock/personas.ts';
import { parseClients, parsePersonas } from '../../../src/mock/registration-files.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import { toPrintable } from '../../../src/text/printable.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

const personasOf = (content: unknown) => parsePersonas(JSON.stringify(content), 'personas.json');
const clientsOf = (content: unknown) => parseClients(JSON.stringify(content), 'clients.json');
const ALICE = {
  id: 'alice',
  name: 'ALICE',
  description: 'a test',
  data: { 'myinfo.email': 'a@example.com' },
};
const CLIENT = {
  clientId: 'APP-1a2b3c4d',
  clientSecret: 'CANARY-secret/+=',
  redirectUris: ['http://localhost:5001/api/redirect', 'com.example.app:/callback'],
  scopes: ['openid', 'myinfo.name'],
  publicKey: TEST_PUBLIC_KEY,
};

describe('a personas file', () => {
  const NO_FIELD = 'is not a field: use id, name, description, data';
  const NO_ID = 'must be lower-case letters and digits joined by hyphens, for example wei-ming';

  it('is a list, one person alone, and may have a byte order mark', () => {
    const alice = { ...ALICE, data: { 'myinfo.name': 'ALICE', 'myinfo.email': 'a@example.com' } };
    const both = personasOf([ALICE, { ...ALICE, id: 'bob-2' }]).personas;
    expect(both).toEqual([alice, { ...alice, id: 'bob-2' }]);
    const alone = parsePersonas(`\uFEFF${JSON.stringify(ALICE)}`, 'p.json');
    expect(alone).toEqual({ personas: [alice], notices: [] });
  });

  it.each([
    [{}, 'bob'],
    [{ 'myinfo.name': '' }, 'bob'],
    [{ 'myinfo.name': 'NA' }, 'bob'],
    [{ 'myinfo.name': 'BOB ONG' }, 'BOB ONG'],
  ])('calls a person without a name, with the data %j, %s', (data, name) => {
    expect(personasOf({ id: 'bob', data }).personas).toEqual([{ id: 'bob', name, data }]);
  });

  it('lets data overrule the name, and keeps every character of a value', () => {
    const value = 'a\r\nb\t"<&\u0000👩🏽‍💻[]';
    const data = { 'myinfo.name': 'NA', 'myinfo.email': value };
    expect(personasOf({ ...ALICE, data }).personas).toMatchObject([{ name: 'ALICE', data }]);
  });

  it('has twenty notices, and counts the rest', () => {
    const data = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`x${index}`, '1']));
    const { notices } = parsePersonas(JSON.stringify([{ id: 'a', data }]), 'p.json');
    expect([notices.length, notices.at(-1)]).toEqual([21, 'p.json: 5 more names are not in the catalogue']);
  });

  it('has notices of scopes that are not in the catalogue, and takes them, constructor too', () => {
    const data = { 'myinfo.nmae': 'A', 'other.scope': 'x', 'myinfo.sex': 'F', constructor: 'x' };
    const { personas, notices } = personasOf([{ id: 'a', data }]);
    expect(notices).toEqual([
      'personas.json: $[0].data["myinfo.nmae"] is not in the catalogue. Did you mean myinfo.name?',
      'personas.json: $[0].data["other.scope"] is not in the catalogue',
      'personas.json: $[0].data["constructor"] is not in the catalogue',
    ]);
    for (const person of personas) {
      expect([claimValue(person, 'constructor'), claimValue(person, 'toString')]).toEqual(['x', 'NA']);
    }
  });

  it.each<[string, string]>([
    ['', ' is not valid JSON (line 1, column 1)'],
    ['[\n  {"id": "a",}\n]', ' is not valid JSON (line 2, column 14)'],
    ['null', ': $ must be an object, got null'],
    ['"text"', ': $ must be an object, got text'],
    ['[]', ': $ must not be empty'],
    ['[[]]', ': $[0] must be an object, got a list'],
    ['[{"data":{}}]', ': $[0].id is missing'],
    ['{"id":"a"}', ': $.data is missing'],
    ['[{"id":7,"data":{}}]', ': $[0].id must be text, got a number'],
    ['[{"id":"","data":{}}]', ': $[0].id must not be empty'],
    ['[{"id":"a","data":[]}]', ': $[0].data must be an object, got a list'],
    ['[{"id":"a","name":null,"data":{}}]', ': $[0].name must be text, got null'],
    ['[{"id":"a","name":"","data":{}}]', ': $[0].name must not be empty'],
    ['[{"id":"a","description":[],"data":{}}]', ': $[0].description must be text, got a list'],
    ['[{"id":"a","descripton":"A","data":{}}]', ': $[0].descripton is not a field: use description'],
    ['[{"id":"a","colour":1,"data":{}}]', `: $[0].colour ${NO_FIELD}`],
    ['{"id":"a","__proto__":{},"data":{}}', `: $.__proto__ ${NO_FIELD}`],
    ['{"id":"a","constructor":{},"data":{}}', `: $.constructor ${NO_FIELD}`],
    ['{"id":"a","data":{"__proto__":"x"}}', ': $.data.__proto__ is not the name of a scope'],
    ['{"id":"a","data":{"a b":"x"}}', ': $.data["a b"] is not the name of a scope'],
    ['[{"id":"a","data":{"myinfo.sex":7}}]', ': $[0].data["myinfo.sex"] must be text, got a number'],
    ['[{"id":"a","data":{"myinfo.sex":[]}}]', ': $[0].data["myinfo.sex"] must be text, got a list'],
    ['[{"id":"a","data":{"myinfo.sex":false}}]', ': $[0].data["myinfo.sex"] must be text, got a boolean'],
    ['[{"id":"a","data":{"myinfo.sex":{}}}]', ': $[0].data["myinfo.sex"] must be text, got an object'],
    ['[{"id":"a","data":{}},{"id":"a","data":{}}]', ': $[1].id is the same as $[0].id'],
    ...['Wei-Ming', 'wei_ming', 'wei ming', '-a', 'a-', 'a--b', '../a', 'zoë', 'a\n'].map(
      (id): [string, string] => [JSON.stringify({ id, data: {} }), `: $.id ${NO_ID}`],
    ),
  ])('%s is refused', async (text, words) => {
    const error = await errorOf(() => parsePersonas(text, 'personas.json'));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', message: `personas.json${words}` });
    expect(error.hint).toContain('"data": {"myinfo.email": "me@example.com"}');
  });

  it('never has a value quoted, nor lets a name reach the terminal as it is', async () => {
    const text = '[{"id":"a","canary":1,"data":{"\\u001b[31m\\u202e":7,"myinfo.name":["CANARY"]}},"CANARY"]';
    const error = await errorOf(() => parsePersonas(text, 'a\u001b[31m.json'));
    expect(wordsOf(error)).not.toContain('CANARY');
    const lines = error.message.split('\n    ');
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.map((line) => toPrintable(line))).toEqual(lines);
    expect(wordsOf(await errorOf(() => parsePersonas('[{"id": CANARY}]', 'p')))).not.toContain('CANARY');
  });
});

describe('a client file', () => {
  it('refuses two thousand clients, and finds twins among many in linear time', async () => {
    const many = (count: number) => JSON.stringify(Array(count).fill({ clientId: 'a' }));
    await expect(async () => parseClients(many(2_000), 'c.json')).rejects.toThrow('more than 1000 items');
    await expectLinearTime(50_000, (size) => expect(() => parseClients(many(size), 'c.json')).toThrow());
  });

  it('is a list, or one client alone, that registration takes', () => {
    const other = { ...CLIENT, clientId: 'APP-2', publicKey: TEST_PRIVATE_KEY };
    expect(clientsOf([CLIENT, other])).toEqual([CLIENT, other]);
    expect(clientsOf(CLIENT)).toEqual([CLIENT]);
    for (const client of clientsOf([CLIENT, other])) expect(() => registerClient(client)).not.toThrow();
  });

  it('gives a client without scopes the whole catalogue', () => {
    const { scopes: _, ...rest } = CLIENT;
    expect(clientsOf(rest)[0]?.scopes).toEqual(SCOPES.map(({ name }) => name));
  });

  const PEM = { type: 'spki', format: 'pem' } as const;
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(PEM);
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(PEM);
  const NO_URI = 'must be an absolute URI without a fragment';
  const NO_SCOPE = 'must be the name of one scope, for example myinfo.name';

  it.each<[string, unknown, string]>([
    ['no object', 'CANARY', '$ must be an object, got text'],
    ['an empty list', [], '$ must not be empty'],
    ['no id', { clientId: undefined }, '$.clientId is missing'],
    ['an empty id', { clientId: '' }, '$.clientId must not be empty'],
    ['a numeric secret', { clientSecret: 12 }, '$.clientSecret must be text, got a number'],
    ['an empty secret', [{ ...CLIENT, clientSecret: '' }], '$[0].clientSecret must not be empty'],
    ['no redirect URIs', { redirectUris: undefined }, '$.redirectUris is missing'],
    ['one redirect URI as text', { redirectUris: 'x' }, '$.redirectUris must be a list, got text'],
    ['an empty list of redirect URIs', { redirectUris: [] }, '$.redirectUris must not be empty'],
    ['a relative redirect URI', { redirectUris: ['http://x/', '/CANARY'] }, `$.redirectUris[1] ${NO_URI}`],
    ['a redirect URI with a fragment', { redirectUris: ['http://x/#x'] }, `$.redirectUris[0] ${NO_URI}`],
    ['a numeric redirect URI', { redirectUris: [7] }, '$.redirectUris[0] must be text, got a number'],
    ['scopes as text', { scopes: 'openid' }, '$.scopes must be a list, got text'],
    ['scopes without openid', { scopes: ['myinfo.name'] }, '$.scopes must hold openid'],
    ['two scopes in one text', { scopes: ['openid', 'openid a'] }, `$.scopes[1] ${NO_SCOPE}`],
    ['the scope __proto__', { scopes: ['openid', '__proto__'] }, `$.scopes[1] ${NO_SCOPE}`],
    ['no key', { publicKey: undefined }, '$.publicKey is missing'],
    ['an unreadable key', { publicKey: 'CANARY' }, '$.publicKey is not a public key in PEM'],
    ['a small key', { publicKey: small }, '$.publicKey is not an RSA key of at least 2048 bits'],
    ['a key that is not RSA', { publicKey: curve }, '$.publicKey is not an RSA key of at least 2048 bits'],
    ['a misspelt field', { scope: ['openid'] }, '$.scope is not a field: use scopes'],
    ['two clients with one id', [CLIENT, CLIENT], '$[1].clientId is the same as $[0].clientId'],
  ])('with %s is refused', async (_what, change, problem) => {
    const isChange = typeof change === 'object' && !Array.isArray(change);
    const error = await errorOf(() => clientsOf(isChange ? { ...CLIENT, ...change } : change));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', message: `clients.json: ${problem}` });
    expect(error.hint).toContain('"clientSecret": "..."');
    expect(wordsOf(error)).not.toContain('CANARY');
  });

  it('has every problem named at once', async () => {
    const { message } = await errorOf(() => clientsOf([{ ...CLIENT, clientId: '', scopes: [] }, 7]));
    expect(message.split('\n    ')).toEqual([
      'clients.json has 3 problems:',
      '$[0].clientId must not be empty',
      '$[0].scopes must not be empty',
      '$[1] must be an object, got a number',
    ]);
  });
});
