// Makes the single binaries: npm run package -- [--target linux-x64 ...] [--out <folder>]
// Without --target, all of them. Beside them stand their SHA-256 sums, their bill of materials and their licences.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeBinaries } from './package/describe-binaries.mjs';
import { fetchNode } from './package/fetch-node.mjs';
import { makeBinary, requireSigner } from './package/make-binary.mjs';
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
 * @returns {Promise<boolean>} Whether all of them were made.
 */
async function makeBinaries(targets, folder, signal) {
  const place = (target) =>
    join(folder, `sgid-${version}-${target}${target.startsWith('windows-') ? '.exe' : ''}`);
  let made = 0;
  let failed = 0;
  const attempt = async (what, make) => {
    try {
      await make();
    } catch (error) {
      failed += 1;
      console.error(`${what} was not made: ${signal.aborted ? 'interrupted' : error.message}`);
    }
  };
  for (const target of new Set(targets))
    await attempt(target, async () => {
      const output = place(target);
      const source = findSource(target);
      requireSigner(target);
      const hostNode = await fetchNode(findHost(), { signal });
      const node = await fetchNode(source, { signal });
      await makeBinary({ target, node: node.program, hostNode: hostNode.program, output, signal });
      made += 1;
      console.log(`made ${output}`);
    });
  if (made > 0)
    await attempt('what describes the binaries', async () => {
      const host = findHost();
      const node = { version: host.version, license: (await fetchNode(host)).license };
      await describeBinaries({ folder, version, node, binaries: sources.map(({ target }) => place(target)) });
    });
  return failed === 0;
}

function findSource(target) {
  const source = sources.find((one) => one.target === target);
  if (source !== undefined) return source;
  throw new Error(`there is no Node for it; there is one for ${sources.map((one) => one.target).join(', ')}`);
}

function findHost() {
  const source = sources.find((one) => one.target === HOST);
  if (source !== undefined) return source;
  throw new Error(`on ${HOST}, no binary can be made: there is no Node that runs here`);
}

const USAGE = 'npm run package -- [--target linux-x64 ...] [--out <folder>]';
const { target, out } = readOptions(USAGE, {
  target: { type: 'string', multiple: true, default: sources.map((source) => source.target) },
  out: { type: 'string', default: join(root, 'build/binaries') },
});
const interrupted = new AbortController();
// Not once: a second Ctrl-C would end the clean-up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => interrupted.abort(128 + constants.signals[signal]));
const complete = await makeBinaries(target, resolve(out), interrupted.signal);
process.exitCode = interrupted.signal.reason ?? (complete ? 0 : 1);
