import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/commands/option-values.ts';
import { describeProgram } from '../../../src/commands/program.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

const program = await describeProgram();

function pathOf(command: CommandUnknownOpts): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

const commands = program.commands
  .flatMap((command) => [command, ...command.commands])
  .filter((command) => command.name() !== 'help')
  .map((command) => [pathOf(command).join(' '), command] as const);

/** The options that take a value, and cannot do without one. */
const valued = commands.flatMap(([path, command]) =>
  command.options
    .filter(({ required }) => required)
    .map((option) => [`sgid ${path} ${option.long}`, command, option] as const),
);

/** What else a command needs before it runs. */
function completeLine(command: CommandUnknownOpts, without?: Option): readonly string[] {
  const options = command.options.filter((option) => option.mandatory && option !== without);
  return [
    ...options.flatMap(({ long = '', argChoices = [] }) => [long, argChoices[0] ?? 'x']),
    ...command.registeredArguments.flatMap(({ required, argChoices = ['x'] }) =>
      required ? [argChoices[0] ?? 'x'] : [],
    ),
  ];
}

/** What commander makes of an option; it does not run the command. */
async function parse(command: CommandUnknownOpts, option: Option, words: readonly string[]) {
  let parsed: unknown;
  command.action(() => {
    parsed = command.getOptionValue(option.attributeName());
  });
  await program.parseAsync([...pathOf(command), ...words, ...completeLine(command, option)], {
    from: 'user',
  });
  return parsed;
}

describe('a value that begins with a dash', () => {
  it.each(valued)('reaches %s unchanged', async (_name, command, option) => {
    const { long = '', short } = option;
    for (const value of ['-vabc', '--help', '-h', '--json-errors', '-Vx', '-', '-q', '--version']) {
      const lines = [
        [long, value],
        [`${long}=${value}`],
        ...(short ? [[short, value], [`${short}${value}`]] : []),
      ];
      for (const words of lines) {
        const parsed = await parse(command, option, words);
        expect([parsed].flat(), words.join(' ')).toEqual([value]);
      }
    }
  });

  it('goes into what a command makes of it', async () => {
    const args = ['authorize-url', '--client-id', 'A', '--redirect-uri', 'http://localhost:5001/cb'];
    const run = await runSgid([...args, '--nonce=-vabc', '--state', '--json-errors']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ nonce: '-vabc', state: '--json-errors' });
  });
});

describe.each(commands)('sgid %s', (path, command) => {
  it('names the global options in one line', async () => {
    const { stdout } = await runSgid([...path.split(' '), '--help']);
    expect(stdout).toContain(
      '\nGlobal options: -q, -v, --no-color, --json-errors, -V, -h (see sgid --help)\n\n',
    );
    expect(stdout).toMatch(/\nExamples:\n {2}\$ sgid |\nInstall it/);
  });

  const takesArguments = command.commands.length === 0;
  if (takesArguments)
    it('takes no argument too many', async () => {
      const optional = command.registeredArguments.filter(({ required }) => !required).map(() => 'x');
      const words = [...pathOf(command), ...completeLine(command), ...optional, 'surplus'];
      const { exitCode, stdout, stderr } = await runSgid(words);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('too many arguments');
      expect(stderr).not.toContain('Quote');
    });

  it('has help with every option that fits 80 columns, so that what is to be copied stays whole', async () => {
    const { stdout } = await runSgid([...pathOf(command), '--help']);
    expect(stdout).toContain(`Usage: sgid ${path}`);
    const named = stdout.match(/(?<=^ .*)--[\w-]+|(?<=^Global options: .*)-[\w-]+/gm);
    for (const { long, short, hidden } of command.options)
      if (!hidden) expect(named).toSatisfy((words) => words.includes(long) || words.includes(short));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has help that fits 60 columns, but for what is to be copied', async () => {
    const terminal = { stdoutIsTerminal: true, stdoutColumns: 60 };
    const { stdout } = await runSgid([...pathOf(command), '--help'], { terminal });
    expect(
      stdout.split('\n').filter((line) => line.length > 60 && !/^ .*[$>] |^ +(?:--|with fpath)/.test(line)),
    ).toEqual([]);
  });
});

it('the help of sgid login fits two screens of 25 lines', async () => {
  const { stdout } = await runSgid(['login', '--help']);
  expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(50);
});

/** What comes from the next source when its option is empty. */
const MAY_BE_EMPTY = [
  ...['--client-id', '--client-secret-file', '--credentials', '--dotenv', '--hostname'],
  ...['--private-key-file', '--profile', '--redirect-uri'],
];

describe('an empty value', () => {
  it.each(valued.filter(([, , { long = '', parseArg }]) => !parseArg && !MAY_BE_EMPTY.includes(long)))(
    'is refused: %s',
    async (_name, command, option) => {
      for (const value of ['', ' ']) {
        const words = [...pathOf(command), `${option.long}=${value}`, ...completeLine(command, option)];
        const { exitCode, stdout, stderr } = await runSgid(words);
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
        expect(stderr).toMatch(/ is empty\n| Allowed choices are /);
        expect(stderr).toContain(`${option.long}`);
      }
    },
  );

  it.each([
    [['-q', 'check', '--out='], '--out is empty'],
    [['mock', '--personas', '', 'personas'], '--personas is empty'],
    [['trace', 'view', ''], '<file> is empty'],
    [['callback', '--transaction', 't.json', ''], '[callback-url] is empty'],
  ])('is refused: %j', async (args, words) => {
    const run = await runSgid(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(words) });
  });
});

describe('--json-errors', () => {
  it.each([
    'login --nonsense --json-errors',
    '--json-errors login --format nope',
    'login --format nope --json-errors',
    'nonsense --json-errors',
    'key nonsense --json-errors',
    'key --json-errors convert',
    'help nonsense --json-errors',
    'login --json-errors --state',
  ])('counts wherever it stands: sgid %s', async (line) => {
    const { exitCode, stderr } = await runSgid(line.split(' '));
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'ERR_USAGE', exitCode: 2 },
    });
  });

  it('does not count as a value', async () => {
    expect((await runSgid(['pkce', '--length', '--json-errors'])).stderr).not.toContain('{"error"');
  });
});

describe('-q and -v', () => {
  it.each(['-qv pkce', '-q pkce -v', '-v key -q generate'])(
    'contradict each other: sgid %s',
    async (line) => {
      const { exitCode, stderr } = await runSgid(line.split(' '));
      expect(exitCode).toBe(2);
      expect(stderr).toContain('--quiet and --verbose contradict each other');
    },
  );
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['30', 30_000],
    ['0.5s', 500],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text, '--timeout')).toBe(milliseconds);
  });

  it.each(['', '0', '0s', '-5s', '5 m', '5d', 'five', '1e9', 'Infinity', '600h', '5m30s', '٣s'])(
    'refuses %j and names the option',
    (text) => {
      expect(() => parseDuration(text, '--timeout')).toThrow(
        expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringContaining('--timeout') }),
      );
    },
  );
});
