import { readFile } from 'node:fs/promises';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../../src/commands/program.ts';
import { ERRORS } from '../../../src/errors/codes.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

const page = await readFile(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');
/** Code and text of each section. */
const SECTIONS = page
  .split(/^##+ /m)
  .filter((section) => section.startsWith('ERR_'))
  .map((section) => [/^\w+/.exec(section)?.[0] ?? '', section.replace(/^\w+\n\n/, '')] as const);

describe('sgid explain', () => {
  it.each(SECTIONS)('prints the section of %s', async (code, section) => {
    const { exitCode, stdout, stderr } = await runSgid(['explain', code]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [heading = ''] = stdout.split('\n');
    const exit = ERRORS[code as keyof typeof ERRORS].exit;
    expect(heading).toMatch(new RegExp(`^${code}: [^\\n]+[^.] \\(exit code ${exit}\\)$`));
    expect(wordsOf(stdout.replace(/ \(exit code \d+\)$|^(Likely c|C)ause.*$/gm, ''))).toEqual(
      wordsOf(`${code}: ${section}`),
    );
  });

  it('keeps what the section says in order', async () => {
    expect((await runSgid(['explain', 'ERR_INTERRUPTED'])).stdout).toBe(`\
ERR_INTERRUPTED: interrupted by Ctrl-C (exit code 130)

The program got SIGINT. The port is free, and no file is half written.

Cause

1. somebody pressed Ctrl-C, or a program sent SIGINT
   Confirm: The exit code is 130.
   Fix: Run it again. A code that was already exchanged cannot be used again.
`);
  });

  it('understands a code in whatever spelling', async () => {
    const known = await runSgid(['explain', 'ERR_STATE_MISMATCH']);
    for (const code of ['err_state_mismatch', 'STATE_MISMATCH', 'state-mismatch', ' State Mismatch '])
      expect(await runSgid(['explain', code])).toEqual(known);
  });

  it.each([
    ['ERR_STAT_MISMATCH', 'ERR_STATE_MISMATCH'],
    ['sub_mismatched', 'ERR_SUB_MISMATCH'],
    ['token-refuse', 'ERR_TOKEN_REFUSED'],
  ])('suggests the nearest for %s, exit 2', async (code, nearest) => {
    const { exitCode, stdout, stderr } = await runSgid(['explain', code]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`unknown error code "${code}"`);
    expect(stderr).toContain(`Did you mean ${nearest}?`);
  });

  it.each(['nothing like it', '11', '4.0', 'constructor', '__proto__'])(
    'refuses %j without a guess',
    async (code) => {
      const { exitCode, stderr } = await runSgid(['explain', code]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Run "sgid explain" for all of them.');
      expect(stderr).not.toContain('Did you mean');
    },
  );

  it('shows nothing of a code that a terminal would obey', async () => {
    const { stderr } = await runSgid(['explain', 'a\u001b]0;title\u0007\u202e\nERR_FAKE']);
    for (const character of '\u001b\u0007\u202e') expect(stderr).not.toContain(character);
    expect(stderr).not.toMatch(/^ERR_FAKE/m);
  });

  it('lists every code with exit code and summary', async () => {
    const { stdout } = await runSgid(['explain']);
    const rows = stdout.split('\n').filter((row) => row.startsWith('ERR_'));
    expect(rows).toHaveLength(Object.keys(ERRORS).length);
    expect(rows).toContainEqual(expect.stringMatching(/^ERR_SCOPE +3 {2}the scope lacks openid/));
  });

  it.each(['4', ' 130'])('lists the codes of the exit code %j', async (text) => {
    const codes = Object.entries(ERRORS).flatMap(([code, { exit }]) => (exit === Number(text) ? code : []));
    expect((await runSgid(['explain', text])).stdout.match(/^ERR_\w+/gm)).toEqual(codes);
    const json = JSON.parse((await runSgid(['explain', text, '--format', 'json'])).stdout);
    expect(json.map(({ code }: { code: string }) => code)).toEqual(codes);
  });

  it('prints JSON for one code, and for all', async () => {
    const one = JSON.parse((await runSgid(['explain', 'interrupted', '--format', 'json'])).stdout);
    const cause = 'somebody pressed Ctrl-C, or a program sent SIGINT';
    const fix = 'Run it again. A code that was already exchanged cannot be used again.';
    expect(one).toEqual({
      code: 'ERR_INTERRUPTED',
      exitCode: 130,
      summary: 'interrupted by Ctrl-C',
      meaning: 'The program got SIGINT. The port is free, and no file is half written.',
      causes: [{ cause, confirm: 'The exit code is 130.', fix }],
    });
    const all = JSON.parse((await runSgid(['explain', '--format', 'json'])).stdout);
    expect(all.map(({ code }: { code: string }) => code)).toEqual(Object.keys(ERRORS));
    expect(all[0]).toEqual({ code: 'ERR_INTERNAL', exitCode: 1, summary: 'an unexpected failure: a bug' });
  });

  it.each([50, 80])('breaks lines between words at %i columns of a terminal', async (columns) => {
    const terminal = { stdoutIsTerminal: true, stdoutColumns: columns };
    const env = { NO_COLOR: '1' };
    const wrapped = (await runSgid(['explain', 'ERR_PROXY'], { terminal, env })).stdout;
    const longest = Math.max(...wrapped.split('\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(columns);
    expect(longest).toBeGreaterThan(columns - 20);
    const plain = (await runSgid(['explain', 'ERR_PROXY'])).stdout;
    expect(wrapped.replace(/\s+/g, ' ')).toBe(plain.replace(/\s+/g, ' '));
  });

  it.each(SECTIONS)(
    'fits %s into 80 columns: prose at the margin, causes indented, commands whole',
    async (code) => {
      const terminal = { stdoutIsTerminal: true, stdoutColumns: 80 };
      const { stdout } = await runSgid(['explain', code], { terminal, env: { NO_COLOR: '1' } });
      const [, meaning = '', , ...causes] = stdout.trimEnd().split('\n\n');
      expect(meaning.split('\n').filter((line) => !/^\S/.test(line))).toEqual([]);
      const lines = causes.join('\n').split('\n');
      expect(lines.filter((line) => !/^(?:\d\. | {3}| {5})\S/.test(line))).toEqual([]);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      for (const [command] of stdout.matchAll(/`[^`]+`/g)) expect(command).not.toContain('\n');
    },
  );

  it('is bold on a terminal alone', async () => {
    const terminal = { stdoutIsTerminal: true, stdoutColumns: 80 };
    const { stdout } = await runSgid(['explain', 'ERR_PROXY'], { terminal });
    expect(stdout).toContain('\u001b[1mERR_PROXY\u001b[22m');
    const piped = { stderrIsTerminal: true, stderrColumns: 80 };
    expect((await runSgid(['explain', 'ERR_PROXY'], { terminal: piped })).stdout).not.toContain('\u001b');
  });
});

/** The words of a text without marks and case, so that Markdown and what a terminal shows are alike. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

const program = await describeProgram();

/** The words of a command line of ours that our program does not know. */
function unknownWords(line: string): readonly string[] {
  const words = line.split(/ [<>]/)[0]?.match(/"[^"]*"|\S+/g) ?? [];
  let command = program;
  const unknown: string[] = [];
  for (const word of words.slice(1)) {
    if (/^-./.test(word)) {
      if (!hasOption(command, word)) unknown.push(word);
      continue;
    }
    const next = command.commands.find((subcommand) => subcommand.name() === word);
    if (next === undefined && command === program && !word.startsWith('<')) unknown.push(word);
    command = next ?? command;
  }
  return unknown;
}

/** `--format=json` and `-qe` included. */
function hasOption(command: CommandUnknownOpts, word: string): boolean {
  const options = command.createHelp().visibleOptions(command);
  const [name] = word.split('=');
  return options.some(
    ({ long, short }) => long === name || (!word.startsWith('--') && short === word.slice(0, 2)),
  );
}

const KNOWN_OPTIONS = [
  ...[program, ...program.commands.flatMap((command) => [command, ...command.commands])]
    .flatMap((command) => command.createHelp().visibleOptions(command))
    .flatMap(({ long, short }) => [long, short]),
  // People look for these, which are missing on purpose.
  ...['--client-secret', '--private-key', '--passphrase'],
];

describe('the sections', () => {
  it.each(SECTIONS)('of %s name only commands and options that there are', (_code, section) => {
    const code = Array.from(section.matchAll(/`([^`]*)`/g), ([, text = '']) => text.replace(/\s+/g, ' '));
    const lines = code.flatMap((piece) => piece.split(' | ')).filter((piece) => piece.startsWith('sgid '));
    expect(lines.flatMap(unknownWords)).toEqual([]);
    const options = code.flatMap((piece) => /^-[^ =]+/.exec(piece)?.[0] ?? []);
    expect(options.filter((name) => !KNOWN_OPTIONS.includes(name))).toEqual([]);
    // Printable ASCII, and no code without its end.
    expect(section).not.toMatch(/[^\x20-\x7e\n]/);
    expect(section.split('`').length % 2).toBe(1);
  });
});
