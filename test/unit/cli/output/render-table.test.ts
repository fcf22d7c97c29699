import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../../src/cli/output/render-table.ts';

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

  it('cuts no cell that fits, and none in the last column', () => {
    const table = renderTable(['a', 'b'], [['x'.repeat(44), 'y'.repeat(100)]]);
    expect(table).toContain(`${'x'.repeat(44)}  ${'y'.repeat(100)}\n`);
  });
});
