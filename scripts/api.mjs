// Writes docs/api, the reference of both entries, from their doc comments: node scripts/api.mjs [folder]. TypeDoc needs
// the JavaScript API that TypeScript 7 does not have: it and TypeScript 6 have a lock file of their own in scripts/api, and
// are installed into build/api when they are first used.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPages } from './api/link-pages.mjs';
import { runNpm } from './run-npm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'scripts/api');
const tools = join(root, 'build/api');
const [out = 'docs/api'] = process.argv.slice(2);

const installed = join(tools, 'node_modules/.package-lock.json');
const lockIn = (folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
const isReady = existsSync(installed) && lockIn(tools) === lockIn(source);
if (!isReady) rmSync(tools, { recursive: true, force: true });
cpSync(source, tools, { recursive: true });
if (!isReady) await runNpm(['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: tools });

const typedoc = join(tools, 'node_modules/typedoc/bin/typedoc');
const folder = resolve(root, out);
const args = [typedoc, '--options', join(tools, 'typedoc.json'), '--out', folder];
process.exitCode = spawnSync(process.execPath, args, { cwd: tools, stdio: 'inherit' }).status ?? 1;
if (process.exitCode === 0) linkPages(folder);
