import fc from 'fast-check';
import { expect } from 'vitest';
import { describeProgram, runProgram } from '../../../src/commands/program.ts';
import { COMMANDS } from '../../../src/commands/table.ts';
import { ERRORS } from '../../../src/errors/codes.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_ID, TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import type { Platform } from '../../../src/system/platform.ts';
import { type Canaries, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { memoryFolder } from '../settings/in-memory.ts';
import { sampleTrace } from '../trace/sample-trace.ts';
import { fuzz } from './fuzz.ts';
import { changedText } from './hostile-text.ts';

const SECRET = 'CANARY-secret/1+2';
const PASSPHRASE = 'CANARY passphrase/3+4';
const SECRETS: Canaries = new Map([
  ['client secret', SECRET],
  ['passphrase', PASSPHRASE],
  ...canariesOfKey(TEST_PRIVATE_KEY),
]);

const CLIENT = {
  clientId: TEST_CLIENT_ID,
  clientSecret: SECRET,
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:1/callback',
  hostname: 'http://127.0.0.1:9',
};
const ENV = {
  SGID_CLIENT_ID: CLIENT.clientId,
  SGID_CLIENT_SECRET: SECRET,
  SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
  SGID_REDIRECT_URI: CLIENT.redirectUri,
  SGID_HOSTNAME: CLIENT.hostname,
  SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE,
};

/** The files that there are. */
const FILES: Readonly<Record<string, string>> = {
  'client.json': JSON.stringify(CLIENT),
  'broken.json': JSON.stringify(CLIENT).slice(0, -20),
  '.env': Object.entries(ENV)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join(''),
  'key.pem': TEST_PRIVATE_KEY,
  'public.pem': TEST_PUBLIC_KEY,
  secret: SECRET,
  passphrase: PASSPHRASE,
  'trace.json': JSON.stringify(sampleTrace()),
  'saved.json': savedUserinfo({ 'myinfo.name': 'A NAME' }),
  'personas.json': JSON.stringify([{ id: 'my-person', data: {} }]),
  'clients.json': JSON.stringify([
    {
      clientId: 'A',
      clientSecret: SECRET,
      redirectUris: ['http://localhost:3000/'],
      publicKey: TEST_PUBLIC_KEY,
    },
  ]),
};

function readFixture(path: string): Uint8Array {
  const text = FILES[path];
  if (text === undefined) throw Object.assign(new Error('test'), { code: 'ENOENT' });
  return Buffer.from(text);
}

/** Only these print a secret, on standard output or into their file: that is what they are for. */
const GIVERS = /^(?:key (?:convert|generate)|mock)\b/;

/** Every command. */
const listed = await (async () => {
  const { commands } = await describeProgram();
  const own = commands.filter((command) => COMMANDS.some(({ name }) => name === command.name()));
  return own.flatMap((command) => [
    { words: [command.name()], command },
    ...command.commands.map((below) => ({ words: [command.name(), below.name()], command: below })),
  ]);
})();

const OUTPUTS = ['new.json', 'folder/new', 'key.pem', '.env', '-', '/dev/null', '', '../new', '/etc/passwd'];

const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(FILES)) },
  fc.constantFrom(
    ...OUTPUTS,
    'kept',
    'other',
    'openid',
    'openid myinfo.name',
    'myinfo.name',
    '5s',
    '1',
    '0',
    '48',
  ),
  fc.constantFrom(
    'http://127.0.0.1:9',
    'https://provider.test',
    'localhost:0',
    '127.0.0.1:0',
    'wei-ming',
    'json',
    'a=b',
  ),
  fc.constantFrom('ERR_USAGE', 'bash', 'myinfo.name~(a+)+$', '-x', '--', `\${HOME}`, 'x'.repeat(5000)),
  changedText(
    fc.constantFrom(
      'http://localhost:1/callback?code=c&state=s',
      'http://127.0.0.1:0/',
      '127.0.0.1:0',
      'eyJhbGciOiJub25lIn0.e30.',
    ),
  ),
);

/** A secret where a path belongs, or in an option that does not exist. */
const slip = fc.constantFrom<readonly string[]>(
  ['--client-secret', SECRET],
  [`--client-secret=${SECRET}`],
  [`--private-key=${TEST_PRIVATE_KEY}`],
  ['--client-secret-file', SECRET],
  ['--private-key-file', TEST_PRIVATE_KEY],
  ['--credentials', TEST_PRIVATE_KEY],
  ['--passphrase-file', PASSPHRASE],
  ['--token', SECRET],
);

const optionOf = (options: (typeof listed)[number]['command']['options']): fc.Arbitrary<readonly string[]> =>
  fc.tuple(fc.constantFrom(...options), value, fc.nat(9)).map(([option, value, form]) => {
    const flag = (form > 4 && option.short) || option.long || option.flags;
    const chosen =
      option.argChoices !== undefined && form > 1
        ? (option.argChoices[form % option.argChoices.length] ?? value)
        : value;
    if (!option.required && !option.optional) return form === 0 ? [`${flag}=${chosen}`] : [flag];
    return form === 1 ? [`${flag}=${chosen}`] : form === 2 ? [flag] : [flag, chosen];
  });

/** Words that stand anywhere. */
const stray = fc.oneof(
  value,
  fc.constantFrom('-v', '-q', '--json-errors', '--help', '-V', '--no-color', 'help', '--'),
);

/** A command line: of one command, with some of its options and arguments; now and then with words from elsewhere. */
const commandLine = fc.constantFrom(...listed).chain(({ words, command }) => {
  const {
    options,
    registeredArguments: { length: most },
  } = command;
  const needed = options.flatMap(({ mandatory, argChoices: [choice] = [], long }) =>
    mandatory && choice && long ? [long, choice] : [],
  );
  return fc
    .tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constant<readonly string[]>([]) }, slip),
      fc.array(optionOf(options), { maxLength: 4 }),
      fc.array(value, { minLength: Math.min(1, most), maxLength: most }),
      fc.array(stray, { maxLength: 1 }),
      fc.nat(30),
    )
    .map(([slipped, given, values, strays, at]) => [
      ...(at === 0 ? strays : []),
      ...words,
      ...slipped,
      ...(at === 1 ? [] : needed),
      ...given.flat(),
      ...values,
      ...(at > 20 ? strays : []),
    ]);
});

const KEPT = { ...CLIENT, clientSecret: { value: SECRET }, privateKey: { value: TEST_PRIVATE_KEY } };

/** All of the table but that of a bug. */
const EXIT_CODES: readonly number[] = Object.values(ERRORS)
  .map(({ exit }) => exit)
  .filter((exit) => exit !== 1);

/** Runs a command line where nothing is real, until it ends or waits for somebody. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const over = new AbortController();
  const files = new Map<string, string>();
  const written: string[] = [];
  const stop = (): void => over.abort(new SgidError('ERR_INTERRUPTED', 'stopped by the test'));
  let stdout = '';
  const { platform: base, written: output } = createFakePlatform({
    env,
    signal: over.signal,
    clock: createFakeClock(),
    configFolder: memoryFolder({ profiles: { kept: KEPT } }, written),
    browser: async () => {
      stop();
      return undefined;
    },
    keyring: { read: async () => undefined, write: async () => {}, remove: async () => false },
    runCommand: async () => ({ end: { kind: 'exited', status: 1 }, stdout: Buffer.from(''), stderr: '' }),
    runForeground: async () => 0,
    files: {
      readSecretFile: async (path) => ({ bytes: readFixture(path), readableByOthers: true }),
      readReplaced: async (path) => readFixture(path),
      append: async (path, text) => {
        files.set(path, text);
      },
      prepareOutput: async (path) => ({
        commit: async (content) => {
          files.set(path, content.toString());
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    },
    terminal: {
      writeOut: async (text) => {
        stdout += text.toString();
        // The mock listens.
        if (stdout.startsWith('{"hostname"')) stop();
      },
    },
    onError: (text) => {
      if (/listens at|authorize\?/.test(text)) stop();
    },
  });
  const platform: Platform = {
    ...base,
    createHttpClient: () => async () => {
      throw Object.assign(new Error('no network in this test'), { code: 'ECONNREFUSED' });
    },
  };
  const exitCode = await runProgram(args, {
    env: platform.env,
    streams: platform.terminal,
    openPlatform: async () => platform,
  });
  return { exitCode, stdout, stderr: output.stderr, files, written };
}

fuzz(
  'any command line ends with an exit code of the table, keeps secrets, and writes only where it was told',
  { short: 60, long: 100_000 },
  fc.asyncProperty(commandLine, fc.constantFrom({}, ENV, { SGID_PROFILE: 'kept' }), async (args, env) => {
    const { exitCode, stdout, stderr, files, written } = await run(args, env);
    const known = exitCode === 0 || EXIT_CODES.includes(exitCode);
    expect({ exitCode, stderr, known }).toEqual({ exitCode, stderr, known: true });
    expect(findCanaries(stderr, SECRETS)).toEqual([]);
    if (!GIVERS.test(args.join(' '))) expect(findCanaries(stdout, SECRETS)).toEqual([]);
    for (const path of files.keys()) expect(args.join(' ')).toContain(path);
    expect(
      written.every((name) =>
        /^(?:profiles\/[\w-]+\.json|current-profile|callback\.(?:pem|crt))$/.test(name),
      ),
    ).toBe(true);
  }),
);
