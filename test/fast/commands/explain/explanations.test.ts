import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { optionsOf, readOption } from '../../../../src/commands/complete.ts';
import { EXPLANATIONS } from '../../../../src/commands/explain/explanations.ts';
import { renderTroubleshootingPage } from '../../../../src/commands/explain/render-page.ts';
import { describeProgram } from '../../../../src/commands/program.ts';
import { EXIT_CODES, EXIT_MEANINGS } from '../../../../src/errors/exit-codes.ts';

const program = await describeProgram();

const TEXTS = Object.entries(EXPLANATIONS).map(([code, { summary, meaning, causes }]) => ({
  code,
  clauses: [summary, ...causes.map(({ cause }) => cause)],
  sentences: [meaning, ...causes.flatMap(({ confirm, mend }) => [confirm, mend])],
}));

/** What stands between backticks in a text. */
function codeIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => Array.from(text.matchAll(/`([^`]*)`/g), ([, code = '']) => code));
}

/** The words of a command line of ours that our program does not know. */
function unknownWords(line: string): readonly string[] {
  const words = line.split(/ [<>]/)[0]?.match(/"[^"]*"|\S+/g) ?? [];
  let command = program;
  const unknown: string[] = [];
  for (const word of words.slice(1)) {
    if (/^-./.test(word)) {
      if (readOption(command, word).option === undefined) unknown.push(word);
      continue;
    }
    const next = command.commands.find((subcommand) => subcommand.name() === word);
    if (next === undefined && command === program && !word.startsWith('<')) unknown.push(word);
    command = next ?? command;
  }
  return unknown;
}

/** Options that people look for and that are missing on purpose. */
const MISSING_ON_PURPOSE = ['--client-secret', '--private-key', '--passphrase'];

describe('the explanations', () => {
  it.each(TEXTS)('of $code are clauses and sentences', ({ clauses, sentences }) => {
    for (const clause of clauses) expect(clause).toMatch(/^[^\n]*[^\n.,:; ]$/);
    for (const sentence of sentences) expect(sentence).toMatch(/^\S[^\n]*\.$/);
    for (const text of [...clauses, ...sentences]) {
      expect(text).not.toMatch(/ {2}|[^\x20-\x7e]/);
      expect(text.split('`').length % 2).toBe(1);
    }
  });

  it.each(TEXTS)('of $code name only commands and options that there are', ({ clauses, sentences }) => {
    const code = codeIn([...clauses, ...sentences]);
    const lines = code.flatMap((piece) => piece.split(' | ')).filter((piece) => piece.startsWith('sgid '));
    expect(lines.flatMap(unknownWords)).toEqual([]);
    const known = [program, ...program.commands.flatMap((command) => [command, ...command.commands])].flatMap(
      (command) => optionsOf(command).flatMap(({ long, short }) => [long, short]),
    );
    const options = code.flatMap((piece) => /^-[^ =]+/.exec(piece)?.[0] ?? []);
    expect(options.filter((name) => ![...known, ...MISSING_ON_PURPOSE].includes(name))).toEqual([]);
  });

  it.each(TEXTS)('of $code name only codes that there are', ({ clauses, sentences }) => {
    const named = [...clauses, ...sentences].flatMap((text) => text.match(/ERR_\w+/g) ?? []);
    expect(named.filter((code) => !Object.hasOwn(EXPLANATIONS, code))).toEqual([]);
  });
});

describe('the meanings of the exit codes', () => {
  it('are there for each, and no others', () => {
    const codes = [...new Set([0, ...Object.values(EXIT_CODES)])].sort((one, other) => one - other);
    expect([...EXIT_MEANINGS.keys()]).toEqual(codes);
  });

  it('begin as in the README', async () => {
    const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
    for (const [code, meaning] of EXIT_MEANINGS) {
      const [beginning = ''] = meaning.split(/[:,]| by /);
      expect(readme).toMatch(new RegExp(`\\| (?:130 / )?${code}(?: / 143)? +\\| ${beginning}`));
    }
  });
});

describe('docs/troubleshooting.md', () => {
  it('is what scripts/generate-troubleshooting.mjs writes', async () => {
    const page = await readFile(new URL('../../../../docs/troubleshooting.md', import.meta.url), 'utf8');
    expect(page, 'run: node scripts/generate-troubleshooting.mjs').toBe(renderTroubleshootingPage());
  });

  it('has a heading for each code, to which the list leads', () => {
    const page = renderTroubleshootingPage();
    for (const code of Object.keys(EXPLANATIONS)) {
      expect(page).toContain(`\n- [${code}](#${code.toLowerCase()}): `);
      expect(page).toContain(`\n### ${code}\n`);
    }
  });

  it('has no line that is too long to read, and no tag', () => {
    const lines = renderTroubleshootingPage().split('\n').slice(1);
    expect(lines.filter((line) => line.length > 120 && !line.includes('`'))).toEqual([]);
    expect(lines.filter((line) => /(?<!\\)<\w/.test(line.replace(/`[^`]*`/g, '')))).toEqual([]);
  });
});
