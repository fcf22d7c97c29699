// Loaded into a process, makes what it does with sockets and files late, by chance.
// A slow machine makes all of it late alike. Here one thing overtakes another, and a test fails that relies on an order
// which nobody promises.
'use strict';

const { promises: files } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { Socket } = require('node:net');

// A test may put a clock of its own in its place.
const { setTimeout } = globalThis;

/** Calls half of the time at once, else after up to this many milliseconds. */
const callLate = (most, callback) => setTimeout(callback, Math.random() < 0.5 ? 0 : Math.random() * most);

const { connect } = Socket.prototype;
Socket.prototype.connect = function connectLate(...args) {
  // As it is after `connect`.
  this.connecting = true;
  callLate(250, () => this.destroyed || connect.apply(this, args));
  return this;
};

for (const [name, original] of Object.entries(files)) {
  if (typeof original !== 'function' || name === 'watch') continue;
  files[name] = async (...args) => {
    await new Promise((resolve) => callLate(30, resolve));
    return original.apply(files, args);
  };
}

syncBuiltinESMExports();
