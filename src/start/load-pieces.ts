import { join, sep } from 'node:path';
import { openCompileCache } from '../system/compile-cache.ts';
import { findCacheFolder } from '../system/private-folder.ts';

/**
 * How the build has cut the command line: into some two hundred CommonJS modules, of which a run needs a few dozen. Node
 * takes 0.3 ms to find and set up a file, so they stand in one, and each is compiled when it is first required.
 */
export interface Pieces {
  /** Where each begins and how long it is, in bytes. */
  readonly places: Readonly<Record<string, readonly [start: number, length: number]>>;
  /** Names their code and the program that loads it. */
  readonly build: string;
  /** The piece that src/main.ts has become. */
  readonly first: string;
}

/** Where pieces are loaded. */
export interface PieceHost {
  /** All pieces, one after the other. */
  readonly code: Buffer;
  /** Where stack traces say that they are. */
  readonly folder: string;
  /** What the pieces are modules of. */
  readonly parent: NodeJS.Module;
  /** Requires what is not a piece. */
  readonly require: (name: string) => unknown;
}

/**
 * Loads the first piece, and with it those that it requires by file name.
 *
 * @returns Its exports.
 * @throws Error when the code is shorter than it was.
 */
export function loadPieces(
  { places, build, first }: Pieces,
  { code, folder, parent, require }: PieceHost,
): typeof import('../main.ts') {
  const loaded = new Map<string, NodeJS.Module>();
  const cache = openCompileCache(findCompileFolder(), build);
  process.once('exit', () => cache.save());
  // node:module would load Node's other loader as well.
  const Module = parent.constructor as new (path: string, parent: NodeJS.Module) => NodeJS.Module;

  function load(request: string): unknown {
    // Each requires others as its neighbours.
    const name = request.startsWith('./') ? request.slice(2) : request;
    const place = places[name];
    if (place === undefined) return require(request);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const path = `${folder}${sep}${name}`;
    const piece = new Module(path, parent);
    piece.filename = path;
    loaded.set(name, piece);
    const [start, length] = place;
    if (start + length > code.length)
      throw new Error('the file of the pieces is not whole: install sgid again');
    const run = cache.compile(name, code.toString('utf8', start, start + length), path);
    run.call(piece.exports, piece.exports, load, piece, path, folder);
    return piece.exports;
  }

  return load(first) as typeof import('../main.ts');
}

/** Node's own compile cache, which Node 20 does not have, is turned off by the same variable. */
function findCompileFolder(): string | undefined {
  if (process.env['NODE_DISABLE_COMPILE_CACHE']) return undefined;
  const folder = findCacheFolder(process.env, process.platform);
  return folder && join(folder, 'sgid');
}
