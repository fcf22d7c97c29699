'use strict';
// The command line is made of some two hundred pieces, of which a run needs a few dozen. Node takes 0.3 ms to find and
// set up a file, so they stand in one, and each is compiled when it is first required.
const { join, sep } = require('node:path');
const { openCompileCache } = require('../../src/platform/compile-cache.ts');
const { findCacheFolder } = require('../../src/platform/user-folders.ts');

/**
 * Loads a piece, and with it the pieces that it requires by file name.
 *
 * @param {string} first The name of the piece to load.
 * @param {object} pieces
 * @param {Record<string, [start: number, length: number]>} pieces.places Where each piece begins, in bytes.
 * @param {string} pieces.build Names them all.
 * @param {Buffer} pieces.code All of them.
 * @param {string} pieces.folder Where stack traces say that the pieces are.
 * @param {NodeModule} pieces.parent Requires what is not a piece.
 * @returns {object} Its exports.
 */
function loadPieces(first, { places, build, code, folder, parent }) {
  const loaded = new Map();
  const cache = openCompileCache(findCompileFolder(process), build);
  process.once('exit', () => cache.save());
  // node:module would load Node's other loader as well.
  const Module = parent.constructor;

  function load(request) {
    // Each requires others as its neighbours.
    const name = request.startsWith('./') ? request.slice(2) : request;
    const place = places[name];
    if (place === undefined) return parent.require(request);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const path = `${folder}${sep}${name}`;
    const piece = new Module(path, parent);
    piece.filename = path;
    loaded.set(name, piece);
    const [start, length] = place;
    if (start + length > code.length)
      throw new Error('the file of the pieces is not whole: install sgid again');
    const run = cache.compile(name, code.utf8Slice(start, start + length), path);
    run.call(piece.exports, piece.exports, load, piece, path, folder);
    return piece.exports;
  }

  return load(first);
}

/** Node's own compile cache, which Node 20 does not have, is turned off by the same variable. */
function findCompileFolder({ env, platform }) {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const folder = findCacheFolder(env, platform);
  return folder && join(folder, 'sgid');
}

module.exports = { loadPieces };
