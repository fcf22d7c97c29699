'use strict';
// dist/cli/main.cjs, where the command line starts in the npm package: its pieces stand in a file beside it.
const { openSync, readSync } = require('node:fs');
const { join } = require('node:path');
const { loadPieces } = require('./load-pieces.cjs');

const file = openSync(join(__dirname, 'pieces.js'));

function read(start, length) {
  const code = Buffer.allocUnsafe(length);
  if (readSync(file, code, 0, length, start) < length)
    throw new Error('pieces.js is not whole: install sgid again');
  return code.utf8Slice();
}

module.exports = loadPieces('main.cjs', { places: PLACES, read, folder: __dirname, parent: module });
