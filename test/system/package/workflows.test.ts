import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import nodeBinaries from '../../../scripts/package/node-binaries.json' with { type: 'json' };
import { ROOT } from '../../helpers/packed-package.ts';
import { runCommand } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** A workflow of GitHub Actions, as far as it is looked at here (GitHub's workflow syntax). */
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

type Permissions = Readonly<Record<string, string>>;

interface Job {
  readonly permissions?: Permissions;
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Matrix };
  readonly uses?: string;
  readonly steps?: readonly { name?: string; uses?: string; run?: string; with?: object }[];
}

interface Matrix {
  readonly os?: readonly string[];
  readonly node?: readonly string[];
  readonly include?: readonly Readonly<Record<string, string>>[];
}

const FOLDER = `${ROOT}/.github/workflows`;
const NAMES = ['ci.yml', 'release.yml'] as const;

const readText = (name: string): Promise<string> => readFile(`${FOLDER}/${name}`, 'utf8');
const readWorkflow = async (name: string): Promise<Workflow> => parse(await readText(name));
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);

/** The jobs that make binaries. */
async function binaryMatrix(): Promise<readonly Readonly<Record<string, string>>[]> {
  return (await readWorkflow('release.yml')).jobs['binaries']?.strategy?.matrix.include ?? [];
}

it('looks at all workflows', async () => {
  expect((await readdir(FOLDER)).sort()).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  it('pins every action to a commit, and says which version that is', async () => {
    const uses = (await readText(name)).split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    const pinned = /uses: (\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
  });

  it('may read the repository, and no more unless a job says so', async () => {
    expect((await readWorkflow(name)).permissions).toEqual({ contents: 'read' });
  });

  it('does not leave its token in the checkout', async () => {
    const checkouts = stepsOf(await readWorkflow(name)).filter(({ uses }) =>
      uses?.startsWith('actions/checkout@'),
    );
    expect(checkouts.length).toBeGreaterThan(0);
    for (const { with: options } of checkouts)
      expect(options).toMatchObject({ 'persist-credentials': false });
  });

  it('puts nothing that others can choose into a script or a secret into its environment', async () => {
    const steps = stepsOf(await readWorkflow(name));
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
    expect(await readText(name)).not.toMatch(/\bsecrets\b|pull_request_target|workflow_run/);
  });

  it('gives every job an end', async () => {
    const { jobs } = await readWorkflow(name);
    const endless = Object.entries(jobs).filter(
      ([, job]) => job.uses === undefined && !job['timeout-minutes'],
    );
    expect(endless).toEqual([]);
  });

  it('runs scripts that there are', async () => {
    const runs = stepsOf(await readWorkflow(name)).flatMap(({ run }) => run ?? []);
    const scripts = runs.flatMap((run) =>
      [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script),
    );
    expect(scripts.length).toBeGreaterThan(0);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
  });
});

describe('ci.yml', () => {
  it('runs what CI runs, and tests on each system, on every line of Node from the floor on', async () => {
    const workflow = await readWorkflow('ci.yml');
    expect(stepsOf(workflow).map(({ run }) => run)).toContain('.ci/run');
    const { jobs } = workflow;
    const { os = [], node = [] } = jobs['platforms']?.strategy?.matrix ?? {};
    expect(os.map((system) => system.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows']);
    const floor = packageJson.engines.node.replace('>=', '');
    expect(node).toEqual([`${floor}.0`, '22', '24', '26']);
  });
});

describe('release.yml', () => {
  it('is for tags alone', async () => {
    expect((await readWorkflow('release.yml')).on).toEqual({ push: { tags: ['v*'] } });
  });

  it('publishes what has been checked and packaged, one after the other, with provenance', async () => {
    const workflow = await readWorkflow('release.yml');
    const { jobs } = workflow;
    const runs = stepsOf(workflow).map(({ run }) => run);
    expect(runs).toContain('npm publish --provenance --access public');
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['ci', undefined],
      ['version', undefined],
      ['binaries', ['ci', 'version']],
      ['start', 'binaries'],
      ['npm', 'start'],
      ['release', 'npm'],
    ]);
  });

  it('gives two jobs one right each: to sign, and to make the release', async () => {
    const { jobs } = await readWorkflow('release.yml');
    const rights = Object.entries(jobs).flatMap(([name, { permissions }]) =>
      permissions ? [[name, permissions]] : [],
    );
    expect(rights).toEqual([
      ['npm', { contents: 'read', 'id-token': 'write' }],
      ['release', { contents: 'write' }],
    ]);
  });

  it('makes every binary that there is a Node for', async () => {
    const made = (await binaryMatrix()).flatMap(({ targets = '' }) => targets.split(' '));
    expect(made.sort()).toEqual(nodeBinaries.map(({ target }) => target).sort());
  });

  it('logs in with each binary on its own system before anything is published', async () => {
    const { include = [] } = (await readWorkflow('release.yml')).jobs['start']?.strategy?.matrix ?? {};
    const started = [
      ...(await binaryMatrix()).map(({ native }) => native),
      ...include.map(({ target }) => target),
    ];
    expect(started.sort()).toEqual(nodeBinaries.map(({ target }) => target).sort());
  });

  it.runIf(process.platform === 'linux')('gathers what the jobs made, unless a sum is wrong', async () => {
    const { status, gathered } = await gather();
    expect(status).toBe(0);
    expect(gathered).toEqual([
      'SHA256SUMS',
      'sgid-1.0.0-linux-x64',
      'sgid-1.0.0-macos-x64',
      'sgid-1.0.0-windows-x64.exe',
      'sgid-1.0.0.cdx.json',
      'source-maps.tar.gz',
    ]);
    expect((await gather({ tampered: 'sgid-1.0.0-macos-x64' })).status).toBe(1);
  });
});

/** Runs the step of the release that gathers files, on what two jobs may have made. */
async function gather({ tampered }: { tampered?: string } = {}): Promise<{
  status: number | null;
  gathered: readonly string[];
}> {
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
  const { jobs } = await readWorkflow('release.yml');
  const script = jobs['release']?.steps?.find(({ name }) => name?.startsWith('gather'))?.run ?? '';
  const { status } = await runCommand(['bash', '-euo', 'pipefail', '-c', script], { cwd });
  return { status, gathered: (await readdir(join(cwd, 'release'))).sort() };
}
