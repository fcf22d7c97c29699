import { describe, expect, it } from 'vitest';
import {
  checkUnique,
  type JsonNode,
  readEntries,
  readFields,
  readFilledText,
  readList,
  readMembers,
  readText,
  report,
} from '../../../src/text/json-file.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const SHAPE = '[{"id": "..."}]';

function read<T>(text: string, readEntry: (node: JsonNode) => T | undefined, path = 'a.json'): readonly T[] {
  return readEntries({ text, path, shape: SHAPE }, readEntry);
}

describe('readEntries', () => {
  it('reads a list, one entry alone, and a file with a byte order mark', () => {
    expect(read('["a", "b"]', readText)).toEqual(['a', 'b']);
    expect(read('"a"', readText)).toEqual(['a']);
    expect(read('\uFEFF["a"]', readText)).toEqual(['a']);
  });

  it.each([
    ['', 'a.json is not valid JSON (line 1, column 1)'],
    ['["a",\n {"b": 1,}]', 'a.json is not valid JSON (line 2, column 10)'],
    ['[]', 'a.json: $ must not be empty'],
    ['[["a"]]', 'a.json: $[0] must be text, got a list'],
    ['null', 'a.json: $ must be text, got null'],
  ])('refuses %j', async (text, message) => {
    const error = await errorOf(() => read(text, readText));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', message });
    expect(error.hint).toBe(`Fix the file. It holds ${SHAPE}`);
  });

  it('refuses the whole file for one entry, after it looked at all of them', async () => {
    const seen: unknown[] = [];
    const readEntry = (node: JsonNode): string | undefined => {
      seen.push(node.value);
      return readText(node);
    };
    expect((await errorOf(() => read('["a", 7, "b"]', readEntry))).message).toBe(
      'a.json: $[1] must be text, got a number',
    );
    expect(seen).toEqual(['a', 7, 'b']);
  });

  it('lists ten problems and counts the rest', async () => {
    const { message } = await errorOf(() => read(JSON.stringify(Array(12).fill(7)), readText));
    const lines = message.split('\n    ');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([12, 'a.json has 12 problems:', 'and 2 more']);
  });

  it('quotes no value, and lets no name or path reach the terminal as it is', async () => {
    const text = '{"\\u001b[31m\\u202e": "CANARY", "id": ["CANARY"]}';
    const readEntry = (node: JsonNode): void => {
      for (const member of readMembers(node)?.values() ?? []) readList(member);
    };
    const error = await errorOf(() => read(text, readEntry, 'a\u001b[31m.json'));
    expect(wordsOf(error)).not.toContain('CANARY');
    expect(error.message).toBe('a.json: $[""] must be a list, got text');
    expect(wordsOf(await errorOf(() => read('[CANARY]', readText)))).not.toContain('CANARY');
  });
});

describe('the fields of an object', () => {
  const readIds = (text: string): readonly (string | undefined)[] => {
    const places = new Map<string, string>();
    return read(text, (node) => {
      const field = readFields(node, ['id', 'name']);
      const id = field && readFilledText(field('id'));
      if (id !== undefined && field) checkUnique(field('id'), id, places);
      return id;
    });
  };

  it.each([
    ['{"name": "a"}', '$.id is missing'],
    ['{"id": ""}', '$.id must not be empty'],
    ['{"id": "a", "nam": 1}', '$.nam is no field: use name'],
    ['{"id": "a", "colour": 1}', '$.colour is no field: use id, name'],
    ['{"id": "a", "__proto__": {"name": "b"}}', '$.__proto__ is no field: use id, name'],
    ['{"__proto__": {"id": "a"}, "name": "b"}', '$.__proto__ is no field: use id, name'],
    ['{"id": "a", "con structor": 1}', '$["con structor"] is no field: use id, name'],
    ['[{"id": "a"}, {"id": "b"}, {"id": "a"}]', '$[2].id is the same as $[0].id'],
    ['"id"', '$ must be an object, got text'],
  ])('refuses %s', async (text, problem) => {
    expect((await errorOf(() => readIds(text))).message).toContain(problem);
  });

  it('are not inherited', async () => {
    const readInherited = (node: JsonNode): unknown => {
      const field = readFields(node, ['constructor']);
      return field && readText(field('constructor'));
    };
    expect((await errorOf(() => read('{}', readInherited))).message).toBe('a.json: $.constructor is missing');
  });

  it('may have problems of their own', async () => {
    const readEntry = (node: JsonNode): void => report(node, 'is odd');
    expect((await errorOf(() => read('[1]', readEntry))).message).toBe('a.json: $[0] is odd');
  });
});
