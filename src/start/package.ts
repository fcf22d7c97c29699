// dist/cli/main.cjs, where the command line starts in the npm package: its pieces stand in a file beside it.
import { answerAtOnce } from './answer-at-once.ts';

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  if (await answerAtOnce(process.argv.slice(2))) return;
  const { loadPieces } = await import('./load-pieces.ts');
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const code = readFileSync(`${__dirname}/pieces.js`);
  await loadPieces(SGID_PIECES, {
    code,
    folder: __dirname,
    parent: module,
    require: (name) => module.require(name),
  }).main();
}
