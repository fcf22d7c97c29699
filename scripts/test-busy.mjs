// Runs every test while endless loops take the processors and, with --late, sockets and files are late by chance.
// A test that fails here and passes alone depends on the speed of something.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.mjs';
import { readOptions, wholeNumber } from './read-options.mjs';

const { loops, late } = readOptions('npm run test:busy -- [--loops 2] [--late]', {
  loops: { type: 'string', default: '2', ...wholeNumber(0) },
  late: { type: 'boolean', default: false },
});
const cwd = fileURLToPath(new URL('..', import.meta.url));

for (let loop = 0; loop < Number(loops); loop += 1)
  endWithUs(spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const lateIo = fileURLToPath(new URL('test-busy/late-io.cjs', import.meta.url));
const env = late
  ? { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require "${lateIo}"`.trim() }
  : process.env;
const tests = spawn(process.execPath, [vitest, 'run'], { cwd, env, stdio: 'inherit' });
endWithUs(tests, 'SIGTERM').on('close', (code) => process.exit(code ?? 1));
