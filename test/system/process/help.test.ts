import { describe, expect, it } from 'vitest';
import { runBuiltSgid } from '../../helpers/sgid-process.ts';
import { openTerminal } from '../../helpers/terminal-session.ts';

describe('the help of the built program', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])(
    'is put in by the build as the program renders it: sgid %j',
    async (args) => {
      const rendered = await runBuiltSgid(['--no-color', '--help']);
      expect(rendered.stdout).toContain('Usage: sgid [options] [command]');
      expect(await runBuiltSgid(args)).toEqual(rendered);
    },
  );

  it.each([
    ['--help', 60],
    ['--help', 80],
    ['--help', 120],
    ['scopes --help', 120],
  ])('%s fits its terminal, and is never wider than 80: %i columns', async (commandLine, columns) => {
    const terminal = await openTerminal(commandLine, { columns });
    await terminal.ended;
    const usage = terminal.bytes().split('Examples:')[0]?.split('\r\n') ?? [];
    const longest = Math.max(...usage.map((line) => line.length));
    expect(longest).toBeGreaterThan(columns === 60 ? 50 : 70);
    expect(longest).toBeLessThanOrEqual(Math.min(columns, 80));
  });
});
