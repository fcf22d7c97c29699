'use strict';
// Where a single binary starts: the pieces of the command line are an asset in it.
const { getRawAsset } = require('node:sea');
const { loadPieces } = require('./load-pieces.cjs');

const asset = Buffer.from(getRawAsset('pieces.js'));
const read = (start, length) => asset.utf8Slice(start, start + length);

loadPieces('main.cjs', { places: PLACES, read, folder: '/sgid', parent: module }).main();
