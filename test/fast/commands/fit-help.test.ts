import { describe, expect, it } from 'vitest';
import { fitHelp } from '../../../src/commands/program.ts';

const HELP = `Usage: sgid x

Examples:
  $ sgid x                                          short
  $ sgid x --with "many  options"                   for something that is long to tell

Prose that is longer than the terminal is wide, and that is broken
between words. It ends here.
`;

describe('fitHelp', () => {
  it('leaves alone what fits', () => {
    expect(fitHelp(HELP, 100)).toBe(HELP);
  });

  it('breaks prose between words, and puts below a command what it is for', () => {
    expect(fitHelp(HELP, 50)).toBe(`Usage: sgid x

Examples:
  $ sgid x
      short
  $ sgid x --with "many  options"
      for something that is long to tell

Prose that is longer than the terminal is wide,
and that is broken between words. It ends here.
`);
  });

  it('keeps command lines whole', () => {
    const line = `  $ sgid x ${'--option value '.repeat(10)}end`;
    expect(fitHelp(line, 40)).toBe(line);
  });
});
