// Writes dist/man/sgid.1, the manual page, from what the commands declare. Run by scripts/build.mjs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSource } from '../load-source.mjs';

/** Writes the manual page into dist/. */
export async function writeManPage() {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { renderManPage } = await loadSource('src/commands/man/man-page.ts');
  const page = await renderManPage(version);
  mkdirSync(new URL('../../dist/man/', import.meta.url), { recursive: true });
  writeFileSync(new URL('../../dist/man/sgid.1', import.meta.url), page);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeManPage();
