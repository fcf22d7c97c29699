import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../../src/output/result.ts';

describe('renderJson', () => {
  it('indents by two, and ends with a newline', () => {
    expect(renderJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });

  it('spells what a terminal or a runner would obey, and stays the same document', () => {
    const document = { 'a\u202e': 'b\u001b[2J\u007f\u009b##[x\u200b\u2028', c: ['##[group]', '#', '[]'] };
    const text = renderJson(document);
    for (const control of ['\u202e', '\u001b', '\u007f', '\u009b', '\u200b', '\u2028', '##['])
      expect(text).not.toContain(control);
    expect(JSON.parse(text)).toEqual(document);
  });
});
