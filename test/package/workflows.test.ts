import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import nodeBinaries from '../../scripts/package/node-binaries.json' with { type: 'json' };
import { ROOT } from '../helpers/packed-package.ts';

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
  readonly steps?: readonly Step[];
}

interface Matrix {
  readonly os?: readonly string[];
  readonly node?: readonly string[];
  readonly include?: readonly { readonly targets: string }[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

const FOLDER = `${ROOT}/.github/workflows`;
const NAMES = ['ci.yml', 'release.yml'] as const;

const readText = (name: string): Promise<string> => readFile(`${FOLDER}/${name}`, 'utf8');
const readWorkflow = async (name: string): Promise<Workflow> => parse(await readText(name));
const stepsOf = ({ jobs }: Workflow): readonly Step[] =>
  Object.values(jobs).flatMap(({ steps = [] }) => steps);

describe('the workflows', () => {
  it('are those that are looked at here', async () => {
    expect((await readdir(FOLDER)).sort()).toEqual(NAMES);
  });
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
    expect(await readText(name)).not.toMatch(/secrets\.|pull_request_target|workflow_run/);
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
  it('runs what CI runs, on Linux', async () => {
    expect(stepsOf(await readWorkflow('ci.yml')).map(({ run }) => run)).toContain('.ci/run');
  });

  it('tests on Linux, macOS and Windows, on every line of Node from the floor on', async () => {
    const { jobs } = await readWorkflow('ci.yml');
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

  it('publishes what has been checked and packaged, one after the other', async () => {
    const { jobs } = await readWorkflow('release.yml');
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['ci', undefined],
      ['version', undefined],
      ['binaries', ['ci', 'version']],
      ['npm', 'binaries'],
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

  it('publishes with provenance', async () => {
    const runs = stepsOf(await readWorkflow('release.yml')).map(({ run }) => run);
    expect(runs).toContain('npm publish --provenance --access public');
  });

  it('makes every binary that there is a Node for', async () => {
    const { include = [] } = (await readWorkflow('release.yml')).jobs['binaries']?.strategy?.matrix ?? {};
    const made = include.flatMap(({ targets }) => targets.split(' '));
    expect(made.sort()).toEqual(nodeBinaries.map(({ target }) => target).sort());
  });
});
