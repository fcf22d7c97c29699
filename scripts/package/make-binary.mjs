// Makes a single binary: a Node with the command line in it, as pkg's SEA mode does.
// https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = join(root, 'build/binary');

/** The mark in every Node that says whether a program is in it: the digit behind it turns from 0 to 1. */
const SEALED = Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1');

/**
 * Makes the binary, or leaves nothing.
 *
 * @param {object} binary
 * @param {string} binary.target For example `linux-x64`.
 * @param {string} binary.node The Node to put the program into.
 * @param {string} binary.hostNode A Node of the same version that runs here.
 * @param {string} binary.output The path of the binary.
 * @param {AbortSignal} [binary.signal] Gives up.
 * @throws When it cannot be written here, or was given up.
 */
export async function makeBinary({ target, node, hostNode, output, signal }) {
  const folder = dirname(output);
  const unfinished = join(folder, `.${process.pid}-${basename(output)}`);
  try {
    await requireWritable(folder, unfinished);
    await requireReplaceable(output);
    await requireSpace(folder, (await stat(node)).size * 1.5);
    await seal({ target, node, hostNode, output: unfinished, signal });
    if (!(await isSealed(unfinished))) throw new Error(`the program could not be put into ${node}`);
    if (target.startsWith('macos-')) execFileSync('codesign', ['--verify', unfinished], { stdio: 'inherit' });
    await chmod(unfinished, 0o755);
    await rename(unfinished, output);
  } finally {
    // Where the folder is a file, there is nothing to remove, and no way to ask.
    await rm(unfinished, { force: true }).catch(() => {});
  }
}

/**
 * macOS kills a program whose signature is broken, and only macOS has what signs one.
 *
 * @throws When a binary for this target cannot be signed here.
 */
export function requireSigner(target) {
  if (!target.startsWith('macos-')) return;
  try {
    execFileSync('codesign', ['--help'], { stdio: 'ignore' });
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new Error(
        `it cannot be signed here: there is no codesign. Run on a Mac: npm run package -- --target ${target}`,
      );
  }
}

async function requireWritable(folder, file) {
  try {
    await makeFolder(folder);
    await writeFile(file, '');
  } catch (error) {
    throw new Error(`${folder} cannot be written to (${error.code}): choose another with --out`);
  }
}

/** Node's own way of making a folder and those around it never ends below /proc. */
async function makeFolder(folder) {
  try {
    await mkdir(folder);
  } catch (error) {
    if (error.code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

/** A folder in its place would be found when all is done. */
async function requireReplaceable(output) {
  const found = await stat(output).catch(() => undefined);
  if (found?.isDirectory())
    throw new Error(`${output} is a folder: remove it, or choose another place with --out`);
}

/**
 * @param {string} folder
 * @param {number} bytes
 * @throws When the disk of the folder has less left.
 */
export async function requireSpace(folder, bytes) {
  const { bavail, bsize } = await statfs(folder);
  const megabytes = (count) => `${Math.ceil(count / 1e6)} MB`;
  if (bavail * bsize < bytes)
    throw new Error(
      `${folder} has ${megabytes(bavail * bsize)} left, and ${megabytes(bytes)} are needed: choose another with --out`,
    );
}

/**
 * pkg calls `node` to make a blob, whose format is that of a version, and `npx postject`, which is looked for from the
 * temporary folder upwards.
 */
async function seal({ target, node, hostNode, output, signal }) {
  await mkdir(join(root, 'build'), { recursive: true });
  const temporary = await mkdtemp(join(root, 'build/pkg-'));
  const program = { main: join(bundle, 'main.cjs'), asset: join(bundle, 'pieces.js'), target, node, output };
  const env = {
    ...process.env,
    PATH: [dirname(hostNode), process.env.PATH].join(delimiter),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
  };
  try {
    const script = fileURLToPath(new URL('seal.mjs', import.meta.url));
    await runGroup([process.execPath, script, JSON.stringify(program)], { env, signal });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs a program that starts others. They end with it: one left over would go on writing what is cleaned up. */
async function runGroup([program, ...args], { env, signal }) {
  signal?.throwIfAborted();
  const hasGroups = process.platform !== 'win32';
  const child = spawn(program, args, { env, detached: hasGroups, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    words += text;
  });
  const stop = () => {
    try {
      // On Windows, what the program has started ends by itself.
      if (hasGroups) process.kill(-child.pid, 'SIGKILL');
      else child.kill();
    } catch (error) {
      // All of them have ended, and `close` has not been told yet.
      if (error.code !== 'ESRCH') throw error;
    }
  };
  signal?.addEventListener('abort', stop);
  const [status] = await once(child, 'close');
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}: ${words}`);
}

/** pkg says nothing when it fails to put the program into a Node. */
async function isSealed(path) {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    let tail = Buffer.alloc(0);
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
      const text = Buffer.concat([tail, chunk]);
      if (text.includes(SEALED)) return true;
      tail = text.subarray(-SEALED.length);
    }
    return false;
  } finally {
    await file.close();
  }
}
