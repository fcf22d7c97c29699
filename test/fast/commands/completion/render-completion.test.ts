import { describe, expect, it } from 'vitest';
import { readTypedWords } from '../../../../src/commands/complete.ts';
import { renderCompletion } from '../../../../src/commands/completion-scripts.ts';

describe('renderCompletion', () => {
  it('keeps each candidate on a line of its own, whatever its description is', () => {
    const description = 'one\ntwo\tthree\u001b[31m "$(x)" `y` \'z\'';
    expect(renderCompletion({ kind: 'words', open: false, candidates: [{ value: 'a', description }] })).toBe(
      'words\na\tone two three "$(x)" `y` \'z\'\n',
    );
  });

  it.each(['$(x)', '`x`', "a'b", 'a"b', 'a;b', 'a\nb', 'a\tb', 'a\\b', 'a|b', 'a*', '~', '', 'ä'])(
    'leaves the value %j out',
    (value) => {
      expect(renderCompletion({ kind: 'words', open: true, candidates: [{ value, description: '' }] })).toBe(
        'open\n',
      );
    },
  );
});

describe('readTypedWords', () => {
  it.each([
    ['', [], ''],
    ['\0', [], ''],
    ['login\0', [], 'login'],
    ['login\0\0', ['login'], ''],
    ['login\0--out\0x', ['login'], '--out'],
    ['login\0lo\0\r\n', ['login'], 'lo'],
    ['"open\0', [], 'open'],
    ['"open"\0', [], 'open'],
    ["'open\0", [], 'open'],
    ['a\\ b\0', [], 'a b'],
    ['"a\\ b\0', [], 'a\\ b'],
  ])('reads %j', (text, before, current) => {
    expect(readTypedWords(text)).toEqual({ before, current });
  });
});
