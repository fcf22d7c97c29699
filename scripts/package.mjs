// Makes the single binaries: npm run package -- [--target linux-x64 ...] [--out <folder>]
// Without --target, all of them. Beside them stand their SHA-256 sums and their bill of materials.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMaterials } from './package/bill-of-materials.mjs';
import { fetchNode } from './package/fetch-node.mjs';
import { makeBinary } from './package/make-binary.mjs';
import { readOptions } from './read-options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

const sources = readJson('scripts/package/node-binaries.json');
const { version } = readJson('package.json');

const HOST = `${{ darwin: 'macos', win32: 'windows' }[process.platform] ?? process.platform}-${process.arch}`;

/**
 * Makes binaries.
 *
 * @param {string[]} targets
 * @param {string} folder
 * @param {AbortSignal} signal Gives up, and leaves nothing half made.
 * @returns {Promise<{ target: string, reason: string }[]>} Those that could not be made.
 */
async function makeBinaries(targets, folder, signal) {
  const made = [];
  const failed = [];
  for (const target of targets) {
    const output = join(folder, `sgid-${version}-${target}${target.startsWith('windows-') ? '.exe' : ''}`);
    try {
      const node = await fetchNode(findSource(target), signal);
      const hostNode = await fetchNode(findSource(HOST), signal);
      await makeBinary({ target, node, hostNode, output, signal });
      made.push(output);
    } catch (error) {
      failed.push({ target, reason: signal.aborted ? 'interrupted' : error.message });
    }
  }
  try {
    if (made.length > 0) await describeBinaries(made, folder);
  } catch (error) {
    failed.push({ target: 'what describes the binaries', reason: error.message });
  }
  return failed;
}

function findSource(target) {
  const source = sources.find((one) => one.target === target);
  if (source !== undefined) return source;
  throw new Error(`there is no Node for it; there is one for ${sources.map((one) => one.target).join(', ')}`);
}

async function describeBinaries(paths, folder) {
  const packages = readJson('build/packages.json');
  const materials = describeMaterials({ version, nodeVersion: findSource(HOST).version, packages });
  const bill = join(folder, `sgid-${version}.cdx.json`);
  await writeFile(bill, `${JSON.stringify(materials, null, 2)}\n`);
  const sums = [];
  for (const path of [...paths, bill]) sums.push(`${await hashFile(path)}  ${basename(path)}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
}

async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

const { target, out } = readOptions('npm run package -- [--target linux-x64 ...] [--out <folder>]', {
  target: { type: 'string', multiple: true, default: sources.map((source) => source.target) },
  out: { type: 'string', default: join(root, 'build/binaries') },
});
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => interrupted.abort(128 + constants.signals[signal]));
const failed = await makeBinaries(target, resolve(out), interrupted.signal);
for (const { target, reason } of failed) console.error(`${target} was not made: ${reason}`);
process.exitCode = interrupted.signal.reason ?? (failed.length > 0 ? 1 : 0);
