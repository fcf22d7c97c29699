import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemFiles } from '../../../src/system/files.ts';
import { type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { giveAway } from '../../helpers/give-away.ts';
import { findJunitFaults, parseJunit } from '../../helpers/junit-schema.ts';
import { expectRefused, type FlowOptions, logIn, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { startSteps } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const LOGIN = ['login', '--mock', '--persona', 'zoe'];
const OUTPUTS = ['--out', '--trace', '--junit', '--save-canary'];

/** Each of the options with each of the values. */
const withEach = <T>(options: readonly string[], values: readonly T[]) =>
  options.flatMap((option) => values.map((value) => [option, value] as const));

/** A path in a folder where there is nothing else. */
const newPath = async (): Promise<string> => join(await makeTemporaryFolder(), 'file');

describe('a file that sgid login writes', () => {
  it.each(withEach(OUTPUTS, ['a new one', 'an old one']))(
    'by %s is %s for its owner alone',
    async (option, age) => {
      const folder = join(await makeTemporaryFolder(), 'with space');
      await mkdir(folder);
      const path = join(folder, 'file');
      if (age === 'an old one') await writeFile(path, 'old', { mode: 0o644 });
      expect(await logIn([option, path])).toMatchObject({ exitCode: 0 });
      expect(await readFile(path, 'utf8')).not.toMatch(/^(old)?$/);
      expect((await lstat(path)).mode & 0o777).toBe(0o600);
      expect(await readdir(folder)).toEqual(['file']);
    },
  );

  it.each(
    withEach(OUTPUTS, [
      ['a folder that is missing', 'missing/x.json', /mkdir -p .*missing/],
      ['a folder', '', /is a folder/],
      ['a name that was no UTF-8', 'a\ufffd', /has a name that is not UTF-8/],
      ['a symbolic link', 'link', /symbolic link, which is not followed/],
      ['a file of another user', 'given', /belongs to another user/],
    ] as const),
  )('by %s is known to be unwritable before the browser opens: %j', async (option, [, name, words]) => {
    const folder = await makeTemporaryFolder();
    const target = join(folder, 'target');
    await writeFile(target, 'old');
    await symlink(target, join(folder, 'link'));
    await writeFile(join(folder, 'given'), 'old');
    giveAway(join(folder, 'given'));
    expectRefused(await logIn([option, join(folder, name)]), 3, 'ERR_OUTPUT', words);
    expect((await readdir(folder)).sort()).toEqual(['given', 'link', 'target']);
    expect(await readFile(join(folder, 'given'), 'utf8')).toBe('old');
    expect(await readFile(target, 'utf8')).toBe('old');
  });

  it.each([
    ...OUTPUTS.map((option) => [option, 200, 3, 'ERR_OUTPUT'] as const),
    ['--trace', 400, 4, 'ERR_TOKEN_REFUSED'],
    ['--junit', 400, 4, 'ERR_TOKEN_REFUSED'],
  ] as const)('by %s that finds the disk full, status %i: exit %i, nothing is left', async (...row) => {
    const [option, status, exitCode, code] = row;
    const folder = await makeTemporaryFolder();
    const full = Object.assign(new Error('ENOSPC: CANARY'), { code: 'ENOSPC' });
    const prepareOutput: typeof systemFiles.prepareOutput = async (path) => {
      const file = await systemFiles.prepareOutput(path);
      return { ...file, commit: () => Promise.reject(full) };
    };
    const run = await logIn([option, join(folder, 'x')], {
      files: { prepareOutput },
      ...(status === 400 && { provider: { token: () => reply(400) } }),
    });
    expect(run).toMatchObject({ exitCode, code, stderr: expect.stringContaining('no space is left there') });
    expect(run.stderr).not.toContain('CANARY');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('sgid login --out', () => {
  it.each<[string, string, number, RegExp]>([
    ['the claims', '', 0, /"myinfo\.name": "TAN WEI MING"/],
    [
      'the claims although an expectation fails',
      '--expect myinfo.email',
      9,
      /"myinfo\.name": "TAN WEI MING"/,
    ],
    ['what --field gives', '--field myinfo.name', 0, /^TAN WEI MING\n$/],
  ])('writes %s, and nothing to standard output', async (_name, args, exitCode, content) => {
    const path = await newPath();
    const run = await logIn(['--out', path, ...args.split(' ').filter(Boolean)]);
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(await readFile(path, 'utf8')).toMatch(content);
  });

  it.each([
    [5, 'the login fails', { userinfo: () => reply(500) }, []],
    [9, 'the claim of --field is missing', {}, ['--field', 'myinfo.email']],
  ])('leaves what was there, and nothing else, with exit %i: %s', async (exitCode, _name, provider, args) => {
    const flow = await startFlow({ provider });
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'claims.json');
    expect(await flow.login(['--out', path, ...args])).toMatchObject({ exitCode });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(path, 'old');
    expect(await flow.login(['--out', path, ...args])).toMatchObject({ exitCode });
    expect(await readdir(folder)).toEqual(['claims.json']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});

describe('sgid login --junit', () => {
  /** What the report of a login says, and how that ended. */
  async function report(expected: readonly string[], options: FlowOptions = {}) {
    const path = await newPath();
    const args = expected.flatMap((text) => ['--expect', text]);
    const { exitCode } = await logIn([...args, '--junit', path], options);
    const text = await readFile(path, 'utf8');
    expect(await findJunitFaults(text)).toEqual([]);
    const cases = parseJunit(text);
    return { exitCode, text, cases, outcomes: cases.map(({ name, outcome }) => [name, outcome]) };
  }

  it('reports a login and its expectations, each a case, those of one name apart', async () => {
    const expected = ['myinfo.name', 'myinfo.name=TAN WEI MING', 'myinfo.name~^TAN', 'sub', 'sub'];
    expect(await report(expected)).toMatchObject({
      exitCode: 0,
      outcomes: [
        ['login', 'passed'],
        ['expect myinfo.name', 'passed'],
        ['expect myinfo.name = (value)', 'passed'],
        ['expect myinfo.name ~ (pattern)', 'passed'],
        ['expect sub', 'passed'],
        ['expect sub (2)', 'passed'],
      ],
    });
  });

  it('reports every expectation that fails, and neither value nor pattern', async () => {
    const expected = ['myinfo.email', 'myinfo.name=CANARY VALUE', 'myinfo.name~CANARY'];
    const { exitCode, text, outcomes } = await report(expected);
    expect(exitCode).toBe(9);
    expect(outcomes).toEqual([
      ['login', 'passed'],
      ['expect myinfo.email', 'failure'],
      ['expect myinfo.name = (value)', 'failure'],
      ['expect myinfo.name ~ (pattern)', 'failure'],
    ]);
    expect(text).not.toMatch(/CANARY|TAN WEI MING/);
  });

  it('reports a login that is refused, and its expectations as not tried', async () => {
    const token = () => reply(400, '{"error":"invalid_client","message":"the words of the provider"}');
    const { exitCode, text, cases } = await report(['sub'], { provider: { token } });
    expect(exitCode).toBe(4);
    expect(cases).toMatchObject([
      { name: 'login', outcome: 'failure', attributes: { type: 'ERR_TOKEN_REFUSED' } },
      { name: 'expect sub', outcome: 'skipped' },
    ]);
    expect(text).toContain('the words of the provider');
  });
});

describe('--save-canary', () => {
  it('keeps the encrypted key of the reply and nothing else, and the private key opens it', async () => {
    const path = await newPath();
    const { stdout } = await runSgid([...LOGIN, '--save-canary', path]);
    const canary = await readFile(path, 'utf8');
    expect(canary.trim()).toMatch(/^[\w-]+(?:\.[\w-]+){4}$/);
    expect(canary).not.toContain(JSON.parse(stdout).sub);
    const { run } = await startSteps();
    const check = await run(['check', '--offline', '--only', 'canary', '--canary', path]);
    expect(check).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^pass {2}canary/) });
  });

  it.each<[string, (args: readonly string[]) => Promise<RunResult>]>([
    ['login', (args) => runSgid([...LOGIN, ...args])],
    [
      'userinfo',
      async (args) => {
        const { run, obtainTokens } = await startSteps();
        return run(['userinfo', ...args], { stdin: await obtainTokens() });
      },
    ],
  ])('of %s keeps it although an expectation fails: the result was printed as well', async (_name, run) => {
    const expectation = ['--expect', 'myinfo.name=nobody'];
    for (const [code, more] of [[undefined, []] as const, ['ERR_EXPECTATION', expectation] as const]) {
      const path = await newPath();
      const result = await run(['--save-canary', path, ...more]);
      expect(result).toMatchObject({ code, stdout: expect.stringContaining('myinfo.name') });
      expect((await readFile(path, 'utf8')).split('.')).toHaveLength(5);
    }
  });

  it('is refused with a scope that brings no data, before anything is done', async () => {
    expectRefused(await logIn(['--scope', 'openid', '--save-canary', await newPath()]), 2, 'ERR_USAGE');
  });
});

const TOKENS = JSON.stringify({ sub: 'u=1', accessToken: 'canary-token', idToken: 'a.b.c' });
const CLAIMS = JSON.stringify({ sub: 'u=1', data: { 'myinfo.name': 'TAN AH TEST' } });

describe('the wrong file', () => {
  it.each([
    ['decrypt', TOKENS, 'is what "sgid callback" printed, and holds no data yet'],
    ['decrypt', CLAIMS, 'holds data in the clear: there is nothing to decrypt'],
    ['inspect', CLAIMS, 'holds data in the clear: there is nothing to decrypt'],
  ])('sgid %s says what %s is', async (command, stdin, words) => {
    const run = await runSgid([command, '-'], { stdin });
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(words) });
    expect(run.stderr).not.toMatch(/canary|TAN AH/);
  });

  it('of tokens is not named in full as an example either: a hint keeps its dots', async () => {
    const { stderr } = await runSgid(['userinfo', '--token', '-'], { stdin: '{"a":1}' });
    expect(stderr).toContain('"accessToken": "..."');
  });
});

describe('- as an output', () => {
  it('is standard output for the result', async () => {
    const { stdout } = await runSgid([...LOGIN, '--out', '-']);
    expect(JSON.parse(stdout)).toHaveProperty('sub');
    expect(await readdir('.')).not.toContain('-');
  });

  it('is standard output for a key', async () => {
    const key = await newPath();
    expect(await runSgid(['key', 'generate', '--out', key])).toMatchObject({ exitCode: 0 });
    const run = await runSgid(['key', 'convert', '--to', 'pkcs8', key, '--out', '-']);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/) });
  });

  it.each([
    ['--trace', LOGIN],
    ['--junit', LOGIN],
    ['--save-canary', LOGIN],
    ['--html', ['trace', 'view', 'x']],
  ])('is refused for %s', async (option, args) => {
    const stderr = expect.stringContaining(`${option} cannot write to standard output`);
    expect(await runSgid([...args, option, '-'])).toMatchObject({ exitCode: 2, stderr });
  });
});
