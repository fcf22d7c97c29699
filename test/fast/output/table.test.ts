import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTable, wrapLine } from '../../../src/output/table.ts';

describe('renderTable', () => {
  it('is headings, a rule and rows, without blanks at the ends of lines', () => {
    const rows = ['a Ann', 'longer '].map((row) => row.split(' '));
    expect(renderTable(['id', 'name'], rows)).toBe('id      name\n------  ----\na       Ann\nlonger\n');
    expect(renderTable(['id', 'name'], [])).toBe('id  name\n--  ----\n');
  });

  it.each(['陳美玲', '𠮷田', '👩🏽', 'மீனா', 'e\u0301'])('keeps the columns of %s in line', (cell) => {
    const rows = [cell, 'plain'].map((name) => [name, '|']);
    const [, , ...lines] = renderTable(['name', 'x'], rows).trimEnd().split('\n');
    const [first, second] = lines.map((line) => stringWidth(line.slice(0, line.indexOf('|'))));
    expect(first).toBe(second);
  });

  it.each(['x', '玲', '👩🏽'])('cuts a cell that is too wide, and no character apart: %s', (character) => {
    const [, , row = ''] = renderTable(['a', 'b'], [[character.repeat(45), 'end']]).split('\n');
    const shown = row.slice(0, row.indexOf('  end')).trimEnd();
    expect(stringWidth(shown)).toBeLessThanOrEqual(44);
    expect(shown.length).toBeGreaterThan(21);
    expect(shown.replaceAll(character, '')).toBe('…');
  });

  it('breaks cells into lines where the terminal is too narrow, but not the first', () => {
    const rows = [['a-long-identifier', 'SHORT NAME', 'a description of some length, in words']];
    const lines = renderTable(['id', 'name', 'description'], rows, { columns: 50 }).split('\n');
    expect(lines).toEqual([
      'id                 name        description',
      '-----------------  ----------  -------------------',
      'a-long-identifier  SHORT NAME  a description of',
      '                               some length, in',
      '                               words',
      '',
    ]);
  });

  it.each([50, 79, 80, 200])('fits a terminal of %i columns', (columns) => {
    const words = 'some words to be broken where there is no room for all of them';
    const layout = { columns, widest: 100 };
    const lines = renderTable(['id', 'one', 'other'], [['identifier', words, words]], layout).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.length === 4).toBe(columns === 200);
  });

  it('stands below the first cell where there is no room for columns, without the headings', () => {
    const rows = [
      ['access-denied', 'the callback', 'a description of some length, in words'],
      ['plain', '', 'short'],
    ];
    expect(renderTable(['name', 'effect', 'description'], rows, { columns: 40 }).split('\n')).toEqual([
      'access-denied',
      '  the callback',
      '  a description of some length, in words',
      'plain',
      '  short',
      '',
    ]);
  });

  it('cuts no cell that fits, and none in the last column', () => {
    const table = renderTable(['a', 'b'], [['x'.repeat(44), 'y'.repeat(100)]]);
    expect(table).toContain(`${'x'.repeat(44)}  ${'y'.repeat(100)}\n`);
  });
});

const LINE =
  '  next: Register exactly http://localhost:5001/api/redirect in the developer portal, then log in again.';

describe('wrapLine', () => {
  it('breaks between words, indents what follows and loses nothing', () => {
    const lines = wrapLine(LINE, 60).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}\S/);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(LINE.trim());
  });

  it('begins what follows below the text behind a number', () => {
    expect(wrapLine('    12. one two three', 16)).toBe('    12. one two\n        three');
  });

  it('does not break a word that is longer than the terminal', () => {
    expect(wrapLine(`see ${'x'.repeat(80)} there`, 50)).toContain('x'.repeat(80));
  });

  it('leaves a line as it is that just fits, colours not counted, and any without a terminal', () => {
    expect(wrapLine(LINE, undefined)).toBe(LINE);
    const line = `\u001b[32m${'word '.repeat(16).trim()}s\u001b[39m`;
    expect(wrapLine(line, 80)).toBe(line);
    expect(wrapLine(line, 79)).toContain('\n  ');
  });
});
