import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import accepted from '../../scripts/mutation/accepted.json' with { type: 'json' };
import { scoreMutants } from '../../scripts/mutation/score.mjs';

const mutant = (status: string, replacement = '""', line = 2) => ({
  status,
  fileName: 'package.json',
  mutatorName: 'StringLiteral',
  replacement,
  location: { start: { line, column: 3 }, end: { line, column: 9 } },
});

const entry = {
  file: 'package.json',
  line: '"name": "sgid-cli",',
  mutator: 'StringLiteral',
  original: '"name"',
  replacement: '""',
  reason: '',
};
const score = (mutants: object[], accepted = [entry].slice(1)) => scoreMutants(mutants as never, accepted);

it('counts what a test or an error found, and neither what is left out nor what cannot run', () => {
  const statuses = ['Killed', 'Timeout', 'RuntimeError', 'Survived', 'NoCoverage', 'Ignored', 'CompileError'];
  const { score: percent, counts, alive } = score(statuses.map((status) => mutant(status)));
  expect(percent).toBe(60);
  expect(counts).toEqual({ killed: 3, 'timed out': 1, survived: 1, 'no coverage': 1, accepted: 0 });
  expect(alive[0]).toMatchObject({ file: 'package.json', number: 2, original: '"name"', replacement: '""' });
});

it.each([
  ['one entry', [mutant('Survived')], [entry], 0, 0],
  ['two mutants, one entry', [mutant('Survived'), mutant('NoCoverage')], [entry], 1, 0],
  ['another replacement', [mutant('Survived', 'x')], [entry], 1, 1],
  ['another text', [mutant('Survived', '""', 3)], [entry], 1, 1],
  ['another line', [mutant('Survived')], [{ ...entry, line: '"name": "other",' }], 1, 1],
  ['an entry too much', [mutant('Survived')], [entry, entry], 0, 1],
  ['a mutant that is killed', [mutant('Killed')], [entry], 0, 1],
  ['other blanks', [mutant('Survived', '{\n  a\n}')], [{ ...entry, replacement: '{ a }' }], 0, 0],
])(
  'subtracts what is accepted, and reports entries for nothing: %s',
  (_name, mutants, accepted, alive, unmatched) => {
    const scored = score(mutants, accepted);
    expect([scored.alive.length, scored.unmatched.length]).toEqual([alive, unmatched]);
  },
);

it('accepts mutants of lines that are there', () => {
  const isThere = ({ file, line }: (typeof accepted)[number]): boolean =>
    readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').includes(line);
  expect(accepted.filter((one) => !isThere(one))).toEqual([]);
});
