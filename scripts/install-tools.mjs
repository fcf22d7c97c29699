// Installs the tools of a script that have a lock file of their own: scripts/<name> into build/<name>, when it is first used.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from './run-npm.mjs';

/**
 * @param {string} name
 * @param {string} title What the tools are called.
 * @returns {Promise<string>} The folder, which also has what else is in scripts/<name>.
 */
export async function installTools(name, title) {
  const source = fileURLToPath(new URL(name, import.meta.url));
  const tools = fileURLToPath(new URL(`../build/${name}`, import.meta.url));
  const lockIn = (folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const isReady =
    existsSync(join(tools, 'node_modules/.package-lock.json')) && lockIn(tools) === lockIn(source);
  if (!isReady) {
    console.error(`Installing ${title}...`);
    rmSync(tools, { recursive: true, force: true });
  }
  cpSync(source, tools, { recursive: true });
  if (!isReady) await runNpm(['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: tools });
  return tools;
}
