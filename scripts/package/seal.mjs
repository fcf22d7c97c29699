// Puts a program into a Node, with pkg. It runs in a process of its own, whose environment pkg needs to be as makeBinary
// sets it: node scripts/package/seal.mjs '{"main":...,"target":...,"node":...,"output":...}'
import { createRequire } from 'node:module';

// It is no ES module, and has this one function to offer.
const { default: seal } = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js');

const { main, target, node, output } = JSON.parse(process.argv[2]);
const [system, arch] = target.split('-');
const platform = system === 'windows' ? 'win' : system;
await seal(main, {
  targets: [{ platform, arch, nodeRange: 'node', output }],
  nodePath: node,
  signature: true,
});
