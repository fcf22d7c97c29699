import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runBuiltSgid } from '../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Says, as a program ends, which of Node's modules and which of its own pieces it loaded. */
const PROBE = `
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const { writeFileSync } = require('node:fs');
  const { basename } = require('node:path');
  const builtins = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.split(' ')[1]);
  const names = ({ filename, children }) => [basename(filename), ...children.flatMap(names)];
  writeFileSync('loaded.json', JSON.stringify({ builtins, pieces: Object.values(require.cache).flatMap(names) }));
});
`;

/** The code of a piece, as the loader takes it out of the one file that holds them all. */
async function readPieces(names: readonly string[]): Promise<string> {
  const folder = new URL('../../dist/cli/', import.meta.url);
  const loader = await readFile(new URL('main.cjs', folder), 'utf8');
  const code = await readFile(new URL('pieces.js', folder), 'latin1');
  const codeAt = ([start, length]: readonly [number, number]): string => code.slice(start, start + length);
  const places: Record<string, readonly [number, number]> = JSON.parse(
    /^const places = (.*);$/m.exec(loader)?.[1] ?? '',
  );
  return names.map((name) => codeAt(places[name] ?? [0, 0])).join('\n');
}

/** Words that are in the bundled code of a library, and in nothing else of ours. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['jose', 'ERR_JWE_DECRYPTION_FAILED'],
  ['forge', 'pkcs12FromAsn1'],
  ['inquirer', 'ExitPromptError'],
]);

interface Loaded {
  readonly builtins: readonly string[];
  readonly libraries: readonly string[];
}

async function modulesOf(...args: string[]): Promise<Loaded> {
  const cwd = await makeTemporaryFolder();
  const env = { NODE_OPTIONS: '--require ./probe.cjs' };
  const { status, stderr } = await runBuiltSgid(args, { cwd, env, files: { 'probe.cjs': PROBE }, stdin: '' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { builtins, pieces } = JSON.parse(await readFile(`${cwd}/loaded.json`, 'utf8'));
  const code = await readPieces(pieces);
  expect(code).not.toBe('');
  return { builtins, libraries: [...MARKS].filter(([, mark]) => code.includes(mark)).map(([name]) => name) };
}

describe('what starts fast loads little', () => {
  it.each([
    ['pkce', ['pkce']],
    ['authorize-url', ['authorize-url', '--client-id', 'x', '--redirect-uri', 'http://localhost:1/x']],
  ])('sgid %s: no library, no network', async (_name, args) => {
    const { builtins, libraries } = await modulesOf(...args);
    expect(libraries).toEqual([]);
    for (const module of ['http', 'https', 'net', 'tls', 'dns', 'child_process', 'readline', 'tty'])
      expect(builtins).not.toContain(module);
  });

  it('while a login loads what is looked for here', async () => {
    const { builtins, libraries } = await modulesOf('login', '-q', '--mock', '--persona', 'zoe');
    expect(libraries).toContain('jose');
    expect(builtins).toContain('http');
  });
});
