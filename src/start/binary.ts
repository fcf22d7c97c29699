// Where a single binary starts: the pieces of the command line are an asset in it.
import { answerAtOnce } from './answer-at-once.ts';

/** Of node:sea, what Node 22 has and the types of Node 20 do not know. */
interface Assets {
  getRawAsset(name: string): ArrayBuffer;
}

async function main(): Promise<void> {
  if (await answerAtOnce(process.argv.slice(2))) return;
  const { loadPieces } = await import('./load-pieces.ts');
  const { getRawAsset } = process.getBuiltinModule('node:sea') as unknown as Assets;
  const code = Buffer.from(getRawAsset('pieces.js'));
  await loadPieces(SGID_PIECES, { code, folder: '/sgid', parent: module, require: requireBuiltin }).main();
}

/** Nothing but Node's own modules: what stands in a node_modules near the binary is somebody else's. */
function requireBuiltin(name: string): unknown {
  const found: unknown = process.getBuiltinModule(name);
  if (found !== undefined) return found;
  throw Object.assign(new Error(`the binary has no module ${name}`), { code: 'MODULE_NOT_FOUND' });
}

void main();
