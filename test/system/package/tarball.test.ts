import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSharedFolder, type PackedPackage, packPackage, ROOT } from '../../helpers/packed-package.ts';

let packed: PackedPackage;

beforeAll(async () => {
  packed = await packPackage(await makeSharedFolder());
}, 120_000);

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(ROOT, path), 'utf8'));

/** The paths that a part of package.json names. */
function pathsIn(part: unknown): string[] {
  if (typeof part === 'string') return [part.replace(/^\.\//, '')];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(pathsIn) : [];
}

describe('the packed tarball', () => {
  it('holds what users need, and nothing else', () => {
    const inOthers = packed.files.filter((path) => !/^(bin|dist)\//.test(path)).sort();
    expect(inOthers).toEqual(['LICENSE', 'README.md', 'package.json']);
    const known =
      /^(bin\/(sgid\.js|package\.json)|dist\/((main|index|mock|chunks\/[\w-]+)\.cjs|(index|mock)\.mjs|licenses\.txt|types\/(index|mock)\.d\.mts|types\/[\w/-]+\.d\.cts))$/;
    const unexpected = packed.files.filter((path) => /^(bin|dist)\//.test(path) && !known.test(path));
    expect(unexpected).toEqual([]);
  });

  it('holds every file that its package.json names', async () => {
    const { bin, main, types, typesVersions, exports } = (await readJson('package.json')) as Record<
      string,
      unknown
    >;
    const named = pathsIn({ bin, main, types, typesVersions, exports });
    expect(named).toContain('dist/types/mock.d.mts');
    expect(packed.files).toEqual(expect.arrayContaining(named));
  });

  it('is at most 400 kB', () => {
    expect(packed.tarball.length).toBeLessThanOrEqual(400_000);
  });

  it('asks for nothing to be installed with it but the optional keyring', async () => {
    const { dependencies, optionalDependencies } = (await readJson('package.json')) as Record<string, object>;
    expect(dependencies).toBeUndefined();
    expect(Object.keys(optionalDependencies ?? {})).toEqual(['@napi-rs/keyring']);
  });

  it('requires nothing that a bundler of an application would miss', async () => {
    const scripts = packed.files.filter((path) => path.endsWith('.cjs') && /^dist\/(?!types)/.test(path));
    const texts = await Promise.all(scripts.map((path) => readFile(join(ROOT, path), 'utf8')));
    const names = texts.flatMap((text) => [...text.matchAll(/\brequire\(["'`]([^."'`][^"'`]*)/g)]);
    const missing = names.map(([, name = '']) => name).filter((name) => !isBuiltin(name));
    expect(new Set(missing)).toEqual(new Set(['@napi-rs/keyring']));
  });

  // The guide for Next.js shows it in an application; this is what Turbopack stumbles over.
  it.each(['index', 'mock'])('has no default import of CommonJS in %s.mjs', async (name) => {
    const text = await readFile(join(ROOT, `dist/${name}.mjs`), 'utf8');
    expect(text).toMatch(/^export \{ [\w, ]+ \} from '\.\/\w+\.cjs';\n$/);
  });

  it('shows the licence of every package whose code is in it', async () => {
    const packages = (await readJson('build/packages.json')) as { name: string; version: string }[];
    expect(packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['commander', 'jose', 'node-forge']),
    );
    const page = await readFile(join(ROOT, 'dist/licenses.txt'), 'utf8');
    expect(packages.filter(({ name, version }) => !page.includes(`\n${name} ${version} (`))).toEqual([]);
    const texts = page.split(/^-{80}$/m).slice(1);
    expect(texts.filter((text) => text.length < 500)).toEqual([]);
  });

  it('has nothing for publint to complain of', async () => {
    const { messages } = await publint({ pack: { tarball: packed.tarball.buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  it.each(['node10', 'node16-cjs', 'node16-esm', 'bundler'])(
    'has the right types for %s',
    async (resolution) => {
      const analysis = await checkPackage(createPackageFromTarballData(packed.tarball));
      if (!analysis.types) throw new Error('no types were found');
      const entrypoints = Object.values(analysis.entrypoints);
      expect(entrypoints.map(({ subpath }) => subpath).sort()).toEqual(['.', './mock', './package.json']);
      const kinds = analysis.problems.map((problem) => ({ resolutionKind: '', ...problem }));
      expect(
        kinds.filter(({ resolutionKind }) => resolutionKind === resolution || resolutionKind === ''),
      ).toEqual([]);
    },
  );
});

describe('what is built for us', () => {
  it('stays out of it: the source maps', () => {
    expect(existsSync(join(ROOT, 'build/maps/main.cjs.map'))).toBe(true);
    expect(packed.files.filter((path) => path.endsWith('.map'))).toEqual([]);
  });
});
