import { describe, expect, it } from 'vitest';
import { needleOf, occurrencesOf } from '../../../src/text/redact.ts';

describe('occurrencesOf', () => {
  it.each<[string, string, number[]]>([
    ['ab', '', []],
    ['ab', 'a', []],
    ['ab', 'ab', [0]],
    ['ab', 'xabxabab', [1, 4, 6]],
    ['aa', 'aaaaa', [0, 2]],
    ['aab', 'aaaab', [2]],
    ['abab', 'abababab', [0, 4]],
    ['abac', 'ababac', [2]],
    ['abcabd', 'abcabcabd', [3]],
    ['x', 'x', [0]],
  ])('%j in %j', (needle, text, expected) => {
    expect(occurrencesOf(needleOf(needle), text)).toEqual(expected);
  });

  it('finds what indexOf finds, in all texts of two letters', () => {
    const words = Array.from({ length: 256 }, (_, number) => number.toString(2).padStart(8, '0'));
    for (const needle of words.map((word) => word.slice(4)).concat(words.map((word) => word.slice(5)))) {
      const prepared = needleOf(needle);
      const missed = words.filter(
        (text) => (occurrencesOf(prepared, text)[0] ?? -1) !== text.indexOf(needle),
      );
      expect(missed).toEqual([]);
    }
  });
});
