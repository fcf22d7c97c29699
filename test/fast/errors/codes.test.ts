import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ERRORS, EXIT_CODES } from '../../../src/errors/codes.ts';

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const page = await read('docs/troubleshooting.md');

describe('docs/troubleshooting.md', () => {
  it('has the exit codes and, under each, its error codes, in the order of the table', () => {
    const headings = page.match(/^##.*$/gm);
    const expected = Object.entries(EXIT_CODES).flatMap(([exit, meaning]) => {
      const codes = Object.entries(ERRORS).filter(([, entry]) => String(entry.exit) === exit);
      return codes.length === 0
        ? []
        : [`## Exit code ${exit}: ${meaning}`, ...codes.map(([code]) => `### ${code}`)];
    });
    expect(headings).toEqual(expected);
  });

  it('names only codes that there are', () => {
    const named = page.match(/ERR_\w+/g) ?? [];
    expect(named.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });

  it('has no line that is too long to read, and no tag', () => {
    const lines = page.split('\n');
    expect(lines.filter((line) => line.length > 120 && !line.includes('`'))).toEqual([]);
    expect(lines.filter((line) => /(?<!\\)<\w/.test(line.replace(/`[^`]*`/g, '')))).toEqual([]);
  });
});

describe('the exit codes', () => {
  it('each end some error, but for 0', () => {
    const used = new Set([0, ...Object.values(ERRORS).map(({ exit }) => exit)]);
    expect([...used].sort((one, other) => one - other)).toEqual(Object.keys(EXIT_CODES).map(Number));
  });

  it('stand in docs/exit-codes.md with the beginning of what they mean', async () => {
    const rows = (await read('docs/exit-codes.md')).match(/^\| \d[\d /]*\|.*$/gm) ?? [];
    const codes = rows.flatMap((row) => row.split('|')[1]?.match(/\d+/g) ?? []);
    expect(codes).toEqual(Object.keys(EXIT_CODES));
    for (const [exit, meaning] of Object.entries(EXIT_CODES).filter(([exit]) => Number(exit) < 128)) {
      const [beginning] = meaning.split(/[:,]/);
      expect(rows.filter((row) => new RegExp(`^\\| ${exit} +\\| ${beginning}`).test(row))).toHaveLength(1);
    }
  });
});
