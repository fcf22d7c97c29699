import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/errors/codes.ts';

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const page = await read('docs/troubleshooting.md');
const rows = (await read('docs/exit-codes.md')).match(/^\| \d.*$/gm) ?? [];
const exits = [...new Set(Object.values(ERRORS).map(({ exit }) => exit))];

describe('docs/troubleshooting.md', () => {
  it('has the exit codes and, under each, its error codes, in the order of the table', () => {
    const headings = (page.match(/^##.*$/gm) ?? []).map((line) => line.replace(/^(## .*?):.*/, '$1'));
    const expected = exits.flatMap((exit) => {
      const codes = Object.entries(ERRORS).filter(([, entry]) => entry.exit === exit);
      return [`## Exit code ${exit}`, ...codes.map(([code]) => `### ${code}`)];
    });
    expect(headings).toEqual(expected);
  });

  it('says of each exit code what docs/exit-codes.md says', () => {
    const ofOneCode = rows.flatMap((row) => {
      const [, exit, meaning = ''] = /^\| (\d+) +\| (.+?) *\|$/.exec(row) ?? [];
      return exit === undefined || exit === '0'
        ? []
        : [`## Exit code ${exit}: ${meaning.replaceAll('`', '')}`];
    });
    expect(page.match(/^## Exit code \d\d?:.*$/gm)).toEqual(ofOneCode);
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

it('docs/exit-codes.md has every exit code', () => {
  const codes = rows.flatMap((row) => row.split('|')[1]?.match(/\d+/g) ?? []);
  expect(codes).toEqual(['0', ...exits.map(String)]);
});
