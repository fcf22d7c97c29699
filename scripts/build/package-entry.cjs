'use strict';
// dist/cli/main.cjs, where the command line starts in the npm package: its pieces stand in a file beside it.
const { answerAtOnce } = require('../../src/answer-at-once.ts');

async function main() {
  if (await answerAtOnce(process.argv.slice(2))) return;
  const { readFileSync } = require('node:fs');
  const { join } = require('node:path');
  const { loadPieces } = require('./load-pieces.cjs');
  const code = readFileSync(join(__dirname, 'pieces.js'));
  const pieces = { places: PLACES, build: BUILD, code, folder: __dirname, parent: module };
  await loadPieces('start.cjs', pieces).main();
}

module.exports = { main };
