import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { makeSharedFolder } from '../../helpers/packed-package.ts';
import { type EndedProcess, runCommand, SGID_JS } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const REDIRECT_URI = 'http://localhost:5001/callback';

/** `action.yml`, as far as it is looked at here (GitHub's metadata syntax for actions). */
interface CompositeAction {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

interface ActionStep {
  readonly id?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly uses?: string;
}

/** What a run of the action left behind. */
interface ActionRun {
  /** That of the step which ended the run. */
  readonly status: number;
  /** All that the steps printed, as the log has it before it is masked. */
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the steps one after the other as a runner of GitHub Actions does: inputs are put into the environment, bash
 * stops at the first error, and the first step that fails ends the run.
 *
 * @param env What the job has in its environment beside the variables of the runner.
 * @param folder The checkout.
 */
async function runAction(
  { inputs: declared, outputs, runs }: CompositeAction,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<ActionRun> {
  const paths = { summary: join(folder, 'summary.md'), outputs: join(folder, 'outputs') };
  for (const path of Object.values(paths)) await writeFile(path, '');
  const lookUp = (name: string): string => inputs[name] ?? declared[name]?.default ?? '';
  let ended: EndedProcess = { status: 0, stdout: '', stderr: '' };
  let log = '';
  for (const { env: stepEnv = {}, run = '' } of runs.steps) {
    const values = Object.entries(stepEnv).map(([name, text]) => [name, fillIn(text, lookUp)] as const);
    ended = await runCommand(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: folder,
      env: {
        ...env,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: paths.summary,
        GITHUB_OUTPUT: paths.outputs,
        ...Object.fromEntries(values),
      },
    });
    log += ended.stdout + ended.stderr;
    if (ended.status !== 0) break;
  }
  const set = new Map((await readFile(paths.outputs, 'utf8')).split('\n').map(readOutput));
  return {
    status: ended.status,
    log,
    summary: await readFile(paths.summary, 'utf8'),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [
        name,
        fillIn(value, (path) => set.get(path.replace('check.outputs.', '')) ?? ''),
      ]),
    ),
  };
}

/** Puts values in the place of `${{ inputs.x }}` and `${{ steps.x }}`, the only expressions that there may be. */
function fillIn(text: string, lookUp: (path: string) => string): string {
  return text.replace(/\$\{\{ (?:inputs|steps)\.([\w.-]+) \}\}/g, (_, path: string) => lookUp(path));
}

function readOutput(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

let action: CompositeAction;
let mock: RunningMockSgid;
let path: string;

beforeAll(async () => {
  action = parse(await readFile(new URL('../../../action.yml', import.meta.url), 'utf8'));
  mock = await startMockSgid({ redirectUris: [REDIRECT_URI] });
  const folder = await makeSharedFolder();
  await writeProgram(join(folder, 'sgid'), `exec "${process.execPath}" "${SGID_JS}" "$@"`);
  // What npx would be told; no test fetches a package.
  await writeProgram(join(folder, 'npx'), `printf 'npx:%s\\n' "$@"`);
  path = `${folder}:${process.env['PATH']}`;
});
afterAll(() => mock.close());

async function writeProgram(file: string, script: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

async function run(
  inputs: Readonly<Record<string, string>> = {},
  env = {},
  folder?: string,
): Promise<ActionRun> {
  const credentials = {
    'client-id': TEST_CLIENT_ID,
    'client-secret': TEST_CLIENT_SECRET,
    'private-key': TEST_PRIVATE_KEY,
    'redirect-uri': REDIRECT_URI,
    hostname: mock.hostname,
    version: '',
  };
  const checkout = folder ?? (await makeTemporaryFolder());
  return runAction(action, { ...credentials, ...inputs }, { PATH: path, ...env }, checkout);
}

describe('the GitHub Action', () => {
  it('passes right credentials, with summary and outputs', async () => {
    const { status, log, summary, outputs } = await run();
    expect({ status, ok: outputs['ok'] }).toEqual({ status: 0, ok: 'true' });
    expect(JSON.parse(outputs['report'] ?? '')).toMatchObject({ ok: true });
    expect(summary).toContain('| ✅ pass | `client-secret` |');
    expect(log).not.toContain('::error');
  });

  it('fails a wrong secret with the exit code of the check, and annotates it', async () => {
    const { status, log, summary, outputs } = await run({ 'client-secret': 'wrong' });
    expect({ status, ok: outputs['ok'] }).toEqual({ status: 4, ok: 'false' });
    expect(log).toMatch(/^::error title=sgid check%3A client-secret::/m);
    expect(summary).toContain('| ❌ fail | `client-secret` |');
  });

  it('masks each line of each secret before anything else is said', async () => {
    const escaped = TEST_PRIVATE_KEY.replaceAll('\n', '\\n');
    for (const key of [TEST_PRIVATE_KEY, TEST_PRIVATE_KEY.replaceAll('\n', '\r\n'), escaped]) {
      const { log } = await run({ 'private-key': key, 'private-key-passphrase': '100% secret' });
      const lines = log.split('\n');
      const masked = lines.filter((line) => line.startsWith('::add-mask::'));
      expect(lines.slice(0, masked.length)).toEqual(masked);
      for (const line of [TEST_CLIENT_SECRET, '100%25 secret', ...TEST_PRIVATE_KEY.trim().split('\n')])
        expect(masked).toContain(`::add-mask::${line}`);
    }
  });

  it('prints no secret but to mask it', async () => {
    const { log, summary, outputs } = await run({ 'client-secret': 'a-wrong-canary-secret' });
    const said = log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const everything = [...said, summary, ...Object.values(outputs)].join('\n');
    for (const secret of ['a-wrong-canary-secret', ...TEST_PRIVATE_KEY.trim().split('\n').slice(1, -1)])
      expect(everything).not.toContain(secret);
  });

  it('executes nothing of what an input says', async () => {
    const pwned = join(await makeTemporaryFolder(), 'pwned');
    const hostile = `$(touch ${pwned})\`touch ${pwned}\`"; touch ${pwned}; '\n::error::pwned\n`;
    const names = Object.keys(action.inputs).filter((name) => name !== 'version');
    const { status, log } = await run(Object.fromEntries(names.map((name) => [name, hostile])));
    expect(status).not.toBe(0);
    await expect(stat(pwned)).rejects.toThrow('ENOENT');
    const commands = log.split('\n').filter((line) => line.startsWith('::'));
    expect(commands.length).toBeGreaterThan(0);
    for (const line of commands)
      expect(line).toMatch(/^::(add-mask::|error title=sgid check|warning title=sgid check)/);
  });

  it('takes from the environment what no input gives', async () => {
    const { status } = await run(
      { 'client-id': '', 'client-secret': '' },
      { SGID_CLIENT_ID: TEST_CLIENT_ID, SGID_CLIENT_SECRET: TEST_CLIENT_SECRET },
    );
    expect(status).toBe(0);
  });

  it('passes on which checks to run, and that none asks the provider', async () => {
    const { outputs } = await run({ only: 'scopes, private-key', offline: 'true', hostname: '' });
    const { checks } = JSON.parse(outputs['report'] ?? '');
    expect(checks.map(({ id }: { id: string }) => id)).toEqual(['private-key', 'scopes']);
  });

  it('takes an option for the value that it is', async () => {
    const { status, log } = await run({ only: '--offline' });
    expect(status).toBe(2);
    expect(log).toContain('unknown check "--offline"');
  });

  it('runs the published package of its own version, unless it is told another', async () => {
    expect(action.inputs['version']?.default).toBe(packageJson.version);
    const { log } = await run({ version: '9.9.9', canary: 'canary.txt' });
    const words = log.split('\n').filter((line) => line.startsWith('npx:'));
    expect(words).toEqual(
      [
        /--prefix/,
        /.+/,
        /--yes/,
        /sgid-cli@9\.9\.9/,
        /check/,
        /--format/,
        /github/,
        /--canary=canary\.txt/,
      ].map(({ source }) => expect.stringMatching(`^npx:${source}$`)),
    );
  });

  it('runs no package of the checkout that has its name', async () => {
    const checkout = await makeTemporaryFolder();
    const modules = join(checkout, 'node_modules');
    for (const folder of ['.bin', 'sgid-cli']) await mkdir(join(modules, folder), { recursive: true });
    const { version } = packageJson;
    await writeFile(
      join(checkout, 'package.json'),
      JSON.stringify({ dependencies: { 'sgid-cli': version } }),
    );
    const own = { name: 'sgid-cli', version, bin: { sgid: 'sgid.sh' } };
    await writeFile(join(modules, 'sgid-cli/package.json'), JSON.stringify(own));
    await writeProgram(join(modules, 'sgid-cli/sgid.sh'), 'echo a stranger has the secret');
    await symlink('../sgid-cli/sgid.sh', join(modules, '.bin/sgid'));
    const env = { PATH: process.env['PATH'], HOME: checkout, npm_config_offline: 'true' };
    const { status, log } = await run({ version }, env, checkout);
    expect(log).not.toContain('a stranger has the secret');
    // There is no other here.
    expect([status, log]).toEqual([1, expect.stringContaining('ENOTCACHED')]);
  });

  it('puts every input into the environment, and none into a script', async () => {
    const { inputs, runs } = action;
    const used = runs.steps.flatMap(({ env = {} }) => Object.values(env));
    for (const name of Object.keys(inputs)) expect(used).toContain(`\${{ inputs.${name} }}`);
    for (const { run, uses, shell } of runs.steps) {
      expect(run).not.toContain('${{');
      expect({ uses, shell }).toEqual({ uses: undefined, shell: 'bash' });
    }
    const docs = await readFile(new URL('../../../docs/ci.md', import.meta.url), 'utf8');
    for (const name of [...Object.keys(inputs), ...Object.keys(action.outputs)]) expect(docs).toContain(name);
  });
});
