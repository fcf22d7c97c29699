import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../helpers/packed-package.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Writes down, as a program ends, which of Node's modules and which files it loaded. */
const PROBE = `
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const { writeFileSync } = require('node:fs');
  const builtins = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.split(' ')[1]);
  writeFileSync('loaded.json', JSON.stringify({ builtins, files: Object.keys(require.cache) }));
});
`;

const PROBED = { env: { NODE_OPTIONS: '--require ./probe.cjs' }, files: { 'probe.cjs': PROBE } };

const LIBRARY = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** What a run loaded. */
interface Loaded {
  readonly builtins: readonly string[];
  /** Files of this project, from `src/` on. */
  readonly sources: readonly string[];
  readonly libraries: readonly string[];
}

async function modulesOf(...args: string[]): Promise<Loaded> {
  const cwd = await makeTemporaryFolder();
  const { status, stderr } = await runBuiltSgid(args, { cwd, ...PROBED });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return readLoaded(cwd);
}

async function readLoaded(folder: string): Promise<Loaded> {
  const { builtins, files } = JSON.parse(await readFile(join(folder, 'loaded.json'), 'utf8'));
  const chunks = files
    .filter((file: string) => file.startsWith(DIST))
    .map((file: string) => file.slice(DIST.length));
  const inputs = (await Promise.all(chunks.map(listSources))).flat();
  return {
    builtins,
    sources: inputs.flatMap((path) => /(?<=\.\/)src\/.*/.exec(path) ?? []).sort(),
    libraries: [...new Set(inputs.flatMap((path) => LIBRARY.exec(path)?.[1] ?? []))].sort(),
  };
}

const DIST = `${ROOT}dist/`;

/** The files that went into a chunk, as its source map has them. */
async function listSources(chunk: string): Promise<readonly string[]> {
  // What is all of the bundler's, or of scripts/build.mjs, has no map.
  if (/^chunks\/(?:rolldown-runtime|_nothing)-/.test(chunk)) return [];
  return JSON.parse(await readFile(`${ROOT}build/maps/${chunk}.map`, 'utf8')).sources;
}

/** What reads the command line and lays out what people read: all commands share it. */
const SHARED = [
  '@commander-js/extra-typings',
  'commander',
  'fast-string-truncated-width',
  'fast-string-width',
  'fast-wrap-ansi',
];
const COSTLY = ['http', 'https', 'tls', 'dns', 'child_process', 'readline', 'fs/promises', 'perf_hooks'];

describe('what a command loads', () => {
  it.each(['--version', '--help'])('%s: no command, and nothing of the machine', async (option) => {
    const { sources, libraries, builtins } = await modulesOf(option);
    expect(libraries).toEqual(SHARED);
    const others = /^src\/(settings\/|login\/|mock\/|commands\/pkce)/;
    expect(sources.filter((path) => others.test(path))).toEqual([]);
    for (const module of COSTLY) expect(builtins).not.toContain(module);
  });

  it.each([['pkce'], ['authorize-url', '--client-id', 'x', '--redirect-uri', 'http://localhost:1/x']])(
    '%s: no other library and no connection',
    async (...args) => {
      const { libraries, builtins } = await modulesOf(...args);
      expect(libraries).toEqual(SHARED);
      for (const module of COSTLY) expect(builtins).not.toContain(module);
    },
  );

  it('login: nothing of the other commands, no provider, no library that it has no use for', async () => {
    const cwd = await makeTemporaryFolder();
    // What stays on this machine goes through no proxy, and loads nothing that speaks to one.
    const env = { ...PROBED.env, HTTP_PROXY: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' };
    const login = await (await setUpProcessLogin()).start(['--no-browser'], { cwd, ...PROBED, env });
    await visit(await login.authorizationUrl());
    expect(await login.ended).toMatchObject({ status: 0 });
    const { sources, libraries } = await readLoaded(cwd);
    expect(libraries).toEqual([...SHARED, 'jose'].sort());
    expect(sources).not.toContain('src/mock/provider.ts');
  });

  it('login --mock: the provider too', async () => {
    const { sources, libraries } = await modulesOf('login', '-q', '--mock', '--persona', 'zoe');
    expect(libraries).toEqual([...SHARED, 'jose'].sort());
    expect(sources).toContain('src/mock/provider.ts');
  });
});
