// Runs every test while endless loops take the processors.
// A test that fails here and passes alone depends on the speed of something.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.mjs';
import { readOptions, wholeNumber } from './read-options.mjs';

const { loops } = readOptions('npm run test:busy -- [--loops 2]', {
  loops: { type: 'string', default: '2', ...wholeNumber(1) },
});
const cwd = fileURLToPath(new URL('..', import.meta.url));

for (let loop = 0; loop < Number(loops); loop += 1)
  endWithUs(spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const tests = spawn(process.execPath, [vitest, 'run'], { cwd, stdio: 'inherit' });
endWithUs(tests, 'SIGTERM').on('close', (code) => process.exit(code ?? 1));
