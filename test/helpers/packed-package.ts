import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { runNpm } from '../../scripts/run-npm.mjs';

/** The project's folder. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** The package as it would be published. */
export interface PackedPackage {
  readonly path: string;
  readonly tarball: Uint8Array<ArrayBuffer>;
  /** The paths of what is in it, from its root. */
  readonly files: readonly string[];
}

/** A folder for all tests of a file; call it in `beforeAll`. */
export async function makeSharedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sgid-test-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Packs what has been built. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  // What `prepare` would build has been built, and other tests are running it.
  const { stdout } = await runNpm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const [{ filename, files }]: [{ filename: string; files: { path: string }[] }] = JSON.parse(stdout);
  const path = join(folder, filename);
  return { path, tarball: new Uint8Array(await readFile(path)), files: files.map((file) => file.path) };
}

/** Installs packages into a folder, as a user would. */
export async function installPackages(folder: string, ...packages: readonly string[]): Promise<void> {
  await runNpm(['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], { cwd: folder });
}
