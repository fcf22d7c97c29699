// The most memory that a whole process ever holds, beside bare Node and beside scripts on the official SDK.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BARE, COMMAND_ENVIRONMENT, COMMANDS, inFolder, SGID, takeTurns } from './commands.mjs';
import { compare } from './rows.mjs';

/** The variable that makes a Node write down its peak memory as it ends, see {@link readPeak}. */
export const REPORT_MEMORY = {
  NODE_OPTIONS: `--require ${JSON.stringify(fileURLToPath(new URL('report-memory.cjs', import.meta.url)))}`,
};

/** What Node may hold beside a bare one, in MB. */
const ALLOWANCE = 15;

/** The peak memory that a Node has left in its working folder, in MB. */
export function readPeak(folder) {
  return Number(readFileSync(join(folder, 'memory'), 'utf8'));
}

/**
 * Rows on peak memory.
 *
 * @param {number} runs Of each.
 */
export function benchMemory(runs) {
  return inFolder(async (folder) => {
    const rows = [];
    for (const command of COMMANDS.filter(({ firstRun }) => !firstRun))
      rows.push(...(await weighCommand(command, folder, runs)));
    return rows;
  });
}

async function weighCommand({ name, args, sdk, memoryAim }, folder, runs) {
  const commands = { own: [SGID, ...args], bare: BARE, ...(sdk && { sdk }) };
  const peaks = await takeTurns(commands, runs, (command) => weigh(command, folder));
  const beside = (row) => compare({ name: `${name}, peak memory`, unit: 'MB', own: peaks.own, ...row });
  const allowed = peaks.bare.map((megabytes) => megabytes + ALLOWANCE);
  return [
    memoryAim === undefined
      ? beside({ against: 'node -e 0', other: peaks.bare })
      : beside({ against: `node -e 0, and ${ALLOWANCE} MB`, other: allowed, aim: memoryAim }),
    ...(sdk ? [beside({ against: 'script on the SDK', other: peaks.sdk })] : []),
  ];
}

function weigh(args, folder) {
  const env = { ...COMMAND_ENVIRONMENT, ...REPORT_MEMORY };
  const { status } = spawnSync(process.execPath, args, { cwd: folder, env });
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}`);
  return readPeak(folder);
}
