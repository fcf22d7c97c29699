'use strict';
// The command line is made of some two hundred pieces, of which a run needs a few dozen. Node takes 0.3 ms to find and
// read a file, so they stand in one, and each is compiled when it is first required.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, join } = require('node:path');

/** Where each piece begins and ends, put in by the build. */
const places = PLACES;
const text = readFileSync(join(__dirname, 'pieces.js'), 'latin1');
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
  piece._compile(text.slice(...place), path);
  return piece.exports;
}

module.exports = load('main.cjs');
