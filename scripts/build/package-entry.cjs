'use strict';
// dist/cli/main.cjs, where the command line starts in the npm package: its pieces stand in a file beside it.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { loadPieces } = require('./load-pieces.cjs');

const code = readFileSync(join(__dirname, 'pieces.js'));

module.exports = loadPieces('main.cjs', {
  places: PLACES,
  build: BUILD,
  code,
  folder: __dirname,
  parent: module,
});
