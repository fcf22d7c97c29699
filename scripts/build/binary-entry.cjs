'use strict';
// Where a single binary starts: the pieces of the command line are an asset in it.
const { answerAtOnce } = require('../../src/answer-at-once.ts');

async function main() {
  if (await answerAtOnce(process.argv.slice(2))) return;
  const { getRawAsset } = require('node:sea');
  const { loadPieces } = require('./load-pieces.cjs');
  const code = Buffer.from(getRawAsset('pieces.js'));
  const pieces = { places: PLACES, build: BUILD, code, folder: '/sgid', parent: module };
  await loadPieces('start.cjs', pieces).main();
}

void main();
