// Puts a program into a Node, with pkg. It runs in a process of its own, whose environment and working folder pkg needs
// to be as makeBinary sets them: node scripts/package/seal.mjs '{"main":...,"asset":...,"target":...,"node":...,"output":...}'
import { createRequire } from 'node:module';

// It is no ES module, and has this one function to offer.
const { default: seal } = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js');

const { main, asset, target, node, output } = JSON.parse(process.argv[2]);
const [system, arch] = target.split('-');
const platform = system === 'windows' ? 'win' : system;
await seal(main, {
  targets: [{ platform, arch, nodeRange: 'node', output }],
  nodePath: node,
  signature: true,
  seaConfig: { assets: { 'pieces.js': asset } },
});
