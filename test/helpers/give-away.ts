import fs, { chownSync, lstatSync, type PathLike, type Stats } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished, vi } from 'vitest';

/** No user of any machine that tests run on. */
const STRANGER = 4_242_424;

/** Makes another user the owner of a file for one test; without the right to do so, to the eyes of this process alone. */
export function giveAway(path: string): void {
  if (process.geteuid?.() === 0) {
    chownSync(path, STRANGER, STRANGER);
    return;
  }
  const { ino } = lstatSync(path);
  const disguise = <T extends Stats>(stats: T): T =>
    stats.ino === ino ? Object.assign(stats, { uid: STRANGER }) : stats;
  const { fstatSync } = fs;
  const { lstat } = fs.promises;
  const spies = [
    vi.spyOn(fs, 'fstatSync').mockImplementation((descriptor) => disguise(fstatSync(descriptor))),
    vi
      .spyOn(fs.promises, 'lstat')
      .mockImplementation(async (place: PathLike) => disguise(await lstat(place))),
  ];
  syncBuiltinESMExports();
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
    syncBuiltinESMExports();
  });
}
