import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../../../src/commands/complete.ts';
import { ENVIRONMENT } from '../../../../src/commands/man/environment.ts';
import { readHelpText } from '../../../../src/commands/man/help-text.ts';
import { renderManPage } from '../../../../src/commands/man/man-page.ts';
import { bold, escapeRoff } from '../../../../src/commands/man/roff.ts';
import { describeProgram } from '../../../../src/commands/program.ts';

const page = await renderManPage('1.2.3-rc.1');
const program = await describeProgram();
const commands = program.commands.flatMap((command) => [command, ...command.commands]);
const help = program.createHelp();

/** The text between a heading and the next of its kind. */
function partOf(heading: string): string {
  const [, part = ''] = page.split(`\n${heading}\n`);
  return part.split(new RegExp(`^${heading.slice(0, 3).replace('.', '\\.')} `, 'm'))[0] ?? '';
}

describe('the manual page', () => {
  it('has all the sections, in the customary order', () => {
    expect(Array.from(page.matchAll(/^\.SH (.*)$/gm), ([, title]) => title)).toEqual([
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'OPTIONS',
      'COMMANDS',
      'EXIT STATUS',
      'ENVIRONMENT',
      'FILES',
      'EXAMPLES',
      'SEE ALSO',
    ]);
  });

  it('names the version', () => {
    expect(page).toMatch(/^\.TH SGID 1 "" "sgid 1\.2\.3\\-rc\.1" "User Commands"\n/);
  });

  it('begins with a line that apropos can read', () => {
    expect(partOf('.SH NAME')).toMatch(/^sgid \\- [^\n]+\n/);
  });

  it.each(commands.map((command) => [help.commandUsage(command), command] as const))(
    'describes %s with every argument and option',
    (usage, command) => {
      const part = partOf(`.SS "${escapeRoff(usage)}"`);
      expect(part).toContain(escapeRoff(command.description().slice(1)));
      for (const argument of help.visibleArguments(command)) {
        expect(part).toContain(`\n.TP\n${bold(argument.name())}\n`);
      }
      for (const option of help.visibleOptions(command)) {
        if (option.long !== '--help') expect(part).toContain(`\n.TP\n${bold(option.flags)}\n`);
      }
      expect(partOf('.SH SYNOPSIS')).toContain(bold(usage.split(' [')[0]?.split(' <')[0] ?? ''));
      for (const { line } of readHelpText(command).examples)
        expect(partOf('.SH EXAMPLES')).toContain(bold(line));
    },
  );

  it('has every option of the program', () => {
    for (const { flags } of optionsOf(program)) expect(partOf('.SH OPTIONS')).toContain(`\n${bold(flags)}\n`);
  });

  it('has nothing that is hidden', () => {
    expect(page).not.toContain('candidates');
  });

  it('has no example twice, and some', () => {
    const examples = partOf('.SH EXAMPLES').match(/^\\fB.*$/gm) ?? [];
    expect(examples.length).toBeGreaterThan(commands.length);
    expect(new Set(examples).size).toBe(examples.length);
  });

  it('has no line that is taken for another request than its own', () => {
    const requests = page.split('\n').filter((line) => /^[.']/.test(line));
    const names = new Set(requests.map((line) => line.split(' ')[0]));
    expect([...names].sort()).toEqual(
      ['.BR', '.PP', '.SH', '.SS', '.TH', '.TP', '.ad', '.br', '.fi', '.nf', '.nh'].sort(),
    );
    expect(page).not.toMatch(/[^\n -~]/);
  });
});

describe('ENVIRONMENT', () => {
  it('has every variable that the source reads by its name', async () => {
    const root = new URL('../../../../src/', import.meta.url);
    const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((name) => readFile(new URL(name, root), 'utf8')));
    const read = texts.flatMap((text) =>
      Array.from(
        text.matchAll(/\benv\['([A-Z_]+)'\]|'(GITHUB_[A-Z_]+)'/g),
        ([, name, other]) => name ?? other ?? '',
      ),
    );
    const listed = ENVIRONMENT.flatMap(([names]) => names.split(', '));
    expect(read.length).toBeGreaterThan(5);
    expect([...new Set(read)].filter((name) => !listed.includes(name))).toEqual([]);
  });
});
