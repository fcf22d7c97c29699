import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../../src/commands/program.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

/** The words that lead to each command and subcommand. */
async function listCommandLines(): Promise<readonly string[]> {
  const { commands } = await describeProgram();
  return commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => [
      command.name(),
      ...command.commands.map((one) => `${command.name()} ${one.name()}`),
    ]);
}

describe.each(await listCommandLines())('sgid %s --help', (commandLine) => {
  it('fits 80 columns, so that what is to be copied stays whole', async () => {
    const { stdout } = await runSgid([...commandLine.split(' '), '--help']);
    expect(stdout).toContain(`Usage: sgid ${commandLine}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
