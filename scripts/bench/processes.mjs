// Times whole processes, paired: the built program, bare Node, and scripts on the official SDK that do the same.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BARE, COMMAND_ENVIRONMENT, COMMANDS, inFolder, SGID, takeTurns } from './commands.mjs';
import { homeIn } from './environment.mjs';
import { compare } from './rows.mjs';

/**
 * Rows on how long the program takes, beside bare Node and beside the SDK.
 *
 * @param {number} runs Of each.
 */
export function benchProcesses(runs) {
  return inFolder(async (folder) => {
    const rows = [];
    for (const command of COMMANDS) rows.push(...(await timeCommand(command, folder, runs)));
    return rows;
  });
}

/** Runs `node -e 0` to its end; in milliseconds. */
export function timeBareNode() {
  return time(BARE);
}

async function timeCommand({ name, args, aim, sdk, floor, firstRun = false }, folder, runs) {
  const commands = {
    own: [SGID, ...args],
    bare: BARE,
    ...(sdk && { sdk }),
    ...(floor && { floor: floor.args }),
  };
  const times = await takeTurns(commands, runs, (command) => {
    if (!firstRun) return time(command, folder);
    const home = join(folder, 'home');
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    return time(command, folder, homeIn(home));
  });
  const beside = (row) => compare({ name, unit: 'ms', own: times.own, ...row });
  const bare = { against: 'node -e 0', other: times.bare };
  return [
    beside({ ...bare, ...(aim && { aim }) }),
    ...(floor ? [beside({ name: `  the floor: ${floor.name}`, own: times.floor, ...bare })] : []),
    ...(sdk ? [beside({ against: 'script on the SDK', other: times.sdk })] : []),
  ];
}

function time(args, cwd, changes = {}) {
  const env = { ...COMMAND_ENVIRONMENT, ...changes };
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd, env });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}: ${stderr}`);
  return milliseconds;
}
