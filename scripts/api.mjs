// Writes docs/api, the reference of both entries, from their doc comments: node scripts/api.mjs [folder]. TypeDoc needs
// the JavaScript API that TypeScript 7 does not have: it and TypeScript 6 have a lock file of their own in scripts/api, and
// are installed into build/api when they are first used.

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPages } from './api/link-pages.mjs';
import { installTools } from './install-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [out = 'docs/api'] = process.argv.slice(2);

const tools = await installTools('api', 'TypeDoc');
const typedoc = join(tools, 'node_modules/typedoc/bin/typedoc');
const folder = resolve(root, out);
const args = [typedoc, '--options', join(tools, 'typedoc.json'), '--out', folder];
process.exitCode = spawnSync(process.execPath, args, { cwd: tools, stdio: 'inherit' }).status ?? 1;
if (process.exitCode === 0) linkPages(folder);
