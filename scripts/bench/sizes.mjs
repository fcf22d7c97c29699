// Rows on what has to be fetched and kept: the packed tarball, and the package with its dependencies.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from '../run-npm.mjs';
import { state } from './rows.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Packs what has been built and installs it into an empty folder. */
export async function benchSizes() {
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-'));
  try {
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const [{ filename, size }] = JSON.parse((await runNpm(pack, { cwd: root })).stdout);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)];
    await runNpm(install, { cwd: folder });
    const files = readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
    const sizes = files
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name)).size);
    const installed = sizes.reduce((sum, one) => sum + one, 0);
    return [
      state({ name: 'packed npm tarball', unit: 'kB', own: [size / 1000], aim: { atMost: 400 } }),
      state({ name: 'installed with dependencies', unit: 'MB', own: [installed / 1e6], aim: { atMost: 12 } }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
