import { describe, expect, it } from 'vitest';
import { claimValue } from '../../../src/mock/personas.ts';
import { parsePersonas } from '../../../src/mock/registration-files.ts';
import { toPrintable } from '../../../src/text/printable.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const read = (text: string) => parsePersonas(text, 'personas.json');
const ALICE = {
  id: 'alice',
  name: 'ALICE',
  description: 'a test',
  data: { 'myinfo.email': 'a@example.com' },
};

describe('parsePersonas', () => {
  it('reads a list, one person alone, and a file with a byte order mark', () => {
    const alice = { ...ALICE, data: { 'myinfo.name': 'ALICE', 'myinfo.email': 'a@example.com' } };
    expect(read(JSON.stringify([ALICE, { ...ALICE, id: 'bob-2' }])).personas).toEqual([
      alice,
      { ...alice, id: 'bob-2' },
    ]);
    expect(read(`\uFEFF${JSON.stringify(ALICE)}`)).toEqual({ personas: [alice], notices: [] });
  });

  it.each([
    [{}, 'bob'],
    [{ 'myinfo.name': '' }, 'bob'],
    [{ 'myinfo.name': 'NA' }, 'bob'],
    [{ 'myinfo.name': 'BOB ONG' }, 'BOB ONG'],
  ])('calls a person without a name, with the data %j, %s', (data, name) => {
    expect(read(JSON.stringify({ id: 'bob', data })).personas).toEqual([{ id: 'bob', name, data }]);
  });

  it('lets data overrule the name', () => {
    const [alice] = read(JSON.stringify({ ...ALICE, data: { 'myinfo.name': 'NA' } })).personas;
    expect(alice).toMatchObject({ name: 'ALICE', data: { 'myinfo.name': 'NA' } });
  });

  it('keeps every character of a value', () => {
    const value = 'a\r\nb\t"<&\u0000👩🏽‍💻[]';
    const [person] = read(JSON.stringify({ id: 'a', data: { 'myinfo.email': value } })).personas;
    expect(person?.data['myinfo.email']).toBe(value);
  });

  it('notices a scope that is not in the catalogue, and takes it', () => {
    const reading = read('[{"id":"a","data":{"myinfo.nmae":"A","other.scope":"x","myinfo.sex":"F"}}]');
    expect(reading.notices).toEqual([
      'personas.json: $[0].data["myinfo.nmae"] is not in the catalogue; did you mean myinfo.name?',
      'personas.json: $[0].data["other.scope"] is not in the catalogue',
    ]);
    expect(reading.personas[0]?.data).toMatchObject({ 'myinfo.nmae': 'A' });
  });

  it('takes constructor as a scope like any other', () => {
    const [person] = read('{"id":"a","data":{"constructor":"x"}}').personas;
    expect(person === undefined ? '' : claimValue(person, 'constructor')).toBe('x');
    expect(person === undefined ? '' : claimValue(person, 'toString')).toBe('NA');
  });
});

describe('a personas file that is refused', () => {
  it.each<[string, string]>([
    ['', 'personas.json is not valid JSON (line 1, column 1)'],
    ['[\n  {"id": "a",}\n]', 'personas.json is not valid JSON (line 2, column 14)'],
    ['null', 'personas.json: $ must be an object, got null'],
    ['"text"', 'personas.json: $ must be an object, got text'],
    ['[]', 'personas.json: $ must not be empty'],
    ['[[]]', 'personas.json: $[0] must be an object, got a list'],
    ['[{"data":{}}]', 'personas.json: $[0].id is missing'],
    ['{"id":"a"}', 'personas.json: $.data is missing'],
    ['[{"id":7,"data":{}}]', 'personas.json: $[0].id must be text, got a number'],
    ['[{"id":"","data":{}}]', 'personas.json: $[0].id must not be empty'],
    ['[{"id":"a","data":[]}]', 'personas.json: $[0].data must be an object, got a list'],
    ['[{"id":"a","name":null,"data":{}}]', 'personas.json: $[0].name must be text, got null'],
    ['[{"id":"a","name":"","data":{}}]', 'personas.json: $[0].name must not be empty'],
    ['[{"id":"a","description":[],"data":{}}]', 'personas.json: $[0].description must be text, got a list'],
    [
      '[{"id":"a","descripton":"A","data":{}}]',
      'personas.json: $[0].descripton is no field: use description',
    ],
    [
      '[{"id":"a","colour":1,"data":{}}]',
      'personas.json: $[0].colour is no field: use id, name, description, data',
    ],
    [
      '[{"id":"a","__proto__":{"data":{}},"data":{}}]',
      'personas.json: $[0].__proto__ is no field: use id, name, description, data',
    ],
    [
      '[{"id":"a","data":{"__proto__":"x"}}]',
      'personas.json: $[0].data.__proto__ is no name that a client could ask for',
    ],
    [
      '[{"id":"a","data":{"a b":"x"}}]',
      'personas.json: $[0].data["a b"] is no name that a client could ask for',
    ],
    [
      '[{"id":"a","data":{}},{"id":"b","data":{}},{"id":"c","data":{"myinfo.vehicles":7}}]',
      'personas.json: $[2].data["myinfo.vehicles"] must be text, got a number',
    ],
    [
      '[{"id":"a","data":{"myinfo.vehicles":[]}}]',
      'personas.json: $[0].data["myinfo.vehicles"] must be text, got a list',
    ],
    [
      '[{"id":"a","data":{"myinfo.sex":false}}]',
      'personas.json: $[0].data["myinfo.sex"] must be text, got a boolean',
    ],
    [
      '[{"id":"a","data":{"myinfo.sex":{}}}]',
      'personas.json: $[0].data["myinfo.sex"] must be text, got an object',
    ],
    ['[{"id":"a","data":{}},{"id":"a","data":{}}]', 'personas.json: $[1].id is the same as $[0].id'],
  ])('%s', async (text, message) => {
    const error = await errorOf(() => read(text));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', message });
    expect(error.hint).toContain('"data": {"myinfo.email": "me@example.com"}');
  });

  it.each(['Wei-Ming', 'wei_ming', 'wei ming', '-a', 'a-', 'a--b', '../a', 'zoë', 'a\n'])(
    'the id %j',
    async (id) => {
      expect((await errorOf(() => read(JSON.stringify({ id, data: {} })))).message).toContain(
        '$.id must be lower-case letters and digits joined by hyphens, for example wei-ming',
      );
    },
  );

  it('lists ten problems at once and counts the rest', async () => {
    const people = Array.from({ length: 6 }, () => ({ id: 7, data: null }));
    const { message } = await errorOf(() => read(JSON.stringify(people)));
    expect(message.split('\n    ')).toEqual([
      'personas.json has 12 problems:',
      ...[0, 1, 2, 3, 4].flatMap((index) => [
        `$[${index}].id must be text, got a number`,
        `$[${index}].data must be an object, got null`,
      ]),
      'and 2 more',
    ]);
  });

  it('never quotes a value, nor lets a name reach the terminal as it is', async () => {
    const text = '[{"id":"a","canary":1,"data":{"\\u001b[31m\\u202e":7,"myinfo.name":["CANARY"]}},"CANARY"]';
    const error = await errorOf(() => parsePersonas(text, 'a\u001b[31m.json'));
    expect(wordsOf(error)).not.toContain('CANARY');
    expect(error.message).toBe(
      toPrintable(error.message.replaceAll('\n    ', '|')).replaceAll('|', '\n    '),
    );
    expect(wordsOf(await errorOf(() => read('[{"id": CANARY}]')))).not.toContain('CANARY');
  });
});
