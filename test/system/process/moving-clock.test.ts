import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hang } from '../../helpers/loopback-provider.ts';
import { inPairs, POINTS_TIMEOUT, pointsOf } from '../../helpers/points.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { type EndedProcess, runBuiltSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const PRELOAD = fileURLToPath(new URL('moving-clock.cjs', import.meta.url));

interface Move {
  /** The reading of the clock, counted from 1, at which it moves. */
  readonly at: number;
  /** By so much, or to this time, in milliseconds. */
  readonly by?: number;
  readonly to?: number;
  /** Back again after that reading. */
  readonly once?: boolean;
  /** A file that gets a byte for each reading. */
  readonly log?: string;
}

const HOUR = 60 * 60 * 1000;
const MOVES = [{ by: HOUR }, { by: -HOUR }, { by: 24 * HOUR }, { by: -24 * HOUR }, { to: 0 }] as const;

const underClock = (move: Move) => ({
  NODE_OPTIONS: `--require "${PRELOAD}"`,
  MOVING_CLOCK: JSON.stringify(move),
});

const counts = new Map<string, number>();

/** The first reading, and some or all others of a run, of which there are as many whatever the clock shows. */
async function readingsOf(
  name: string,
  run: (move: Move) => Promise<EndedProcess>,
  most: number,
): Promise<readonly number[]> {
  if (!counts.has(name)) {
    const log = join(await makeTemporaryFolder(), 'readings');
    expect(await run({ at: Number.MAX_SAFE_INTEGER, log })).toMatchObject({ status: 0 });
    counts.set(name, (await readFile(log, 'utf8')).length);
  }
  return [...new Set([1, ...pointsOf(counts.get(name) ?? 0, most)])];
}

it.each<Omit<Move, 'at'>>([...MOVES, { by: 24 * HOUR, once: true }, { by: -24 * HOUR, once: true }])(
  'a login verifies the ID token by the clock, and nothing else: %j',
  async (move) => {
    const cwd = await makeTemporaryFolder();
    const run = async (moved: Move): Promise<EndedProcess> => {
      const login = await setUpProcessLogin();
      const args = ['--no-browser', '--trace', `${moved.at}.json`];
      const started = await login.start(args, { cwd, env: underClock(moved) });
      const page = visit(await started.authorizationUrl());
      const ended = await started.ended;
      await page;
      return ended;
    };
    const refused = new Set<number>();
    await inPairs(await readingsOf('login', run, 2), async (at) => {
      const { status, stderr } = await run({ ...move, at });
      const { durationMs } = JSON.parse(await readFile(join(cwd, `${at}.json`), 'utf8'));
      expect(durationMs).toBeGreaterThan(0);
      expect(durationMs).toBeLessThan(HOUR);
      if (status === 0) return;
      const words = (move.by ?? 0) > 0 ? 'has expired' : 'was issued in the future';
      expect([status, stderr]).toEqual([
        7,
        expect.stringMatching(
          `error: id-token: the ID token ${words}, \\d+ s (?:ago|from now) by this clock\n`,
        ),
      ]);
      expect(stderr).toMatch(/^ {2}next: Set the clock of this machine/m);
      refused.add(at);
    });
    // One reading decides.
    if (move.once) expect(refused.size).toBeLessThanOrEqual(1);
    else expect(refused).toContain(1);
  },
  POINTS_TIMEOUT,
);

it.each([...MOVES])(
  'a mock and a login in one process end well or say what has expired: %j',
  async (move) => {
    const args = ['login', '--mock', '--persona', 'zoe', '--field', 'sub'];
    const run = (moved: Move) => runBuiltSgid(args, { env: underClock(moved) });
    await inPairs(await readingsOf('mock', run, 2), async (at) => {
      const { status, stderr } = await run({ ...move, at });
      if (at === 1) expect(status).toBe(0);
      if (status === 0) return;
      expect(stderr).toMatch(/has expired|was issued in the future/);
      expect(stderr).toMatch(/^ {2}next: (?:Set the clock|Log in again)/m);
    });
  },
  POINTS_TIMEOUT,
);

it.each([...MOVES])(
  'sgid check blames nothing but the clock: %j',
  async (move) => {
    const { env } = await setUpProcessLogin();
    const args = ['check', '--format', 'json'];
    const run = (moved: Move) => runBuiltSgid(args, { env: { ...env, ...underClock(moved) } });
    await inPairs(await readingsOf('check', run, 1), async (at) => {
      const { status, stdout } = await run({ ...move, at });
      const checks: { readonly id: string; readonly verdict: string; readonly evidence: string }[] =
        JSON.parse(stdout).checks;
      const failed = checks.filter(({ verdict }) => verdict === 'fail');
      if (at === 1) expect(status).toBe(7);
      expect(failed.map(({ id }) => id)).toEqual(status === 0 ? [] : ['clock']);
      for (const { evidence } of failed)
        expect(evidence).toMatch(/^this clock is \d+ s (?:ahead of|behind) the provider's$/);
    });
  },
  POINTS_TIMEOUT,
);

it.each(MOVES.slice(2))('a wait ends although the clock moves: %j', async (move) => {
  const env = underClock({ ...move, at: 2 });
  const login = await setUpProcessLogin({ provider: { token: hang } });
  const waits = await login.start(['--no-browser', '--timeout', '1s'], { env });
  expect(await waits.ended).toMatchObject({ status: 6 });
  const asks = await login.start(['--no-browser', '--http-timeout', '1s'], { env });
  const page = visit(await asks.authorizationUrl());
  const stderr = expect.stringContaining('did not answer in time');
  expect(await asks.ended).toMatchObject({ status: 5, stderr });
  await page;
});
