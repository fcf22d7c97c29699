import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inPairs, POINTS_TIMEOUT, pointsOf } from '../../helpers/points.ts';
import { type EndedProcess, runCommand, runInShell, SGID_JS } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { FILES } from '../../helpers/writing-commands.ts';

const LOGIN = 'login --mock --persona wei-ming --out out.json';
const OLD = FILES['out.json'] ?? '';

/** Runs a line in a folder with files under limits of the shell; gives the names of the files that it made. */
async function runUnder(limits: string, line: string): Promise<EndedProcess & { readonly made: string[] }> {
  const cwd = await makeTemporaryFolder();
  const ended = await runInShell(`ulimit -c 0; ${limits}; exec $SGID ${line}`, {
    cwd,
    files: FILES,
    env: { HOME: cwd },
  });
  const out = await readFile(join(cwd, 'out.json'), 'utf8');
  if (ended.status !== 0 || !line.includes('out.json')) expect(out).toBe(OLD);
  else expect(JSON.parse(out)).toHaveProperty('sub');
  const made = (await readdir(cwd)).filter((name) => !Object.hasOwn(FILES, name));
  return { ...ended, made };
}

it.each([LOGIN, 'mock -e .env.mock -- true', 'init --from client.json --profile test --yes', 'profile list'])(
  'says that the limit of open files is too low, or does not need more: sgid %s',
  async (line) => {
    // What Node itself has open while it loads a program; with fewer it says so.
    const count = 'require("node:fs").readdirSync("/dev/fd").length';
    const { stdout } = await runCommand([process.execPath, '-p', count]);
    const statuses = new Set<number>();
    await inPairs(pointsOf(20, 4), async (more) => {
      const { status, stderr, made } = await runUnder(`ulimit -n ${Number(stdout) + more}`, line);
      statuses.add(status);
      if (status === 0) return;
      expect(stderr).toMatch(
        /^error: .*too many files are open.*\n {2}next: .*ulimit -n.*\nMore: sgid explain ERR_\w+\n$/,
      );
      expect([status, made]).toEqual([stderr.startsWith('error: listen') ? 10 : 3, []]);
    });
    expect(statuses).toContain(0);
  },
  POINTS_TIMEOUT,
);

it(
  'leaves no half file when memory runs out',
  async () => {
    const statuses = new Set<number>();
    await inPairs(pointsOf(10, 4), async (megabytes) => {
      const limits = `set -- ${process.execPath} --max-old-space-size=${megabytes + 2} ${SGID_JS}; SGID="$*"`;
      const { status } = await runUnder(limits, LOGIN);
      // Node ends itself, with SIGABRT or on some lines SIGSEGV.
      expect([0, 134, 139]).toContain(status);
      statuses.add(status);
    });
    expect([...statuses]).not.toEqual([0]);
  },
  POINTS_TIMEOUT,
);
