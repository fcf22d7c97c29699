import { createRequire } from 'node:module';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { loadPieces } from '../../../src/start/load-pieces.ts';

const host = createRequire(import.meta.url)('../../helpers/commonjs-module.cjs') as NodeJS.Module;

beforeEach(() => {
  vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', '1');
  return () => vi.unstubAllEnvs();
});

/** Loads `start.cjs` of these pieces, each name followed by its code; `cut` bytes of which are missing at the end. */
function load(codes: Readonly<Record<string, string>>, cut = 0): Record<string, unknown> {
  const places: Record<string, [number, number]> = {};
  let end = 0;
  for (const [name, code] of Object.entries(codes)) {
    const length = Buffer.byteLength(code);
    places[name] = [end, length];
    end += length;
  }
  const code = Buffer.from(Object.values(codes).join('')).subarray(0, end - cut);
  const pieces = { places, build: 'test', first: 'start.cjs' };
  return {
    ...loadPieces(pieces, {
      code,
      folder: '/pretended',
      parent: host,
      require: (name) => host.require(name),
    }),
  };
}

describe('loadPieces', () => {
  it('loads a piece and those that it requires, each once', () => {
    const loaded = load({
      'a.cjs': 'exports.é = { count: 0 };',
      'b.cjs': 'require("./a.cjs").é.count += 1;',
      'start.cjs': 'require("./b.cjs"); require("./b.cjs"); exports.count = require("a.cjs").é.count;',
      'never.cjs': 'throw new Error("loaded");',
    });
    expect(loaded).toEqual({ count: 1 });
  });

  it('requires of Node what is no piece', () => {
    const { join } = load({ 'start.cjs': 'exports.join = require("node:path").join;' });
    expect((join as (...parts: string[]) => string)('a', 'b')).toMatch(/^a[\\/]b$/);
  });

  it('says in stack traces which piece it was', () => {
    expect(() => load({ 'start.cjs': 'throw new Error("here");' })).toThrow(
      expect.objectContaining({ stack: expect.stringMatching(/[\\/]pretended[\\/]start\.cjs:1:7/) }),
    );
  });

  it('does not run code that is cut short', () => {
    const codes = { 'start.cjs': 'exports.whole = true; // x' };
    expect(load(codes)).toEqual({ whole: true });
    expect(() => load(codes, 1)).toThrow('the file of the pieces is not whole: install sgid again');
  });
});
