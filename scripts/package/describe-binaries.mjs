// Writes what stands beside the binaries: their SHA-256 sums, their bill of materials, and the licences of what is in them.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMaterials } from './bill-of-materials.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readText = (path) => readFileSync(join(root, path), 'utf8');

/**
 * Describes all binaries of a version in a folder.
 *
 * @param {object} release
 * @param {string} release.folder
 * @param {string} release.version
 * @param {{ version: string, license: string | undefined }} release.node What is in each; `license` is the path of its text.
 * @param {string[]} release.binaries Paths where binaries may be, made by this run or by an earlier one.
 */
export async function describeBinaries({ folder, version, node, binaries }) {
  const packages = JSON.parse(readText('build/packages.json'));
  const materials = describeMaterials({ version, nodeVersion: node.version, packages });
  const bill = join(folder, `sgid-${version}.cdx.json`);
  await writeFile(bill, `${JSON.stringify(materials, null, 2)}\n`);
  await writeFile(join(folder, `sgid-${version}-licenses.txt`), renderLicenses(node));
  const sums = [];
  for (const path of [...binaries.filter(existsSync), bill])
    sums.push(`${await hashFile(path)}  ${basename(path)}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
}

function renderLicenses({ version, license }) {
  const own = ['sgid', readText('LICENSE')];
  // Not every package of a Node has it.
  const text =
    license === undefined
      ? `https://github.com/nodejs/node/blob/v${version}/LICENSE`
      : readFileSync(license, 'utf8');
  return [own, [`Node.js ${version}`, text], ['Packages', readText('dist/licenses.txt')]]
    .map(([title, body]) => `${title}\n${'='.repeat(title.length)}\n\n${body.trim()}\n`)
    .join('\n');
}

async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
