'use strict';
// Where a single binary starts: the pieces of the command line are an asset in it.
const { getRawAsset } = require('node:sea');
const { loadPieces } = require('./load-pieces.cjs');

const code = Buffer.from(getRawAsset('pieces.js'));

loadPieces('main.cjs', { places: PLACES, build: BUILD, code, folder: '/sgid', parent: module }).main();
