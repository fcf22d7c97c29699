import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTable, wrapLine } from '../../../src/output/table.ts';

describe('renderTable', () => {
  it('is headings, a rule and rows, without blanks at the ends of lines', () => {
    expect(
      renderTable(
        ['id', 'name'],
        [
          ['a', 'Ann'],
          ['longer', ''],
        ],
      ),
    ).toBe('id      name\n------  ----\na       Ann\nlonger\n');
  });

  it('shows the headings alone when there are no rows', () => {
    expect(renderTable(['id', 'name'], [])).toBe('id  name\n--  ----\n');
  });

  it.each(['陳美玲', '𠮷田', '👩🏽‍💻', 'மீனா', 'e\u0301'])('keeps the columns of %s in line', (cell) => {
    const [, , ...rows] = renderTable(
      ['name', 'x'],
      [
        [cell, '|'],
        ['plain', '|'],
      ],
    )
      .trimEnd()
      .split('\n');
    const [first, second] = rows.map((row) => stringWidth(row.slice(0, row.indexOf('|'))));
    expect(first).toBe(second);
  });

  it.each(['x'.repeat(45), '玲'.repeat(23), '👩🏽‍💻'.repeat(30)])(
    'cuts a cell that is too wide: %s',
    (cell) => {
      const [, , row = ''] = renderTable(['a', 'b'], [[cell, 'end']]).split('\n');
      const shown = row.slice(0, row.indexOf('  end')).trimEnd();
      expect(shown.endsWith('…')).toBe(true);
      expect(stringWidth(shown)).toBeLessThanOrEqual(44);
      expect(cell.startsWith(shown.slice(0, -1))).toBe(true);
    },
  );

  it('cuts no character apart', () => {
    const [, , row = ''] = renderTable(['a', 'b'], [['👩🏽‍💻'.repeat(30), 'end']]).split('\n');
    expect(row.replaceAll('👩🏽‍💻', '')).toMatch(/^… +end$/);
  });

  it('breaks cells into lines where the terminal is too narrow, but not the first', () => {
    const rows = [['a-long-identifier', 'SHORT NAME', 'a description of some length, in words']];
    expect(renderTable(['id', 'name', 'description'], rows, { columns: 50 })).toBe(
      [
        'id                 name        description',
        '-----------------  ----------  -------------------',
        'a-long-identifier  SHORT NAME  a description of',
        '                               some length, in',
        '                               words',
        '',
      ].join('\n'),
    );
  });

  it.each([50, 79, 80, 200])('fits a terminal of %i columns', (columns) => {
    const words = 'some words to be broken where there is no room for all of them';
    const table = renderTable(['id', 'one', 'other'], [['identifier', words, words]], {
      columns,
      widest: 100,
    });
    const longest = Math.max(...table.split('\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(columns);
    expect(table.split('\n').length === 4).toBe(columns === 200);
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

  it('does not break a word that is longer than the terminal', () => {
    expect(wrapLine(`see ${'x'.repeat(80)} there`, 50)).toContain('x'.repeat(80));
  });

  it('leaves a line as it is that just fits, colours not counted', () => {
    const line = `\u001b[32m${'word '.repeat(16).trim()}s\u001b[39m`;
    expect(wrapLine(line, 80)).toBe(line);
    expect(wrapLine(line, 79)).toContain('\n  ');
  });

  it('leaves a line as it is where there is no terminal', () => {
    expect(wrapLine(LINE, undefined)).toBe(LINE);
  });
});
