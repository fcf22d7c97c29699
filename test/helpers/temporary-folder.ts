import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, gone when the test has finished. */
export async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sgid-test-'));
  // A browser may still be writing as it ends.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Writes a file for one test and gives its path; by default only its owner can read it. */
export async function writeTemporaryFile(name: string, content: string, mode = 0o600): Promise<string> {
  const path = join(await makeTemporaryFolder(), name);
  await writeFile(path, content, { mode });
  return path;
}
