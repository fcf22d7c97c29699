import { describe, expect, it } from 'vitest';
import { expectError } from '../../helpers/expect-error.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

const APPROVE =
  /^error: usage: unknown option '--persona'.*\n *next: To log a persona in without a page: --approve <persona>\n/m;
const HTTP = '--mock --redirect-uri http://localhost:5001/cb';

describe('a command line that cannot be meant', () => {
  it.each([
    ['login --manual --listen 5001', '--manual and --listen contradict each other'],
    ['login --mock --manual --persona siti', '--manual and --persona contradict each other'],
    ['login --field sub --format env', '--field and --format contradict each other'],
    ['login --field sub --include-tokens', '--field and --include-tokens contradict each other'],
    ['login --mock --hostname https://x.test', '--mock and --hostname contradict each other'],
    ['login --mock --client-id x', '--mock and --client-id contradict each other'],
    ['login --mock --client-secret-file x', '--mock and --client-secret-file contradict each other'],
    ['login --mock --private-key-file x', '--mock and --private-key-file contradict each other'],
    ['login --mock --credentials x', '--mock and --credentials contradict each other'],
    ['login --mock --dotenv x', '--mock and --dotenv contradict each other'],
    ['login --persona siti', '--persona needs --mock'],
    ['mock --persona zoe', APPROVE],
    ['mock --persona=zoe', APPROVE],
    ['mock --persona zoe -- npm test', APPROVE],
    ['mock --persona a\u001b[31mb', APPROVE],
    ['login --listen-public', '--listen-public needs --listen'],
    ['login --tls-cert x', '--tls-cert needs --tls-key'],
    ['login --tls-key x', '--tls-key needs --tls-cert'],
    ['login --tls-cert x --tls-key y --manual', '--manual and --tls-cert contradict each other'],
    [`login --tls-cert x --tls-key y ${HTTP}`, '--tls-cert needs an https redirect URI'],
    ['login --manual --client-secret-file -', 'cannot both read standard input'],
    ['login --manual --private-key-file -', 'cannot both read standard input'],
    ['login -q -v', '--quiet and --verbose contradict each other'],
    ['login --expect =x', '--expect takes <claim>'],
    ['login --expect myinfo.name~(', 'is not a regular expression'],
    ['login --format yaml', "argument 'yaml' is invalid. Allowed choices are json, env, table."],
    ['login --timeout', "option '--timeout <duration>' argument missing"],
    ['help nonsense', "unknown command 'nonsense'"],
    ['help mock persona', "unknown command 'persona'\n  next: Did you mean personas?"],
    ['--help nonsense', "unknown command 'nonsense'"],
    ['-p dev login', 'Put options after the command name: sgid login -p ...'],
    ['mock --format table personas', 'sgid mock personas --format ...'],
    ['mock personas --port 1', 'It is an option of "sgid mock"'],
    ['login --scope openid myinfo.name', 'Quote a value that contains spaces'],
    ['check -s openid myinfo.name', 'Quote a value that contains spaces'],
    ['login --expect myinfo.name=TAN WEI MING', 'Quote a value that contains spaces'],
    ['mock personas zoe', /Expected 0 arguments but got 1\.\nMore: /],
    ['lgoin', "unknown command 'lgoin'\n  next: Did you mean login?"],
    ['--version=1', 'the option --version takes no value'],
    ['--help=login', 'the option --help takes no value'],
    ['login --manual=1', 'the option --manual takes no value'],
    ['nonsense', '\nMore: sgid --help\n'],
    ['mock personas --format x', '\nMore: sgid mock personas --help\n'],
    ['mock --prot 1', '\nMore: sgid mock --help\n'],
    ['profile use', '\nMore: sgid profile use --help\n'],
    ['help nonsense', '\nMore: sgid --help\n'],
    ['help key nothing', /unknown command 'nothing'\nMore: sgid key --help\n/],
    ['help login nothing', /unknown command 'nothing'\nMore: sgid login --help\n/],
    ['login --scop x', "unknown option '--scop'\n  next: Did you mean --scope?"],
    ['login --includetokens', '\n  next: Did you mean --include-tokens?\n'],
    ['login --client_id x', '\n  next: Did you mean --client-id?\n'],
    ['--verbos', '\n  next: Did you mean --verbose?\n'],
  ])('%s: exit 2', async (commandLine, words) => {
    const run = await runSgid(commandLine.split(' '));
    expectError(run, 2, 'ERR_USAGE', words, /^error: usage: \S/m);
    expect(run.stderr).not.toContain('\u001b[31m');
  });

  it.each([
    ['--client-secret=CANARY', 'SGID_CLIENT_SECRET'],
    ['--secret=CANARY', 'SGID_CLIENT_SECRET'],
    ["--client-secret=CAN'ARY=CANARY", 'SGID_CLIENT_SECRET'],
    ['--client-secret=first\nCANARY', 'SGID_CLIENT_SECRET'],
    ['--private-key=CANARY', 'SGID_PRIVATE_KEY'],
    ['--passphrase=CANARY', 'SGID_PRIVATE_KEY_PASSPHRASE'],
  ])('%j: says where a secret goes instead and does not repeat it', async (argument, variable) => {
    const run = await runSgid(['login', argument, '--json-errors']);
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`use ${variable}`) });
    expect(run.stderr).not.toMatch(/CANARY|CAN'ARY/);
  });

  it.each([
    ['of the option before it', ['login', '--format'], "argument '--client-secret' is invalid"],
    ['of no option', ['--', 'trace'], "unknown command '--client-secret'"],
  ])('does not repeat a secret that became a value %s', async (_what, words, said) => {
    const { exitCode, stderr } = await runSgid([...words, "--client-secret=CAN'ARY=CANARY"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr).not.toMatch(/CANARY|CAN'ARY/);
  });

  it('loses its control characters in the message', async () => {
    const { stderr } = await runSgid(['lo\u001b[31mgin\u0007\u202e']);
    for (const control of ['\u0007', '\u001b', '\u202e']) expect(stderr).not.toContain(control);
  });
});

const ANYWHERE = ['--credentials', '--dotenv', '--profile'];
const RESULT = ['--field', '--format', '--raw', '--out'];

/** The options of each command that logs in or takes a step of that. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  login: [
    ...['--scope', '--client-id', '--client-secret-file', '--private-key-file', '--redirect-uri'],
    ...['--hostname', ...ANYWHERE, '--no-browser', '--browser', '--manual', '--listen', '--timeout'],
    ...[...RESULT, '--include-tokens', '--expect', '--mock', '--persona', '--junit', '--save-canary'],
    ...['--listen-public', '--tls-cert', '--tls-key', '--trace', '--http-timeout', '--state', '--nonce'],
  ],
  pkce: ['--length'],
  'authorize-url': [
    ...['--state', '--nonce', '--code-challenge'],
    ...['--scope', '--client-id', '--redirect-uri', '--hostname', ...ANYWHERE, '--out'],
  ],
  callback: [
    ...['--transaction', '--code', '--code-verifier', '--nonce', '--state'],
    ...['--client-id', '--client-secret-file', '--redirect-uri', '--hostname', ...ANYWHERE],
    ...['--out', '--http-timeout', '--trace'],
  ],
  userinfo: [
    ...['--token', '--private-key-file', '--hostname', ...ANYWHERE],
    ...[...RESULT, '--expect', '--save-canary', '--http-timeout', '--trace'],
  ],
  decrypt: ['--private-key-file', ...ANYWHERE, ...RESULT, '--expect'],
  inspect: ['--nonce', '--verify', '--client-id', '--hostname', ...ANYWHERE, '--http-timeout'],
};

/** The options that every command has. */
const GLOBAL = ['--help', '--quiet', '--verbose', '--no-color', '--json-errors', '--version'];

describe('help and version', () => {
  it.each([
    ['--help', 'Usage: sgid [options] [command]'],
    ['help', 'Usage: sgid [options] [command]'],
    ['login --help', 'Usage: sgid login [options]'],
    ['help login', 'Usage: sgid login [options]'],
    ['--help login', 'Usage: sgid login [options]'],
    ['-h login --mock', 'Usage: sgid login [options]'],
    ['-h explain ERR_USAGE', 'Usage: sgid explain [options]'],
    ['help mock personas', 'Usage: sgid mock personas [options]'],
    ['--help mock personas', 'Usage: sgid mock personas [options]'],
    ['-q', 'Usage: sgid [options] [command]'],
    ['key', 'Usage: sgid key [options] [command]'],
    ['--version', '0.0.0-test'],
    ['', 'Examples:\n  $ sgid '],
  ])('sgid %s goes to stdout: exit 0', async (commandLine, words) => {
    const run = await runSgid(commandLine.split(' ').filter((word) => word !== ''));
    expect(run).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining(words) });
    expect(run.stdout).toMatch(/\n$/);
  });

  it.each([
    'help key generate --out',
    '-h login --mock --persona wei-ming --out',
    'help login --scope',
    'help mock -- personas',
    '--json-errors --help key generate',
    '-v -h key generate --to',
  ])('sgid %s does nothing but help', async (commandLine) => {
    const run = await runSgid(commandLine.split(' '));
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const [, name] = /(login|key generate|mock)/.exec(commandLine) ?? [];
    expect(run.stdout).toMatch(new RegExp(`^Usage: sgid ${name} `));
  });

  it.each(Object.keys(OPTIONS))('of sgid %s has the options of the contract', async (name) => {
    const { stdout } = await runSgid([name, '--help']);
    const terms = stdout.match(/^ {2}(?:-\w, )?--[a-z-]+(?:, --[a-z-]+)*/gm) ?? [];
    const declared = terms.flatMap((term) => term.match(/--[a-z-]+/g) ?? []);
    expect(declared.filter((option) => !GLOBAL.includes(option))).toEqual(OPTIONS[name]);
    expect((await runSgid(['--help'])).stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    const stderr = expect.stringContaining(`  next: Did you mean ${name}?\n`);
    expect(await runSgid([`${name}s`])).toMatchObject({ exitCode: 2, stderr });
  });
});
