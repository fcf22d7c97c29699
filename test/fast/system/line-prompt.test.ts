import { describe, expect, it } from 'vitest';
import { drawRow } from '../../../src/system/line-prompt.ts';

const CLEAR = '\r\u001b[K';

describe('drawRow', () => {
  it.each([
    ['the prompt alone', ['Paste: ', '', 0, 20], 'Paste: '],
    ['what has been typed', ['Paste: ', 'abc', 3, 20], 'Paste: abc'],
    ['the cursor where it is', ['Paste: ', 'abc', 1, 20], 'Paste: abc\u001b[2D'],
    ['what fits exactly', ['Paste: ', 'abc', 3, 10], 'Paste: abc'],
    ['the beginning of a prompt that does not fit', ['Paste it here: ', '', 0, 10], 'Paste it …'],
    ['the end of what does not fit', ['Paste: ', 'abcdef', 6, 10], '…e: abcdef'],
    ['the cursor no further left than the row', ['Paste: ', 'abcdefghijkl', 0, 10], '…defghijkl\u001b[10D'],
    ['a question mark for what is not ASCII', ['', 'é\u001b[2J陳', 6, 20], '??[2J?'],
  ] as const)('draws %s', (_name, [text, line, cursor, width], expected) => {
    expect(drawRow(text, line, cursor, width)).toBe(CLEAR + expected);
  });
});
