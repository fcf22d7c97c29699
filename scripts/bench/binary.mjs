// Rows on the start of the single binary, beside the Node that is in it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchNode } from '../package/fetch-node.mjs';
import { ENVIRONMENT } from './environment.mjs';
import { compare } from './rows.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TARGET = 'linux-x64';

/**
 * Makes the binary of Linux x64 and times its start; no rows elsewhere.
 *
 * @param {number} runs Of each.
 */
export async function benchBinary(runs) {
  if (`${process.platform}-${process.arch}` !== TARGET) return [];
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-'));
  try {
    execFileSync(process.execPath, ['scripts/package.mjs', '--target', TARGET, '--out', folder], {
      cwd: root,
      stdio: 'ignore',
    });
    const binary = join(folder, readdirSync(folder).find((name) => name.endsWith(TARGET)) ?? '');
    const sources = JSON.parse(readFileSync(join(root, 'scripts/package/node-binaries.json'), 'utf8'));
    const { program: node } = await fetchNode(sources.find(({ target }) => target === TARGET));
    const [own, other] = [[], []];
    for (let run = 0; run <= runs; run += 1) {
      const samples = [time(binary, ['--version']), time(node, ['-e', '0'])];
      if (run > 0) for (const [index, list] of [own, other].entries()) list.push(samples[index]);
    }
    return [
      compare({
        name: 'binary --version',
        unit: 'ms',
        own,
        against: 'its Node, -e 0',
        other,
        aim: { atMost: 1.25 },
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function time(program, args) {
  const started = performance.now();
  const { status } = spawnSync(program, args, { env: ENVIRONMENT });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${program} failed with ${status}`);
  return milliseconds;
}
