'use strict';
// The command line is made of some two hundred pieces, of which a run needs a few dozen. Node takes 0.3 ms to find and
// set up a file, so they stand in one, and each is read and compiled when it is first required.
const { openSync, readSync } = require('node:fs');
const Module = require('node:module');
const { basename, join } = require('node:path');

/** Where each piece begins and how long it is, put in by the build. */
const places = PLACES;
const file = openSync(join(__dirname, 'pieces.js'));
const loaded = new Map();

function load(request) {
  const name = basename(request);
  const place = places[name];
  if (place === undefined) return require(request);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const path = join(__dirname, name);
  const piece = new Module(path, module);
  piece.filename = path;
  piece.require = load;
  loaded.set(name, piece);
  piece._compile(read(place), path);
  return piece.exports;
}

function read([start, length]) {
  const code = Buffer.allocUnsafe(length);
  if (readSync(file, code, 0, length, start) < length)
    throw new Error('pieces.js is not whole: install sgid again');
  return code.latin1Slice();
}

module.exports = load('main.cjs');
