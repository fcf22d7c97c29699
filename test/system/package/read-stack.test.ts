import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../helpers/packed-package.ts';
import { runBuiltSgid, runCommand } from '../../helpers/sgid-process.ts';

/** Makes a bug: there is no random number to be had. */
const BUG = "require('node:crypto').randomBytes = () => { throw new TypeError('broken by the test'); };";

const readStack = async (stdin: string): Promise<string> =>
  (await runCommand([process.execPath, `${ROOT}/scripts/read-stack.mjs`], { stdin })).stdout;

/** Where a text stands in a file: its line and column, both from 1 on. */
async function placeOf(path: string, text: string): Promise<string> {
  const [before = '', after] = (await readFile(`${ROOT}/${path}`, 'utf8')).split(text);
  if (after === undefined) throw new Error(`${path} does not hold ${text}`);
  const lines = before.split('\n');
  return `${path}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

describe('scripts/read-stack.mjs', () => {
  it('finds the source of what the command line prints of a bug', async () => {
    const env = { NODE_OPTIONS: '--require ./bug.cjs' };
    const { status, stderr } = await runBuiltSgid(['pkce', '--verbose'], { env, files: { 'bug.cjs': BUG } });
    expect(status).toBe(1);
    expect(stderr).not.toContain('src/');
    expect(await readStack(stderr)).toContain(`(${await placeOf('src/oidc/pkce.ts', 'randomBytes(')})`);
  });

  it('reads what Windows prints', async () => {
    const env = { NODE_OPTIONS: '--require ./bug.cjs' };
    const { stderr } = await runBuiltSgid(['pkce', '--verbose'], { env, files: { 'bug.cjs': BUG } });
    const fromWindows = stderr.replaceAll(/\(\/\S*\/(?=\S+\.cjs:)/g, '(C:\\x\\dist\\cli\\');
    expect(fromWindows).toContain('(C:\\x\\dist\\cli\\chunk-');
    expect(await readStack(fromWindows)).toContain(`(${await placeOf('src/oidc/pkce.ts', 'randomBytes(')})`);
  });

  it('finds the source of what fails in the library', async () => {
    const script = `
      ${BUG}
      import(${JSON.stringify(`file://${ROOT}/dist/index.js`)})
        .then(({ generateNonce }) => generateNonce())
        .catch(({ stack }) => console.log(stack));`;
    const { stdout } = await runCommand([process.execPath, '-e', script]);
    expect(stdout).toContain('dist/index.js:');
    expect(await readStack(stdout)).toMatch(/\(src\/protocol\/random\.ts:\d+:\d+\)/);
  });

  it('leaves alone what is not in a map', async () => {
    const stack = '    at f (/elsewhere/index.mjs:1:2)\n    at node:internal/main/run_main_module:28:49\n';
    expect(await readStack(stack)).toBe(stack);
  });
});
