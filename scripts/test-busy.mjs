// Runs every test while endless loops take the processors: npm run test:busy -- [--loops 2]
// A test that fails here and passes alone depends on the speed of something.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions } from './read-options.mjs';

const { loops } = readOptions('npm run test:busy -- [--loops 2]', {
  loops: { type: 'string', default: '2' },
});
if (!/^[1-9]\d*$/.test(loops)) throw new Error('--loops takes a number, 1 or more');
const cwd = fileURLToPath(new URL('..', import.meta.url));

const busy = Array.from({ length: Number(loops) }, () =>
  spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }),
);
function stop() {
  for (const loop of busy) loop.kill('SIGKILL');
}
process.on('exit', stop);
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
spawn(process.execPath, [vitest, 'run'], { cwd, stdio: 'inherit' }).on('close', (code) => {
  process.exitCode = code ?? 1;
  stop();
});
