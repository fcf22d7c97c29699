import { createPrivateKey } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../../src/commands/program.ts';
import { COMMANDS } from '../../../src/commands/table.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { CommandOptions } from '../../../src/system/run-command.ts';
import { type Canaries, canariesIn, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { makeProfileHome } from '../../helpers/profile-folder.ts';
import { writeKeyFiles } from '../../helpers/run-key.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';
const WRONG = 'CANARY-wrong/5+6';
const NEW_PASSPHRASE = 'CANARY-new passphrase/3+4';
const LOCKED_KEY = createPrivateKey(TEST_PRIVATE_KEY)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const NAME = PERSONAS.find(({ id }) => id === 'wei-ming')?.data['myinfo.name'] ?? '';
const CLIENT = {
  id: TEST_CLIENT_ID,
  secret: TEST_CLIENT_SECRET,
  privateKey: LOCKED_KEY,
  passphrase: PASSPHRASE,
};

/**
 * Every command, well and badly used: how it ends, and which canaries it is there to give, on standard output or in the
 * file `result`. With `-p kept` the private key comes from a command.
 */
const ROWS: readonly (readonly [commandLine: string, exitCode: number, gives?: RegExp])[] = [
  ['login', 0, /^(sub|claim)$/],
  ['login --include-tokens --out @result', 0, /^(sub|claim|.*access_token|ID token)/],
  ['login -p kept --hostname HOST --browser browse', 0, /^(sub|claim)$/],
  ['login --expect myinfo.name=OTHER', 9, /^(sub|claim)$/],
  ['login --client-secret=SECRET', 2],
  ['login --hostname SECRET', 3],
  ['mock --port 0', 0],
  // The client of the mock is the one of this test.
  ['mock --port 0 -e @result', 0, /client.secret$|^open key/],
  ['mock --port 0 -- npm test', 0, /client.secret$|^open key/],
  ['mock --port 0 --client @client.json', 3],
  ['mock personas', 0, /^claim$/],
  ['mock personas --personas @client.json', 3],
  ['mock faults', 0],
  ['mock faults --format yaml', 2],
  ['init --from @client.json --profile made --yes --hostname HOST', 0],
  ['init --from @broken.json --profile made --yes', 3],
  ['init --from @client.json --profile kept --yes', 3],
  ['check', 0],
  ['check -p kept --hostname HOST --format junit --out @result', 0],
  ['check --client-secret-file @wrong --hostname HOST', 4],
  ['check --offline --private-key-file @broken.json', 3],
  ['profile list', 0],
  ['profile list --format yaml', 2],
  ['profile show kept', 0],
  ['profile show kept --resolved', 0],
  ['profile show other', 3],
  ['profile use kept', 0],
  ['profile use other', 3],
  ['profile remove kept --yes', 0],
  ['profile remove other --yes', 3],
  ['key inspect @client.json', 0],
  ['key inspect @locked.pem --passphrase-file @wrong', 3],
  ['key convert --to pkcs8 @locked.pem --passphrase-file @pass', 0, /key/],
  ['key convert --to pkcs8-encrypted @open.pem --out-passphrase-file @new-pass --out @result', 0],
  ['key convert --to env @open.pem --out @client.json', 3],
  ['key generate --to pkcs8-encrypted --out-passphrase-file @new-pass', 0],
  ['key generate --bits 1024', 2],
  ['key public @locked.pem --passphrase-file @pass', 0],
  ['key public @broken.json', 3],
  ['pkce', 0],
  ['pkce --length SECRET', 2],
  ['authorize-url', 0],
  ['authorize-url --redirect-uri SECRET', 3],
  ['callback --transaction @transaction.json URL', 0, /^(sub|.*access_token|ID token)/],
  ['callback --transaction @transaction.json URL --state other', 2],
  ['callback --transaction @other.json URL', 7],
  ['callback --transaction @transaction.json URL -p kept --hostname HOST --client-secret-file @wrong', 4],
  ['userinfo --token @tokens.json', 0, /^(sub|claim)$/],
  ['userinfo --token @tokens.json -p kept --hostname HOST --save-canary @canary', 0, /^(sub|claim)$/],
  ['userinfo --token @wrong', 4],
  ['decrypt @saved.json', 0, /^(sub|claim)$/],
  ['decrypt @saved.json -p kept', 0, /^(sub|claim)$/],
  ['decrypt @tokens.json', 3],
  ['inspect @tokens.json', 0, /^sub$/],
  ['inspect --verify --nonce other @tokens.json', 7, /^sub$/],
  ['trace view @trace.json', 0],
  ['trace view @trace.json --html @page.html', 0],
  ['trace view @tokens.json', 3],
  ['scopes', 0],
  ['scopes --format yaml', 2],
  ['explain ERR_USAGE', 0],
  ['explain --format yaml', 2],
  ['completion bash', 0],
  ['completion tcsh', 2],
];

/** The variables that the profile names. */
const OWN = { OWN_SECRET: TEST_CLIENT_SECRET, OWN_PASSPHRASE: PASSPHRASE };

/** A program that was started: its words, and its variables. */
type Child = readonly [words: readonly string[], env: Readonly<Record<string, string | undefined>>];

/** A client with secrets everywhere, in the middle of a login, with another one behind it. */
async function makeWorld() {
  const { provider, browser, redirectUri, env: client } = await startFlow();
  const { env: home } = await makeProfileHome({
    kept: {
      clientId: TEST_CLIENT_ID,
      redirectUri,
      clientSecret: { source: 'env:OWN_SECRET' },
      privateKey: { source: 'command:give key' },
      passphrase: { source: 'env:OWN_PASSPHRASE' },
    },
  });
  const env: Readonly<Record<string, string>> = {
    ...client,
    ...home,
    ...{ SGID_PRIVATE_KEY: LOCKED_KEY, SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE },
    DEBUG: '*',
  };
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runSgid(args, { env });
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  };
  const begin = async (): Promise<{ text: string; url: string }> => {
    const text = await succeed('authorize-url');
    return { text, url: (await redirectOf(JSON.parse(text).url)).href };
  };
  const [first, second] = [await begin(), await begin()];
  const portal = JSON.stringify({ ...CLIENT, redirectUri });
  const folder = await writeKeyFiles({
    'client.json': portal,
    'broken.json': portal.slice(0, -20),
    'open.pem': TEST_PRIVATE_KEY,
    'locked.pem': LOCKED_KEY,
    pass: PASSPHRASE,
    'new-pass': NEW_PASSPHRASE,
    wrong: WRONG,
    'other.json': first.text,
    'transaction.json': second.text,
    'saved.json': savedUserinfo({ 'myinfo.name': NAME }),
  });
  const trace = join(folder, 'trace.json');
  const tokens = await succeed(
    ...['callback', '--transaction', join(folder, 'other.json'), first.url, '--trace', trace],
  );
  await writeFile(join(folder, 'tokens.json'), tokens);
  const { codeVerifier }: { codeVerifier: string } = JSON.parse(second.text);
  const { sub, idToken }: { sub: string; idToken: string } = JSON.parse(tokens);
  return { provider, browser, env, folder, url: second.url, codeVerifier, sub, idToken };
}

/** Runs a command line in such a world, and gives all that it wrote, started and served. */
async function runInWorld(commandLine: string, withEverything: boolean) {
  const world = await makeWorld();
  const { provider, browser, env, folder } = world;
  const before = await readAll(folder);
  const fixed: Readonly<Record<string, string>> = {
    HOST: provider.hostname,
    SECRET: TEST_CLIENT_SECRET,
    URL: world.url,
  };
  const words = commandLine
    .split(' ')
    .map((word) => (word.startsWith('@') ? join(folder, word.slice(1)) : (fixed[word] ?? word)));
  const extra = withEverything ? await everythingOf(commandLine, folder) : [];
  const end = words.indexOf('--');
  const args = end < 0 ? [...words, ...extra] : [...words.slice(0, end), ...extra, ...words.slice(end)];
  const children: Child[] = [];
  const over = new AbortController();
  const options: RunOptions = {
    env: commandLine.includes('kept') ? { ...env, ...OWN, SGID_PRIVATE_KEY: undefined } : env,
    browser: (url, command, variables) => {
      children.push([[...command, url], variables]);
      return browser.open(url, command, variables);
    },
    runCommand: async (command, { env: variables }: CommandOptions) => {
      children.push([command, variables]);
      return { end: { kind: 'exited', status: 0 }, stdout: Buffer.from(LOCKED_KEY), stderr: PASSPHRASE };
    },
    runForeground: async (command, variables) => {
      children.push([command, variables]);
      return 0;
    },
    signal: over.signal,
    onError: (text) => text.includes('Press Ctrl-C to stop') && over.abort(),
  };
  const result = await runSgid(args, options);
  await browser.idle();
  const after = await readAll(folder);
  const files = new Map([...after].filter(([name, text]) => before.get(name) !== text));
  const secrets: Canaries = new Map([
    ...provider.requests.flatMap((request, at) => namedAfter(`request ${at}:`, canariesIn([request]))),
    ...namedAfter('open key,', canariesOfKey(TEST_PRIVATE_KEY)),
    ...namedAfter('locked key,', canariesOfKey(LOCKED_KEY)),
    ...Object.entries({
      'client secret': TEST_CLIENT_SECRET,
      passphrase: PASSPHRASE,
      'new passphrase': NEW_PASSPHRASE,
      'wrong secret': WRONG,
      'unused code': new URL(world.url).searchParams.get('code') ?? '',
      'unused verifier': world.codeVerifier,
      'ID token': world.idToken,
      sub: world.sub,
      claim: NAME,
    }),
  ]);
  return { ...result, pages: browser.pages.map(({ body }) => body), children, files, secrets };
}

function namedAfter(what: string, canaries: Canaries): readonly (readonly [string, string])[] {
  return [...canaries].map(([name, secret]) => [`${what} ${name}`, secret] as const);
}

async function readAll(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

/** Every command of the program that can be run, with its options. */
const listed = (async () => {
  const { commands } = await describeProgram();
  const own = commands.filter((command) => COMMANDS.some(({ name }) => name === command.name()));
  return own.flatMap((command) => [
    { name: command.name(), options: command.options },
    ...command.commands.map((below) => ({
      name: `${command.name()} ${below.name()}`,
      options: below.options,
    })),
  ]);
})();

/** Everything that makes a command say more, where it has it. */
async function everythingOf(commandLine: string, folder: string): Promise<readonly string[]> {
  const command = (await listed).findLast(({ name }) => `${commandLine} `.startsWith(`${name} `));
  const reports = ['--trace', '--junit'].filter((name) => command?.options.some(({ long }) => long === name));
  return ['-v', '--json-errors', ...reports.flatMap((name) => [name, join(folder, `report${name}`)])];
}

describe('no secret of a client or person is said', () => {
  it('by any command that there is: each has a row that goes well and one that does not', async () => {
    const names = (await listed).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['login', 'mock faults', 'key convert', 'trace view']));
    const without = (goesWell: boolean): readonly string[] =>
      names.filter(
        (name) =>
          !ROWS.some(([line, exit]) => `${line} `.startsWith(`${name} `) && (exit === 0) === goesWell),
      );
    expect({ well: without(true), badly: without(false) }).toEqual({ well: [], badly: [] });
  });

  it('where a run can have it anywhere: in reports, pages and what is started', async () => {
    const line = 'login -p kept --hostname HOST --browser browse';
    const { files, pages, children, secrets } = await runInWorld(line, true);
    expect([...files.keys()].sort()).toEqual(['report--junit', 'report--trace']);
    expect(pages).toEqual([expect.stringContaining('</html>')]);
    expect(children.map(([[program]]) => program)).toEqual(['give', 'browse']);
    for (const [, env] of children) expect(Object.keys(env)).toContain('SGID_CLIENT_ID');
    expect([...secrets.values()].filter((secret) => secret.length < 8)).toEqual([]);
    expect(secrets.size).toBeGreaterThan(60);
  });

  const runs = ROWS.flatMap((row) => [false, true].map((all) => [row[0], all, row] as const));
  it.each(runs)(
    'by sgid %s, with everything that makes it say more: %s',
    async (commandLine, withEverything, [, exit, gives = /^$/]) => {
      const run = await runInWorld(commandLine, withEverything);
      const { secrets, files } = run;
      expect({ exit: run.exitCode, stderr: run.stderr }).toMatchObject({ exit });
      const unsaid: Canaries = new Map([...secrets].filter(([name]) => !gives.test(name)));
      const places = {
        stdout: [run.stdout, unsaid],
        result: [files.get('result') ?? '', unsaid],
        stderr: [run.stderr, secrets],
        pages: [run.pages.join(), secrets],
        files: [[...files].filter(([name]) => name !== 'result').join(), secrets],
        'arguments of children': [run.children.flatMap(([words]) => words).join(' '), secrets],
        'variables of children': [run.children.flatMap(([, env]) => Object.values(env)).join(' '), unsaid],
      } as const;
      for (const [place, [text, hidden]] of Object.entries(places))
        expect([place, findCanaries(text, hidden)]).toEqual([place, []]);
    },
  );
});
