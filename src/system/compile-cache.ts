import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Script } from 'node:vm';
import { errorCode } from './node-error.ts';

/** A CommonJS module, compiled and not yet run. */
export type ModuleFunction = (
  exports: object,
  require: (request: string) => unknown,
  module: object,
  filename: string,
  dirname: string,
) => void;

/** Keeps what V8 has compiled of a program for its next run, because to compile it again takes longer than to read it. */
export interface CompileCache {
  /** Compiles a CommonJS module, or takes what an earlier run has compiled of it. */
  compile(name: string, code: string, filename: string): ModuleFunction;
  /**
   * Writes what this run had to compile, if anything, together with what was kept before; not in the first run of all. To
   * be called at the end, when the functions that were called have been compiled as well. A failure is ignored.
   */
  save(): void;
}

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const;

/**
 * Opens the compile cache in a folder, where each build of the program has a file for each Node that runs it.
 *
 * @param folder Where the files are; with `undefined`, nothing is kept.
 * @param build Identifies the code and what reads it here, in letters that a file name can hold. V8 refuses what another
 *   version of it compiled, or the same version with other flags, but it compares no more of the code than its length.
 */
export function openCompileCache(folder: string | undefined, build: string): CompileCache {
  const file = folder === undefined ? undefined : openOwnFile(folder, `${build}-${nameEngine()}.v8cache`);
  let kept: Map<string, Buffer> | undefined;
  const compiled = new Map<string, Script>();
  return {
    compile(name, code, filename) {
      kept ??= unpack(file?.read());
      const cachedData = kept.get(name);
      const script = new Script(`${WRAPPER[0]}${code}${WRAPPER[1]}`, {
        filename,
        columnOffset: -WRAPPER[0].length,
        ...(cachedData && { cachedData }),
      });
      if (script.cachedDataRejected !== false) compiled.set(name, script);
      return script.runInThisContext();
    },
    save() {
      if (compiled.size === 0 || file === undefined) return;
      // To write it takes half as long as it saves, and whoever runs the program once, as a CI job does, shall not pay for
      // that: the first run only makes the folder.
      if (!file.makeFolder()) return;
      file.replace(() => {
        const compiledNow = [...compiled].map(([name, script]) => [name, script.createCachedData()] as const);
        // Others may have added to it since this run began.
        return pack(new Map([...unpack(file.read()), ...compiledNow]));
      });
    },
  };
}

/** Two that take each other's compiled code have the same name: V8 refuses what it compiled with other flags. */
function nameEngine(): string {
  const name = `${process.version}-${process.arch}`;
  // Flags have no other way in, and to load what knows them takes half a millisecond.
  if (process.execArgv.length === 0 && !process.env['NODE_OPTIONS']) return name;
  const { cachedDataVersionTag } = process.getBuiltinModule('node:v8');
  return `${name}-${cachedDataVersionTag().toString(16)}`;
}

/** Where the bytes of a name begin and how many they are. */
type Place = readonly [start: number, length: number];

/** The length of the list and of the checksum before it, in bytes. */
const WORD = 4;

/** A checksum of the rest, the length of a list, the list of names and places as JSON, and the bytes. */
function pack(parts: ReadonlyMap<string, Buffer>): Buffer {
  const places: [string, Place][] = [];
  let end = 0;
  for (const [name, { length }] of parts) {
    places.push([name, [end, length]]);
    end += length;
  }
  const list = Buffer.from(JSON.stringify(places));
  const rest = Buffer.concat([toWord(list.length), list, ...parts.values()]);
  return Buffer.concat([toWord(checksum(rest)), rest]);
}

/** V8 takes compiled code at its word, and a wrong byte in it ends the process: of a damaged file, nothing is read. */
function unpack(content: Buffer = Buffer.alloc(0)): Map<string, Buffer> {
  const rest = content.subarray(WORD);
  if (rest.length < WORD || content.readUInt32LE() !== checksum(rest)) return new Map();
  const end = WORD + rest.readUInt32LE();
  try {
    const places: readonly [string, Place][] = JSON.parse(rest.toString('utf8', WORD, end));
    return new Map(
      places.map(([name, [start, length]]) => [name, rest.subarray(end + start, end + start + length)]),
    );
  } catch {
    // Another program has written it.
    return new Map();
  }
}

function toWord(value: number): Buffer {
  const word = Buffer.alloc(WORD);
  word.writeUInt32LE(value);
  return word;
}

function checksum(data: Buffer): number {
  return process.getBuiltinModule('node:zlib').crc32(data);
}

const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/** How long a file is kept that nobody writes: it may belong to a version that is gone. */
const STALE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * A file of this program's own that it can do without, such as a cache. It is read only if nobody but this user can have
 * written it. No method throws. They are synchronous, because one of them is called as the process ends.
 */
export interface OwnFile {
  /** What the file holds; `undefined` when it is not there, or when somebody else could have put it there. */
  read(): Buffer | undefined;
  /** Makes the folder if it is not there. Returns whether it was. */
  makeFolder(): boolean;
  /** Replaces the file at once and whole. `make` gives the content, and is called only if the folder can be written. */
  replace(make: () => Buffer): void;
}

/**
 * Opens the file `name` in a folder that is kept for files of this kind. The folder is made with mode 0700, and so is the
 * one around it. When a file is written, others with its extension that nobody has written for a month are removed.
 *
 * @param user The id of the user who must own file and folder; by default that of this process. `null` where there are no
 *   such ids, as on Windows: who can write there is left to the folder, see docs/security.md.
 */
export function openOwnFile(
  folder: string,
  name: string,
  user: number | null = process.geteuid?.() ?? null,
): OwnFile {
  const path = join(folder, name);
  const isOwn = ({ uid }: Stats): boolean => user === null || uid === user;
  const isTrusted = (stats: Stats): boolean => isOwn(stats) && (user === null || (stats.mode & 0o022) === 0);
  const isTrustedFolder = (): boolean => {
    const stats = lstatSync(folder);
    return stats.isDirectory() && isTrusted(stats);
  };

  function readTrusted(): Buffer | undefined {
    if (!isTrustedFolder()) return undefined;
    const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      return stats.isFile() && isTrusted(stats) ? readFileSync(descriptor) : undefined;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Not in the home of another user: a folder of root's would be in that user's way. */
  function makeIn(around: string, wanted: string): void {
    if (isOwn(statSync(around))) makeOne(wanted);
  }

  return {
    read: () => unlessItFails(readTrusted),
    makeFolder: () =>
      unlessItFails(() => {
        if (isThere(folder)) return true;
        const around = dirname(folder);
        if (!isThere(around)) makeIn(dirname(around), around);
        makeIn(around, folder);
        return false;
      }) ?? false,
    replace: (make) =>
      unlessItFails(() => {
        if (!isTrustedFolder()) return;
        replaceFile(path, `${path}.${process.pid}.${Date.now()}`, make);
        removeStale(folder, extname(name));
      }),
  };
}

function unlessItFails<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Removes old files of a kind, and what was never renamed to be one. */
function removeStale(folder: string, extension: string): void {
  const before = Date.now() - STALE_MS;
  for (const name of readdirSync(folder)) {
    if (!`${name}.`.includes(`${extension}.`)) continue;
    // One that another run removes meanwhile, or that is open on Windows, is no reason to leave the rest.
    unlessItFails(() => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isFile() && stats.mtimeMs < before) rmSync(path, { force: true });
    });
  }
}

function replaceFile(path: string, temporary: string, make: () => Buffer): void {
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, make());
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
