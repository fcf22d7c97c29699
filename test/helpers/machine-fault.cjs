'use strict';
// Loaded with --require before the built program: one of its file system calls fails, or kills the program.
const fs = require('node:fs');
const { devNull } = require('node:os');
const { dirname, sep } = require('node:path');

const { at, calls = '.*', end, lasting, log } = JSON.parse(process.env.MACHINE_FAULT);
delete process.env.MACHINE_FAULT;
const { appendFileSync, writeSync } = fs;
const { O_CREAT, O_RDWR, O_WRONLY } = fs.constants;
const program = dirname(dirname(process.argv[1])) + sep;
const counted = new RegExp(`^(?:${calls})$`);
/** The descriptors that the program takes to see whether there are some left. */
const spare = new Set();
let count = 0;
let inside = false;

/** What Node does for the call of another function of its own is no call of the program. */
function unlessInside(run, otherwise) {
  if (inside) return otherwise();
  inside = true;
  try {
    return run();
  } finally {
    inside = false;
  }
}

/** Counts a call; gives its error if it is to fail. */
function strike(name, place, content) {
  const isOther =
    typeof place === 'number'
      ? place <= 2 || spare.has(place)
      : place === devNull || String(place).startsWith(program);
  if (isOther || !counted.test(name)) return undefined;
  count += 1;
  if (log) appendFileSync(log, `${name}\n`);
  if (lasting ? at === 0 || count < at : count !== at) return undefined;
  // A disk is full half-way, and a program ends half-way.
  if (name.startsWith('write') && content.length > 1) writeSync(place, content.slice(0, content.length / 2));
  if (end === 'SIGKILL') process.kill(process.pid, end);
  return Object.assign(new Error(`${end}: made by a test, ${name}`), { code: end, syscall: name });
}

function nameOf(name, flags) {
  if (!/^open(?:Sync)?$/.test(name)) return name;
  return /[wa]/.test(flags) || flags & (O_WRONLY | O_RDWR | O_CREAT) ? 'create' : 'open';
}

function wrap(owner, name, descriptor) {
  const call = owner[name];
  owner[name] = (...args) =>
    unlessInside(
      () => {
        const [place, content] = descriptor === undefined ? args : [descriptor, ...args];
        const error = strike(nameOf(name, args[1]), place, content);
        if (error === undefined) {
          const result = call.apply(owner, args);
          if (name === 'openSync') spare[place === devNull ? 'add' : 'delete'](result);
          return result;
        }
        if (name.endsWith('Sync')) throw error;
        if (owner !== fs) return Promise.reject(error);
        return process.nextTick(args.at(-1), error);
      },
      () => call.apply(owner, args),
    );
}

const ofFiles = (owner) =>
  Object.keys(owner).filter((name) => /^[a-z](?!.*(?:watch|exists|Stream))/.test(name));
for (const name of ofFiles(fs)) if (typeof fs[name] === 'function') wrap(fs, name);
for (const name of ofFiles(fs.promises)) if (typeof fs.promises[name] === 'function') wrap(fs.promises, name);

const { open } = fs.promises;
fs.promises.open = async (...args) => {
  const handle = await open(...args);
  for (const name of ['close', 'read', 'readFile', 'stat', 'sync', 'write', 'writeFile'])
    wrap(handle, name, handle.fd);
  return handle;
};
