// Makes a single binary: a Node with the command line in it, as pkg's SEA mode does.
// https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html
import { execFile, execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readFile, rename } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const build = fileURLToPath(new URL('../../build', import.meta.url));

/** The mark in every Node that says whether a program is in it: the digit behind it turns from 0 to 1. */
const SEALED = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1';

/**
 * Makes the binary, or leaves nothing in its folder.
 *
 * @param {object} binary
 * @param {string} binary.target For example `linux-x64`.
 * @param {string} binary.node The Node to put the program into.
 * @param {string} binary.hostNode A Node of the same version that runs here.
 * @param {string} binary.output The path of the binary; its folder exists.
 */
export async function makeBinary({ target, node, hostNode, output }) {
  // pkg runs `npx postject`, which is looked for from the temporary folder upwards.
  const temporary = await mkdtemp(join(build, 'pkg-'));
  const unfinished = join(dirname(output), `.${process.pid}-${basename(output)}`);
  const clean = () => {
    for (const path of [temporary, unfinished]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', clean);
  try {
    const made = join(temporary, basename(output));
    await seal({ main: join(build, 'binary/sgid.cjs'), target, node, output: made }, { hostNode, temporary });
    // pkg says nothing when it fails to put the program into a Node.
    const binary = await readFile(made).catch(() => Buffer.of());
    if (!binary.includes(SEALED)) throw new Error(`the program could not be put into ${node}`);
    if (target.startsWith('macos-')) execFileSync('codesign', ['--verify', made], { stdio: 'inherit' });
    await copyFile(made, unfinished);
    await chmod(unfinished, 0o755);
    await rename(unfinished, output);
  } finally {
    process.off('exit', clean);
    clean();
  }
}

/** pkg also runs `node`, to make a blob, whose format is that of a version. */
async function seal(program, { hostNode, temporary }) {
  const env = {
    ...process.env,
    PATH: [dirname(hostNode), process.env.PATH].join(delimiter),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
  };
  const script = fileURLToPath(new URL('seal.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [script, JSON.stringify(program)], { env });
}

/** Whether a binary for this target can be signed here: macOS kills an unsigned program, and only macOS signs one. */
export function canSign(target) {
  if (!target.startsWith('macos-')) return true;
  try {
    execFileSync('codesign', ['--help'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return error.code !== 'ENOENT';
  }
}
