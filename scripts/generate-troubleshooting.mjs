// Writes docs/troubleshooting.md from the explanations of the error codes.
import { writeFileSync } from 'node:fs';
import { loadSource } from './load-source.mjs';

const { renderTroubleshootingPage } = await loadSource('src/commands/explain/render-page.ts');
writeFileSync(new URL('../docs/troubleshooting.md', import.meta.url), renderTroubleshootingPage());
