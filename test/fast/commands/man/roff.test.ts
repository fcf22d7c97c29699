import { describe, expect, it } from 'vitest';
import { escapeRoff, item, literal, paragraph, subsection } from '../../../../src/commands/man/roff.ts';

describe('escapeRoff', () => {
  it.each([
    ['--no-color', '\\-\\-no\\-color'],
    ['a \\n escape', 'a \\(rsn escape'],
    ['.env', '\\&.env'],
    ["'quoted'", '\\(aqquoted\\(aq'],
    ['"double"', '\\(dqdouble\\(dq'],
    ['`x` ^ ~', '\\(gax\\(ga \\(ha \\(ti'],
    ['Singapore’s ZOË 陳', 'Singapore\\[u2019]s ZO\\[u00CB] \\[u9673]'],
    ['two\n.so /etc/passwd', 'two .so /etc/passwd'],
    ['\\fBnot bold', '\\(rsfBnot bold'],
  ])('%j', (text, expected) => {
    expect(escapeRoff(text)).toBe(expected);
  });
});

describe('blocks', () => {
  it('have no text that begins a request', () => {
    for (const block of [
      paragraph('.so x'),
      paragraph("'br"),
      item('.x', '.y'),
      literal("a\n.so x\n'br\n"),
    ]) {
      for (const line of block.split('\n')) expect(line).toMatch(/^(?:\.(?:PP|TP|nf|fi)$|[^.']|$)/);
    }
  });

  it('keep a title with quotes in one argument', () => {
    expect(subsection('a "b" c')).toBe('.SS "a \\(dqb\\(dq c"');
  });

  it('keep blanks where lines are shown as they are', () => {
    expect(literal('  a   b')).toBe('.PP\n.nf\n\\&  a   b\n.fi');
  });

  it('let long words be broken in prose, and not in what is to be copied', () => {
    const line = item('https://a.example/b', 'https://a.example/b');
    expect(line).toBe('.TP\n\\fBhttps://a.example/b\\fR\nhttps://\\:a.example/\\:b');
  });
});
