import { describe, expect, it } from 'vitest';
import { wrapLine } from '../../../../src/output/table.ts';

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
