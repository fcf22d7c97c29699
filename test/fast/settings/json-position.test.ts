import { describe, expect, it } from 'vitest';
import { parseJsonAt } from '../../../src/text/json-file.ts';

describe('parseJsonAt', () => {
  it.each(['{}', '"\u2028"', ' [1, {"a": null}]\n'])('parses %j', (text) => {
    expect(parseJsonAt(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each([
    ['', 1, 1],
    ['{', 1, 2],
    ['abc', 1, 1],
    ['{"a": tru}', 1, 10],
    ['[1,]', 1, 4],
    ['[1 2]', 1, 4],
    ['01', 1, 2],
    ['{"a": 1}}', 1, 9],
    ['{"a":\n\n  nope}', 3, 4],
    ['{"a": "b\nc"}', 1, 9],
    ['"\\x"', 1, 3],
    ['{"a": 1,\r\n "b" 2}', 2, 6],
    [`[${'1,'.repeat(100)}]`, 1, 202],
    [`${'['.repeat(200_000)}x`, 1, 200_001],
  ])('tells where %j breaks', (text, line, column) => {
    expect(parseJsonAt(text)).toEqual({ ok: false, position: ` (line ${line}, column ${column})` });
  });

  it('counts from the beginning of the file', () => {
    expect(parseJsonAt('{x}', 'NAME=1\nJSON=')).toEqual({ ok: false, position: ' (line 2, column 7)' });
  });
});
