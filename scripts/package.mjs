// Makes the single binaries: npm run package -- [--target linux-x64 ...] [--out <folder>]
// Without --target, those that this machine can make. Beside them stand their SHA-256 sums, their bill of materials and
// their licences.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import './end-with-us.mjs';
import { describeBinaries } from './package/describe-binaries.mjs';
import { fetchNode } from './package/fetch-node.mjs';
import { canSign, makeBinary } from './package/make-binary.mjs';
import { readOptions } from './read-options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

const sources = readJson('scripts/package/node-binaries.json');
const { version } = readJson('package.json');
const { target: named, out } = readOptions('npm run package -- [--target linux-x64 ...] [--out <folder>]', {
  target: { type: 'string', multiple: true },
  out: { type: 'string', default: join(root, 'build/binaries') },
});
const folder = resolve(out);

const UNSIGNED = 'nothing on this machine signs programs for macOS';

function findSource(target) {
  const source = sources.find((one) => one.target === target);
  if (source !== undefined) return source;
  throw new Error(`there is no Node for it; there is one for ${sources.map((one) => one.target).join(', ')}`);
}

const pathOf = (target) =>
  join(folder, `sgid-${version}-${target}${target.startsWith('windows-') ? '.exe' : ''}`);

async function make(target) {
  const source = findSource(target);
  if (!canSign(target)) throw new Error(`${UNSIGNED}. Run on a Mac: npm run package -- --target ${target}`);
  mkdirSync(folder, { recursive: true });
  const { program } = await fetchNode(source);
  const { program: hostNode } = await fetchHostNode();
  await makeBinary({ target, node: program, hostNode, output: pathOf(target) });
  console.log(`made ${pathOf(target)}`);
}

function fetchHostNode() {
  const system = { darwin: 'macos', win32: 'windows' }[process.platform] ?? process.platform;
  return fetchNode(findSource(`${system}-${process.arch}`));
}

const all = sources.map(({ target }) => target);
const targets = new Set(named ?? all.filter(canSign));
const leftOut = named ? [] : all.filter((target) => !targets.has(target));
if (leftOut.length > 0) console.log(`left out ${leftOut.join(', ')}: ${UNSIGNED}`);
let made = 0;
for (const target of targets) {
  try {
    await make(target);
    made += 1;
  } catch (error) {
    console.error(`${target} was not made: ${error.message}`);
    process.exitCode = 1;
  }
}
if (made > 0)
  await describeBinaries({ folder, version, node: await fetchHostNode(), binaries: all.map(pathOf) });
