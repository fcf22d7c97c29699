// Times whole processes, paired: the built program, bare Node, and scripts on the official SDK that do the same.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT } from './environment.mjs';
import { compare } from './rows.mjs';
import { makeUserinfo, TEST_CLIENT } from './test-client.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const sgid = here('../../bin/sgid.js');
const sdkSteps = here('sdk-steps.mjs');
const PKCE_FLOOR = {
  name: '  the floor: commander and node:crypto alone',
  args: [here('bare-pkce.cjs'), 'pkce'],
};
const LOGIN_FLOOR = {
  name: '  the floor: node:http and node:crypto alone',
  args: [here('bare-mock-login.cjs')],
};
const BARE = ['-e', '0'];
const REDIRECT_URI = 'http://localhost:5001/api/redirect';
const ENV = { ...ENVIRONMENT, SGID_CLIENT_ID: TEST_CLIENT.clientId, SGID_REDIRECT_URI: REDIRECT_URI };

const MEASURES = [
  { name: 'sgid --version', args: ['--version'], aim: { atMost: 1.1 } },
  { name: 'sgid --help', args: ['--help'], aim: { atMost: 1.1 } },
  { name: 'sgid pkce', args: ['pkce'], aim: { atMost: 1.2 }, sdk: ['pkce'], floor: PKCE_FLOOR },
  { name: 'sgid authorize-url', args: ['authorize-url'], aim: { atMost: 1.2 }, sdk: ['authorize-url'] },
  { name: 'sgid decrypt, 20 fields', args: ['decrypt', 'userinfo.json'] },
  {
    name: 'sgid login --mock --persona',
    args: ['login', '-q', '--mock', '--persona', 'zoe'],
    aim: { atMost: 2.2 },
    floor: LOGIN_FLOOR,
  },
  {
    name: '  its first run, nothing compiled yet',
    args: ['login', '-q', '--mock', '--persona', 'zoe'],
    firstRun: true,
  },
];

/**
 * Rows on how long the program takes, beside bare Node and beside the SDK.
 *
 * @param {number} runs Of each.
 */
export async function benchProcesses(runs) {
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-'));
  try {
    writeFileSync(join(folder, 'userinfo.json'), await makeUserinfo(20), { mode: 0o600 });
    writeFileSync(join(folder, 'key.pem'), TEST_CLIENT.privateKey, { mode: 0o600 });
    return MEASURES.flatMap((measure) => measureCommand(measure, folder, runs));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs `node -e 0` to its end; in milliseconds. */
export function timeBareNode() {
  return time(BARE);
}

function measureCommand({ name, args, aim, sdk, floor, firstRun = false }, folder, runs) {
  const commands = {
    own: [sgid, ...args],
    bare: BARE,
    ...(sdk && { sdk: [sdkSteps, ...sdk] }),
    ...(floor && { floor: floor.args }),
  };
  const times = takeTurns(commands, runs, (command) => {
    if (!firstRun) return time(command, folder);
    rmSync(join(folder, 'cache'), { recursive: true, force: true });
    return time(command, folder, { XDG_CACHE_HOME: join(folder, 'cache') });
  });
  const beside = (other, against, limit) =>
    compare({ name, unit: 'ms', own: times.own, against, other, ...(limit && { aim: limit }) });
  return [
    beside(times.bare, 'node -e 0', aim),
    ...(floor
      ? [compare({ name: floor.name, unit: 'ms', own: times.floor, against: 'node -e 0', other: times.bare })]
      : []),
    ...(sdk ? [beside(times.sdk, 'script on the SDK')] : []),
  ];
}

/** Measures each in turn, so many times, after one turn that does not count. */
function takeTurns(commands, runs, measure) {
  const samples = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let turn = 0; turn <= runs; turn += 1) {
    for (const [name, command] of Object.entries(commands)) {
      const sample = measure(command);
      if (turn > 0) samples[name].push(sample);
    }
  }
  return samples;
}

function time(args, cwd, changes = {}) {
  const env = { ...ENV, SGID_PRIVATE_KEY_PATH: './key.pem', ...changes };
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd, env });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}: ${stderr}`);
  return milliseconds;
}

/**
 * A row on the peak memory of a whole login in one process, beside bare Node and 15 MB.
 *
 * @param {number} runs Of each.
 */
export function benchMemory(runs) {
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-'));
  const probe = here('report-memory.cjs');
  const measure = (args) => {
    const { status } = spawnSync(process.execPath, ['--require', probe, ...args], {
      cwd: folder,
      env: ENV,
    });
    if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}`);
    return Number(readFileSync(join(folder, 'memory'), 'utf8'));
  };
  try {
    const { own, bare } = takeTurns(
      { own: [sgid, 'login', '-q', '--mock', '--persona', 'zoe'], bare: BARE },
      runs,
      measure,
    );
    return [
      compare({
        name: 'peak memory, login --mock --persona',
        unit: 'MB',
        own,
        against: 'node -e 0, and 15 MB',
        other: bare.map((megabytes) => megabytes + 15),
        aim: { atMost: 1.25 },
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
