import { describe, expect, it } from 'vitest';
import { fitHelp } from '../../../src/commands/help-layout.ts';
import { runProgram } from '../../../src/commands/program.ts';
import { createFakePlatform, type RunOptions, runSgid } from '../../helpers/fake-platform.ts';

/** Runs the program and tells whether it opened the platform. */
async function run(args: readonly string[], options: RunOptions = {}) {
  const { platform, written } = createFakePlatform(options);
  let opened = false;
  const exitCode = await runProgram(args, {
    env: platform.env,
    streams: platform.terminal,
    openPlatform: async () => {
      opened = true;
      return platform;
    },
  });
  return { exitCode, opened, ...written };
}

describe('runProgram', () => {
  it.each([[[]], [['--help']], [['--version']], [['login', '--help']], [['login', '--nonsense']]])(
    'does not open the platform for %j',
    async (args) => {
      expect((await run(args)).opened).toBe(false);
    },
  );

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    ['', false],
  ])('SGID_JSON_ERRORS=%s', async (value, expected) => {
    const { stderr } = await run(['login', '--nonsense'], { env: { SGID_JSON_ERRORS: value } });
    expect(stderr.includes('{"error":{"code":"ERR_USAGE"')).toBe(expected);
  });

  it('has colour on a terminal alone, and not with --no-color', async () => {
    const terminal = { stderrIsTerminal: true };
    const coloured = await run(['login'], { terminal });
    expect(coloured.stderr).toContain('\u001b[');
    for (const plain of [
      await run(['login']),
      await run(['login', '--no-color'], { terminal }),
      await run(['login'], { terminal, env: { NO_COLOR: '1' } }),
    ]) {
      expect(plain.stderr).toContain('ERR_MISSING_CREDENTIALS');
      expect(plain.stderr).not.toContain('\u001b[');
    }
  });

  it('calls what is no error of ours a bug: exit 1', async () => {
    const { platform } = createFakePlatform();
    const openPlatform = () => Promise.reject(new TypeError('a bug of the test'));
    const host = { env: {}, streams: platform.terminal, openPlatform };
    expect(await runProgram(['login'], host)).toBe(1);
  });
});

const HELP = `Usage: sgid x

Examples:
  $ sgid x                         short
  $ sgid x --with "many  options"  for something that is long to tell

Prose that is longer than the terminal is wide, and that is broken
between words. It ends here.
`;

it.each(['profile', 'key', 'trace'])('sgid %s alone prints its help, as sgid help does', async (name) => {
  const { stdout } = await runSgid(['help', name]);
  expect(stdout).toContain(`Usage: sgid ${name} [options] [command]`);
  expect(await runSgid([name])).toMatchObject({ exitCode: 0, stdout, stderr: '' });
});

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

  it('lines up what commands are for', () => {
    const [one, other] = ['  $ sgid x', '  $ sgid x --y'];
    expect(fitHelp(`${one}          first\n${other}     second`, 80)).toBe(
      `${one}      first\n${other}  second`,
    );
  });

  it('keeps command lines whole', () => {
    const line = `  $ sgid x ${'--option value '.repeat(10)}end`;
    expect(fitHelp(line, 40)).toBe(line);
  });
});
