import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Says, as a program ends, which of Node's modules and which of its own pieces it loaded. */
const PROBE = `
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const { writeFileSync } = require('node:fs');
  const { basename } = require('node:path');
  const builtins = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.split(' ')[1]);
  const below = ({ children }) => children.flatMap((child) => [child.filename, ...below(child)]);
  // What has a file of its own is no piece.
  const pieces = Object.values(require.cache).flatMap(below).filter((path) => !(path in require.cache));
  writeFileSync('loaded.json', JSON.stringify({ builtins, pieces: pieces.map((path) => basename(path)) }));
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
  const { builtins, pieces } = JSON.parse(await readFile(join(folder, 'loaded.json'), 'utf8'));
  const inputs = await readInputs(new Set(pieces));
  return {
    builtins,
    sources: inputs.filter((path) => path.startsWith('src/')).sort(),
    libraries: [...new Set(inputs.flatMap((path) => LIBRARY.exec(path)?.[1] ?? []))].sort(),
  };
}

/** The files that went into these pieces, as the build has written them down. */
async function readInputs(pieces: ReadonlySet<string>): Promise<readonly string[]> {
  const inputs: Record<string, readonly string[]> = JSON.parse(
    await readFile(new URL('../../../build/pieces.json', import.meta.url), 'utf8'),
  );
  return [...pieces].flatMap((piece) => inputs[piece] ?? []);
}

const COMMANDER = ['@commander-js/extra-typings', 'commander'];
const NETWORK = ['http', 'https', 'net', 'tls', 'dns', 'child_process', 'readline', 'tty'];

describe('what a command loads', () => {
  it.each(['--version', '--help'])(
    '%s: no piece, and of Node nothing that it has not loaded itself',
    async (option) => {
      const { sources, libraries, builtins } = await modulesOf(option);
      expect({ sources, libraries, builtins }).toEqual({ sources: [], libraries: [], builtins: [] });
    },
  );

  it('pkce: itself, what declares it, and the one library that reads the command line', async () => {
    const { libraries, builtins } = await modulesOf('pkce');
    expect(libraries).toEqual(COMMANDER);
    for (const module of NETWORK) expect(builtins).not.toContain(module);
  });

  it('authorize-url: no other library and no network either', async () => {
    const { libraries, builtins } = await modulesOf(
      ...['authorize-url', '--client-id', 'x', '--redirect-uri', 'http://localhost:1/x'],
    );
    expect(libraries).toEqual(COMMANDER);
    for (const module of NETWORK) expect(builtins).not.toContain(module);
  });

  it('login: nothing of the other commands, no provider, no library that it has no use for', async () => {
    const cwd = await makeTemporaryFolder();
    const login = await (await setUpProcessLogin()).start(['--no-browser'], { cwd, ...PROBED });
    await visit(await login.authorizationUrl());
    expect(await login.ended).toMatchObject({ status: 0 });
    const { sources, libraries } = await readLoaded(cwd);
    expect(libraries).toEqual([...COMMANDER, 'jose']);
    expect(sources.filter((path) => path.startsWith('src/mock/'))).toEqual([]);
  });

  it('login --mock: the provider too', async () => {
    const { sources, libraries } = await modulesOf('login', '-q', '--mock', '--persona', 'zoe');
    expect(libraries).toEqual([...COMMANDER, 'jose']);
    expect(sources).toContain('src/mock/provider.ts');
  });
});
