import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import { ROOMS } from '../../../scripts/mutation/rooms.mjs';
import nodeBinaries from '../../../scripts/package/node-binaries.json' with { type: 'json' };
import { ROOT } from '../../helpers/packed-package.ts';
import { runCommand } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** A job of a workflow of GitHub Actions, as far as it is looked at here (GitHub's workflow syntax). */
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly strategy?: {
    readonly matrix: {
      readonly os?: readonly string[];
      readonly node?: readonly string[];
      readonly script?: readonly string[];
      readonly include?: readonly Readonly<Record<string, string>>[];
    };
  };
  readonly uses?: string;
  readonly steps?: readonly { name?: string; uses?: string; run?: string; with?: object }[];
}

const FOLDER = `${ROOT}/.github/workflows`;

function readWorkflow(name: string) {
  const text = readFileSync(`${FOLDER}/${name}`, 'utf8');
  const { on, permissions, jobs }: { on: object; permissions: object; jobs: Record<string, Job> } =
    parse(text);
  const steps = Object.values(jobs).flatMap(({ steps = [] }) => steps);
  const runs = steps.flatMap(({ run }) => run ?? []);
  const named = Object.values(jobs).flatMap(({ strategy }) => strategy?.matrix.script ?? []);
  const scripts = [...runs, ...named.map((script) => `npm run ${script}`)].flatMap((run) =>
    Array.from(run.matchAll(/npm run ([\w:-]+)/g), ([, name]) => name),
  );
  return { text, on, permissions, jobs, steps, runs, scripts };
}

const WORKFLOWS = {
  'ci.yml': readWorkflow('ci.yml'),
  'release.yml': readWorkflow('release.yml'),
  'weekly.yml': readWorkflow('weekly.yml'),
};

it('looks at all workflows', async () => {
  expect((await readdir(FOLDER)).sort()).toEqual(Object.keys(WORKFLOWS));
});

describe.each(Object.entries(WORKFLOWS))('%s', (_name, { text, permissions, jobs, steps, runs, scripts }) => {
  it('pins every action to a commit, and says which version that is', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    const pinned = /uses: (\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });

  it('may read the repository, and no more unless a job says so', () => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('does not leave its token in the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ 'persist-credentials': false });
  });

  it('puts nothing that others can choose into a script or a secret into its environment', () => {
    expect(runs.filter((run) => run.includes('${{'))).toEqual([]);
    expect(text).not.toMatch(/\bsecrets\b|pull_request_target|workflow_run/);
  });

  it('gives every job an end', () => {
    const own = Object.entries(jobs).filter(([, { uses }]) => uses === undefined);
    expect(own.filter(([, job]) => !job['timeout-minutes'])).toEqual([]);
  });

  it('runs scripts that there are', () => {
    expect(scripts.length).toBeGreaterThan(0);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
  });
});

it('ci.yml runs what CI runs, and tests on each system, on every line of Node from the floor on', () => {
  const { runs, jobs } = WORKFLOWS['ci.yml'];
  expect(runs).toContain('.ci/run');
  const { os = [], node = [] } = jobs['platforms']?.strategy?.matrix ?? {};
  expect(os.map((system) => system.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows']);
  const floor = packageJson.engines.node.replace('>=', '');
  expect(node).toEqual([`${floor}.0`, '22', '24', '26']);
});

it('weekly.yml runs what takes too long for CI', () => {
  expect(WORKFLOWS['weekly.yml'].on).toMatchObject({ schedule: [{}] });
  const { runs, jobs } = WORKFLOWS['weekly.yml'];
  expect(runs).toContain('npm run $SCRIPT');
  const mutation = Object.keys(ROOMS).map((room) => `mutation -- --only ${room}`);
  expect(jobs['long']?.strategy?.matrix.script).toEqual(
    expect.arrayContaining(['fuzz', 'soak', 'test:faults', 'test:node', ...mutation]),
  );
});

describe('release.yml', () => {
  const { on, jobs } = WORKFLOWS['release.yml'];
  const matrixOf = (job: string) => jobs[job]?.strategy?.matrix.include ?? [];
  const targets = nodeBinaries.map(({ target }) => target).sort();

  it('is for tags alone', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
  });

  it('publishes what has been checked and packaged, one after the other', () => {
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['ci', undefined],
      ['version', undefined],
      ['binaries', ['ci', 'version']],
      ['start', 'binaries'],
      ['pack', ['ci', 'version']],
      ['npm', ['start', 'pack']],
      ['release', 'npm'],
    ]);
  });

  it('gives two jobs one right each: to sign, and to make the release', () => {
    const rights = Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]);
    expect(rights.filter(([, permissions]) => permissions)).toEqual([
      ['npm', { 'id-token': 'write' }],
      ['release', { contents: 'write' }],
    ]);
  });

  it('signs in a job that runs nothing of ours or of others: npm alone, on the tarball of another job', () => {
    const actions = ({ steps = [] }: Job = {}) => steps.map(({ uses, run }) => run ?? uses?.split('@')[0]);
    expect(actions(jobs['npm'])).toEqual([
      'actions/setup-node',
      'actions/download-artifact',
      'npm publish ./sgid-cli-*.tgz --provenance --access public --ignore-scripts',
    ]);
    expect(actions(jobs['pack'])).toEqual(expect.arrayContaining(['npm ci', 'npm pack --ignore-scripts']));
  });

  it('makes every binary that there is a Node for', () => {
    expect(
      matrixOf('binaries')
        .flatMap((job) => job['targets']?.split(' ') ?? [])
        .sort(),
    ).toEqual(targets);
  });

  it('logs in with each binary on its own system before anything is published', () => {
    const natives = matrixOf('binaries').map(({ native }) => native);
    expect([...natives, ...matrixOf('start').map(({ target }) => target)].sort()).toEqual(targets);
  });

  it.runIf(process.platform === 'linux')('gathers what the jobs made, unless a sum is wrong', async () => {
    const { status, gathered } = await gather();
    expect(status).toBe(0);
    const binaries = ['linux-x64', 'macos-x64', 'windows-x64.exe'].map((target) => `sgid-1.0.0-${target}`);
    expect(gathered).toEqual(['SHA256SUMS', ...binaries, 'sgid-1.0.0.cdx.json', 'source-maps.tar.gz']);
    expect((await gather('sgid-1.0.0-macos-x64')).status).toBe(1);
  });
});

const LOCKS = execFileSync('git', ['ls-files', '--', '*package-lock.json'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n');

describe.each(LOCKS)('%s', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');

  it('has the hash of everything that is installed', () => {
    const lock: { lockfileVersion: number; packages: Record<string, { integrity?: string; link?: true }> } =
      JSON.parse(text);
    expect(lock.lockfileVersion).toBe(3);
    const installed = Object.entries(lock.packages).filter(
      ([name, { link }]) => name.startsWith('node_modules/') && !link,
    );
    const hash = /^sha512-[\w+/]{86}==$/;
    expect(installed.filter(([, { integrity = '' }]) => !hash.test(integrity))).toEqual([]);
  });

  it('leaves it to the configuration of npm which registry that comes from', () => {
    expect(text).not.toMatch(/"resolved": "http|registry/);
  });
});

/** Runs the step of the release that gathers files, on what two jobs may have made. */
async function gather(tampered?: string) {
  const cwd = await makeTemporaryFolder();
  const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  for (const [job, targets] of [
    ['ubuntu', ['linux-x64', 'windows-x64.exe']],
    ['macos', ['macos-x64']],
  ] as const) {
    const folder = join(cwd, 'artifacts', `binaries-${job}`);
    await mkdir(folder, { recursive: true });
    const files = ['sgid-1.0.0.cdx.json', ...targets.map((target) => `sgid-1.0.0-${target}`)];
    for (const file of files)
      await writeFile(join(folder, file), file === tampered ? 'something else' : file);
    const sums = files.map((file) => `${sumOf(file)}  ${file}\n`);
    await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
  }
  await mkdir(join(cwd, 'artifacts/source-maps'));
  await writeFile(join(cwd, 'artifacts/source-maps/source-maps.tar.gz'), 'maps');
  const { jobs } = WORKFLOWS['release.yml'];
  const script = jobs['release']?.steps?.find(({ name }) => name?.startsWith('gather'))?.run ?? '';
  const { status } = await runCommand(['bash', '-euo', 'pipefail', '-c', script], { cwd });
  return { status, gathered: (await readdir(join(cwd, 'release'))).sort() };
}
