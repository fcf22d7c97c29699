import { describe, expect, it } from 'vitest';
import {
  breakCommands,
  holdsCommand,
  stripControls,
  stripLines,
  stripStrays,
  toPrintable,
} from '../../../src/text/printable.ts';

describe('stripControls', () => {
  it.each([
    ['a colour', 'a\u001b[31mb\u001b[0mc', 'abc'],
    ['a cursor movement', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['a private CSI', 'a\u001b[?25lb', 'ab'],
    ['a title (OSC ended by BEL)', 'a\u001b]0;evil\u0007b', 'ab'],
    ['a link (OSC ended by ST)', 'a\u001b]8;;http://evil.test\u001b\\b', 'ab'],
    ['an OSC that never ends', 'a\u001b]0;evil', 'a'],
    ['a DCS', 'a\u001bPq#0\u001b\\b', 'ab'],
    ['an APC', 'a\u001b_x\u001b\\b', 'ab'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['a character set', 'a\u001b(0b', 'ab'],
    ['ESC at the end', 'a\u001b', 'a'],
    ['a sequence inside a sequence', 'a\u001b[\u001b[31mb', 'ab'],
    ['line breaks and tabs', 'a\r\n\tb', 'ab'],
    ['line and paragraph separators', 'a\u2028\u2029b', 'ab'],
    ['a byte order mark', '\ufeffab', 'ab'],
  ])('takes out %s', (_name, text, expected) => {
    expect(stripControls(text)).toBe(expected);
  });

  it.each([
    ['C0', 0x00, 0x1f],
    ['DEL and C1', 0x7f, 0x9f],
    ['bidi marks', 0x200e, 0x200f],
    ['bidi embeddings and overrides', 0x202a, 0x202e],
    ['bidi isolates', 0x2066, 0x2069],
    ['the Arabic letter mark', 0x061c, 0x061c],
    ['zero-width characters', 0x200b, 0x200d],
    ['line and paragraph separators', 0x2028, 0x2029],
    ['invisible operators', 0x2060, 0x206f],
    ['the soft hyphen', 0x00ad, 0x00ad],
    ['the grapheme joiner', 0x034f, 0x034f],
    ['the fillers of Hangul', 0x115f, 0x1160],
    ['one more', 0x3164, 0x3164],
    ['its half-width form', 0xffa0, 0xffa0],
    ['the vowels of Khmer that no font shows', 0x17b4, 0x17b5],
    ['Mongolian selectors', 0x180b, 0x180f],
    ['the blank of Braille', 0x2800, 0x2800],
    ['variation selectors', 0xfe00, 0xfe0f],
    ['more of them', 0xe0100, 0xe01ef],
    ['interlinear annotations', 0xfff9, 0xfffb],
    ['formats of shorthand', 0x1bca0, 0x1bca3],
    ['formats of music', 0x1d173, 0x1d17a],
    ['tags', 0xe0000, 0xe007f],
  ])('takes out all of %s', (_name, first, last) => {
    for (let code = first; code <= last; code += 1)
      expect(stripControls(`a${String.fromCodePoint(code)}`), code.toString(16)).toBe('a');
  });

  it('leaves no control however they are nested', () => {
    const pieces = ['\u001b', '[', ']', '3', 'm', '\u0007', '\\', '\u009b', 'P', '\u0000', '(', ' '];
    for (let seed = 0; seed < 20_000; seed += 1) {
      let rest = seed * 7919;
      let text = '';
      for (let index = 0; index < 8; index += 1) {
        text += pieces[rest % pieces.length];
        rest = Math.floor(rest / pieces.length) + seed;
      }
      expect(stripControls(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it.each(['陈伟明', 'முருகன்', 'é à ü', 'A😀B', '<html>&amp;', "O'Brien", 'a  b'])(
    'leaves %j alone',
    (text) => {
      expect(stripControls(text)).toBe(text);
    },
  );
});

it.each([
  ['line breaks, tabs and colours', '\u001b[1;31ma\u001b[39m\n\tb', '\u001b[1;31ma\u001b[39m\n\tb'],
  ['and nothing else', 'a\r\u0085\u001b[2J\u{e0041}b\u001b[31', 'ab31'],
  ['and what comes behind a sequence that never ends', 'a\u001b]0;evil\nb', 'a\nb'],
])('a text of ours keeps %s', (_name, text, expected) => {
  expect(stripStrays(text)).toBe(expected);
});

it('lines of others stay lines', () => {
  expect(stripLines('a\u001b[31m\r\n\n\tb\u0085c')).toBe('a\n\nbc');
});

describe('toPrintable', () => {
  it('folds white space into single spaces, so that a reply stays on one line', () => {
    expect(toPrintable('  a\r\nerror: fake\t\tb   c \n')).toBe('a error: fake b c');
  });

  it.each([
    ['ASCII', 'x', 1],
    ['two bytes', 'é', 2],
    ['three bytes', '陈', 3],
    ['four bytes', '😀', 4],
    ['a lone surrogate', '\ud83d', 3],
  ])('cuts beyond 2 kB on a character boundary: %s', (_name, unit, bytes) => {
    const most = unit.repeat(Math.floor(2048 / bytes));
    expect(toPrintable(most)).toBe(most);
    const cut = toPrintable(`${most}x`.repeat(2));
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(2048);
    expect(cut).toBe(`${unit.repeat(Math.floor(2045 / bytes))}…`);
  });

  it('cuts where it is told to', () => {
    expect(toPrintable('abcdefghij', 8)).toBe('abcde…');
  });

  it.each([
    ['::add-mask::x', ': :add-mask::x'],
    ['  ::error::x', ': :error::x'],
    ['\u200b::error::x', ': :error::x'],
    ['\u0085\u{e0041} ::error::x', ': :error::x'],
    [':\u00ad:error::x', ': :error::x'],
    ['a ##[error]x', 'a ## [error]x'],
    ['a ##vso[task.prependpath]/x', 'a ## vso[task.prependpath]/x'],
    ['#\u200b#[error]', '## [error]'],
    ['a::b', 'a::b'],
  ])('breaks up what a CI system would obey: %j', (text, expected) => {
    expect(toPrintable(text)).toBe(expected);
  });
});

describe('a command to a CI system', () => {
  it.each([
    ['::a', ': :a'],
    ['x\n::a\ny::b', 'x\n: :a\ny::b'],
    ['x\n \t\u3164::a::', 'x\n \t\u3164: :a::'],
    ['a ##[b]##[c]', 'a ## [b]## [c]'],
    ['a ###teamcity[b]', 'a ### teamcity[b]'],
  ])('is found in %j, and broken up', (text, broken) => {
    expect(holdsCommand(text)).toBe(true);
    expect(breakCommands(text)).toBe(broken);
    expect(holdsCommand(broken)).toBe(false);
  });

  it('may follow any kind of line break', () => {
    for (const text of ['x\r::a', 'x\r\n::a', 'x\n\n::a']) expect(holdsCommand(text)).toBe(true);
  });

  it.each(['', 'a::b', 'a\nb ::c', '#[a]', '## a[b]', ':a'])('is not in %j', (text) => {
    expect(holdsCommand(text)).toBe(false);
    expect(breakCommands(text)).toBe(text);
  });
});
