// Writes what stands beside the binaries: their SHA-256 sums, their bill of materials, and the licences of what is in them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readText = (path) => readFileSync(join(root, path), 'utf8');

/**
 * Describes all binaries of a version in a folder.
 *
 * @param {object} release
 * @param {string} release.folder
 * @param {string} release.version
 * @param {{ version: string, license: string }} release.node What is in each; `license` is where its text may be.
 * @param {string[]} release.binaries Paths where binaries may be, made by this run or by an earlier one.
 */
export async function describeBinaries({ folder, version, node, binaries }) {
  const bill = join(folder, `sgid-${version}.cdx.json`);
  await writeFile(bill, `${JSON.stringify(listMaterials(version, node.version), null, 2)}\n`);
  await writeFile(join(folder, `sgid-${version}-licenses.txt`), renderLicenses(node));
  const sums = [];
  for (const path of [...binaries.filter(existsSync), bill]) {
    const sum = createHash('sha256').update(await readFile(path));
    sums.push(`${sum.digest('hex')}  ${basename(path)}\n`);
  }
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
}

function renderLicenses({ version, license }) {
  const own = ['sgid', readText('LICENSE')];
  const text = existsSync(license)
    ? readFileSync(license, 'utf8')
    : `https://github.com/nodejs/node/blob/v${version}/LICENSE`;
  return [own, [`Node.js ${version}`, text], ['Packages', readText('dist/licenses.txt')]]
    .map(([title, body]) => `${title}\n${'='.repeat(title.length)}\n\n${body.trim()}\n`)
    .join('\n');
}

/**
 * The bill of materials, as CycloneDX has it (https://cyclonedx.org/docs/1.6/json/). It says no time, so that the same
 * build gives the same document.
 */
function listMaterials(version, nodeVersion) {
  const { packages: locked } = JSON.parse(readText('package-lock.json'));
  const purl = `pkg:generic/node@${nodeVersion}`;
  const runtime = { type: 'platform', 'bom-ref': purl, name: 'node', version: nodeVersion, purl };
  const packages = JSON.parse(readText('build/packages.json'));
  const components = [runtime, ...packages.map((bundled) => describeComponent(bundled, locked))];
  const self = describeComponent({ name: 'sgid-cli', version, license: 'MIT' }, {}, 'application');
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [{ ref: self['bom-ref'], dependsOn: components.map((component) => component['bom-ref']) }],
  };
}

function describeComponent({ name, version, license }, locked, type = 'library') {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const entry = Object.entries(locked).find(
    ([path, { version: found }]) => path.endsWith(`node_modules/${name}`) && found === version,
  );
  const sha512 = /^sha512-(.+)$/.exec(entry?.[1].integrity ?? '')?.[1];
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    // A choice of licences is an expression, a single one an identifier.
    licenses: [/ /.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  };
}
