// Builds dist/: the library as ES modules, and the command line split so that a command loads only what it runs.
// Beside it, build/ gets what is not published with it: source maps, what went into each piece, the binaries' bundle.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { listBundledPackages, renderLicenses } from './build/bundled-packages.mjs';
import { renderRootHelp } from './build/render-root-help.mjs';
import { writePieces } from './build/write-pieces.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** `#forge` stands in package.json, so that a piece finds it wherever it ends up. */
const forgeApart = {
  name: 'forge-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^node-forge$/ }, () => ({ path: '#forge', external: true }));
  },
};

const COMMON = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  loader: { '.md': 'text' },
  define: { SGID_VERSION: JSON.stringify(version) },
  // Native and optional: it is looked for when a keyring is used.
  external: ['@napi-rs/keyring'],
  plugins: [forgeApart],
  minify: true,
  // All of it stands in licenses.txt.
  legalComments: 'none',
  sourcesContent: false,
  metafile: true,
  write: false,
  logLevel: 'warning',
};

/** Bundles src/ into dist/ and build/. */
export async function buildBundle() {
  // build/ holds what others have made as well, such as binaries.
  for (const folder of ['dist', 'build/binary', 'build/maps'])
    rmSync(join(root, folder), { recursive: true, force: true });
  const [forge, library, commandLine] = await Promise.all([buildForge(), buildLibrary(), buildCommandLine()]);
  const { pieces } = commandLine;
  const define = { ...COMMON.define, SGID_HELP: JSON.stringify(await renderRootHelp()) };
  await writePieces(join(root, 'dist/cli'), 'src/start/package.ts', pieces, define);
  await writePieces(join(root, 'build/binary'), 'src/start/binary.ts', [...pieces, forge.piece], define);
  const packages = listBundledPackages(root, [forge.metafile, library.metafile, commandLine.metafile]);
  writeText('dist/licenses.txt', renderLicenses(packages));
  writeText('build/packages.json', JSON.stringify(packages.map(({ text, ...named }) => named)));
}

/** Library and command line share it: it is the largest of what they bundle, and few runs need it. */
async function buildForge() {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    splitting: false,
    format: 'cjs',
    plugins: [],
    entryPoints: { forge: 'scripts/build/forge-parts.cjs' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  });
  const [{ text }] = outputFiles;
  writeText('dist/forge.cjs', text);
  return { metafile, piece: { name: '#forge', code: text } };
}

async function buildLibrary() {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: ['src/index.ts', 'src/mock.ts'],
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: 'external',
    // What a program prints of an error or a client begins with the name of its class.
    keepNames: true,
    // What is CommonJS among the libraries asks for Node's modules with require().
    banner: {
      js: "import { createRequire as createNodeRequire } from 'node:module'; const require = createNodeRequire(import.meta.url);",
    },
  });
  for (const { path, text } of outputFiles) {
    const name = path.slice(join(root, 'dist/').length);
    writeText(name.endsWith('.map') ? `build/maps/${name}` : `dist/${name}`, text);
  }
  return { metafile };
}

/**
 * esbuild splits ES modules only, and Node starts CommonJS sooner: no asynchronous loader, no copy of the exports
 * of its own modules. So each piece is turned into CommonJS after the split, and all of them go into one file.
 */
async function buildCommandLine() {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: { start: 'src/main.ts' },
    outdir: 'dist/cli',
    outExtension: { '.js': '.cjs' },
    sourcemap: 'inline',
    plugins: [...COMMON.plugins, commanderWithoutChildProcess],
  });
  const pieces = await Promise.all(outputFiles.map(toCommonJs));
  for (const { name, map } of pieces) writeText(`build/maps/cli/${name}.map`, map);
  const inputs = Object.entries(metafile.outputs).map(([path, output]) => [
    basename(path),
    Object.keys(output.inputs),
  ]);
  writeText('build/pieces.json', JSON.stringify(Object.fromEntries(inputs)));
  return { metafile, pieces };
}

async function toCommonJs({ path, text }) {
  const name = basename(path);
  const { code, map } = await transform(text.replace(EXPORTS, assignExports), {
    format: 'cjs',
    platform: 'node',
    target: COMMON.target,
    minify: true,
    sourcefile: name,
    sourcemap: 'external',
    sourcesContent: false,
    // import() would start the loader of ES modules after all.
    supported: { 'dynamic-import': false },
  });
  return { name, code, map };
}

/** The one statement with which esbuild exports what a piece has to offer. */
const EXPORTS = /export\{([^{}]*)\};(?=\s*\/\/# sourceMappingURL=\S*\s*$)/;

/** esbuild's own way takes 400 characters in each piece. No piece requires itself, so the end is soon enough. */
function assignExports(_statement, list) {
  const getters = list.split(',').map((item) => {
    const [local, exported = local] = item.trim().split(' as ');
    return `get ${exported}() { return ${local}; }`;
  });
  return `module.exports = { __esModule: true, ${getters.join(', ')} };`;
}

/** commander loads child_process for subcommands that are programs of their own. There are none here. */
const commanderWithoutChildProcess = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]lib[\\/]command\.js$/.test(importer)
        ? { path: 'child_process', namespace: 'empty' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};' }));
  },
};

function writeText(path, text) {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildBundle();
}
