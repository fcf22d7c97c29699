import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openCompileCache } from '../../../src/system/compile-cache.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** V8 cannot tell two codes of one length apart, so the one that runs shows where it came from. */
const FIRST = 'exports.ran = (() => "first")();';
const OTHER = 'exports.ran = (() => "other")();';

let runs = 0;

/** Each run under a file name of its own, or V8 takes the code from the memory of this process. */
function run(folder: string | undefined, code: string, { build = 'build', name = 'piece' } = {}): unknown {
  const cache = openCompileCache(folder, build);
  const exports: { ran?: unknown } = {};
  runs += 1;
  cache.compile(name, code, `/test/${runs}/${name}.cjs`)(exports, () => {}, {}, '', '');
  cache.save();
  return exports.ran;
}

/** The first run of all has made it. */
async function makeCacheFolder(): Promise<string> {
  const folder = join(await makeTemporaryFolder(), 'sgid');
  run(folder, OTHER);
  expect(await readdir(folder)).toEqual([]);
  return folder;
}

async function keepFirst(): Promise<{ folder: string; file: string }> {
  const folder = await makeCacheFolder();
  run(folder, FIRST);
  const [name = ''] = await readdir(folder);
  return { folder, file: join(folder, name) };
}

describe('a compile cache', () => {
  it('gives back what an earlier run compiled', async () => {
    const { folder } = await keepFirst();
    expect(run(folder, OTHER)).toBe('first');
  });

  it('is not written when everything was in it', async () => {
    const { folder, file } = await keepFirst();
    const before = await stat(file, { bigint: true });
    run(folder, FIRST);
    const after = await stat(file, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  it('keeps what is in it when another run adds to it', async () => {
    const { folder } = await keepFirst();
    expect(run(folder, FIRST.replace('first', 'added'), { name: 'added' })).toBe('added');
    expect(run(folder, OTHER, { name: 'added' })).toBe('added');
    expect(run(folder, OTHER)).toBe('first');
  });

  it('keeps what others have added since the run began', async () => {
    const { folder } = await keepFirst();
    const cache = openCompileCache(folder, 'build');
    cache.compile('piece', FIRST, '/test/slow/piece.cjs');
    run(folder, FIRST.replace('first', 'added'), { name: 'added' });
    cache.compile('late', FIRST, '/test/slow/late.cjs');
    cache.save();
    expect(run(folder, OTHER, { name: 'added' })).toBe('added');
    expect(run(folder, OTHER, { name: 'late' })).toBe('first');
  });

  it('keeps functions that were compiled as they ran', async () => {
    const lazy = `exports.call = () => "${'x'.repeat(10_000)}".length;`;
    const sizes: number[] = [];
    for (const calls of [false, true]) {
      const folder = await makeCacheFolder();
      const cache = openCompileCache(folder, 'build');
      const exports: { call?: () => number } = {};
      cache.compile('piece', lazy, '/test/piece.cjs')(exports, () => {}, {}, '', '');
      if (calls) expect(exports.call?.()).toBe(10_000);
      cache.save();
      const [name = ''] = await readdir(folder);
      sizes.push((await stat(join(folder, name))).size);
    }
    expect(sizes[1]).toBeGreaterThan((sizes[0] ?? 0) + 10_000);
  });

  it('has nothing for another build', async () => {
    const { folder } = await keepFirst();
    expect(run(folder, OTHER, { build: 'other' })).toBe('other');
  });

  it('has nothing for code of another length', async () => {
    const { folder } = await keepFirst();
    expect(run(folder, `${OTHER} `)).toBe('other');
    expect(run(folder, `${FIRST} `)).toBe('other');
  });

  it('is named after this Node', async () => {
    const { file } = await keepFirst();
    expect(file).toMatch(new RegExp(`build-${process.version}-${process.arch}(-[0-9a-f]+)?\\.v8cache$`));
  });

  it('keeps the places of stack traces', () => {
    const cache = openCompileCache(undefined, 'build');
    const fail = cache.compile('piece', 'throw new Error("here")', '/test/piece.cjs');
    expect(() => fail({}, () => {}, {}, '', '')).toThrow(
      expect.objectContaining({ stack: expect.stringContaining('/test/piece.cjs:1:7') }),
    );
  });

  it('does without a folder', () => {
    expect(run(undefined, FIRST)).toBe('first');
    expect(run(undefined, OTHER)).toBe('other');
  });

  it('is not read when a byte of it is wrong, and is mended', async () => {
    const { folder, file } = await keepFirst();
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x40;
      await writeFile(file, damaged);
      expect([at, run(folder, OTHER), run(folder, FIRST)]).toEqual([at, 'other', 'other']);
    }
  });

  it.each(['null', '{}', '[1]', '{{{', ''])('is not read when another wrote it: %j', async (list) => {
    const { folder, file } = await keepFirst();
    const rest = Buffer.concat([Buffer.alloc(4), Buffer.from(list)]);
    rest.writeUInt32LE(list.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(rest));
    await writeFile(file, Buffer.concat([sum, rest]));
    expect([run(folder, FIRST), run(folder, OTHER)]).toEqual(['first', 'first']);
  });

  it('is not read when it is cut short', async () => {
    const { folder, file } = await keepFirst();
    const whole = await readFile(file);
    for (const length of [0, 1, 3, 4, 7, 8, 20, 60, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      expect([length, run(folder, OTHER)]).toEqual([length, 'other']);
      await writeFile(file, whole);
    }
  });
});
