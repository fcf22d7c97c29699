import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { fields, filledList, filledText, list, parseJsonAt, parseJsonFile } from '../../../src/text/json.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const HINT = 'Fix the file. It holds {"id": "..."}';

const parse = <T>(schema: v.GenericSchema<unknown, T>, text: string, path = 'a.json'): T =>
  parseJsonFile(schema, { text, path, hint: HINT });

const PERSON = fields({
  id: filledText,
  name: v.optional(v.string()),
  tags: v.optional(filledList(v.string())),
});

describe('parseJsonFile', () => {
  it.each(['{"id": "a"}', '\uFEFF{"id": "a", "tags": ["x"]}'])('takes %j', (text) => {
    expect(parse(PERSON, text)).toMatchObject({ id: 'a' });
  });

  it.each([
    ['', 'is not valid JSON (line 1, column 1)'],
    ['{"id": "a",\n "name": b}', 'is not valid JSON (line 2, column 10)'],
    ['[1]', '$ must be an object, got a list'],
    ['null', '$ must be an object, got null'],
    ['{"name": "a"}', '$.id is missing'],
    ['{"id": ""}', '$.id must not be empty'],
    ['{"id": 7}', '$.id must be text, got a number'],
    ['{"id": "a", "tags": "x"}', '$.tags must be a list, got text'],
    ['{"id": "a", "tags": ["x", true]}', '$.tags[1] must be text, got a boolean'],
    ['{"id": "a", "nam": 1}', '$.nam is not a field: use name'],
    ['{"id": "a", "colour": 1}', '$.colour is not a field: use id, name, tags'],
    ['{"id": "a", "__proto__": {"name": "b"}}', '$.__proto__ is not a field: use id, name, tags'],
    ['{"id": "a", "constructor": 1}', '$.constructor is not a field: use id, name, tags'],
    ['{"__proto__": {"id": "a"}, "name": "b"}', '$.__proto__ is not a field'],
    ['{"id": "a", "con structor": 1}', '$["con structor"] is not a field'],
  ])('refuses %s', async (text, problem) => {
    const error = await errorOf(() => parse(PERSON, text));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', hint: HINT });
    expect(error.message).toContain('a.json');
    expect(error.message).toContain(problem);
  });

  it('lists ten problems and counts the rest', async () => {
    const { message } = await errorOf(() => parse(v.array(v.string()), JSON.stringify(Array(12).fill(7))));
    const lines = message.split('\n    ');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([12, 'a.json has 12 problems:', 'and 2 more']);
  });

  it('looks at no item of a list that is too long', async () => {
    let looked = 0;
    const item = v.custom(() => {
      looked += 1;
      return true;
    });
    const parseItems = (count: number) => parse(list(item, 3), JSON.stringify(Array(count).fill(7)));
    const { message } = await errorOf(() => parseItems(4));
    expect([message, looked]).toEqual(['a.json: $ must not have more than 3 items', 0]);
    expect([parseItems(3).length, looked]).toEqual([3, 3]);
  });

  it('quotes no value, and lets no name or path reach the terminal as it is', async () => {
    const text = '{"\\u001b[31m\\u202e": "CANARY", "id": ["CANARY"], "name": {"CANARY": 1}}';
    const error = await errorOf(() => parse(PERSON, text, 'a\u001b[31m.json'));
    expect(wordsOf(error)).not.toMatch(/CANARY|\u202e/);
    expect(wordsOf(error)).not.toContain('\u001b');
    expect(wordsOf(await errorOf(() => parse(PERSON, '[CANARY]')))).not.toContain('CANARY');
  });
});

describe('parseJsonAt', () => {
  it.each(['{}', '"\u2028"', ' [1, {"a": null}]\n'])('parses %j', (text) => {
    expect(parseJsonAt(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each([
    ['{', 1, 2],
    ['abc', 1, 1],
    ['{"a": tru}', 1, 7],
    ['[1,]', 1, 4],
    ['01', 1, 2],
    ['{"a": 1}}', 1, 9],
    ['{"a":\n\n  nope}', 3, 3],
    ['{"a": "b\nc"}', 1, 7],
    ['"\\x"', 1, 1],
    ['// x\n{}', 1, 1],
    ['{"a": 1,\r\n "b" 2}', 2, 6],
    [`[${'1,'.repeat(100)}]`, 1, 202],
  ])('says where %j breaks', (text, line, column) => {
    expect(parseJsonAt(text)).toEqual({ ok: false, position: ` (line ${line}, column ${column})` });
  });
});
