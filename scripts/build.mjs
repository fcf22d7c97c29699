// Builds dist/: the library as ES modules, and the command line split so that a command loads only what it runs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { writeManPage } from './generate-man-page.mjs';
import { renderRootHelp } from './render-root-help.mjs';
import { writePieces } from './write-pieces.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

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
  chunkNames: 'chunks/[name]-[hash]',
  define: { SGID_VERSION: JSON.stringify(version) },
  // Native and optional: it is looked for when a keyring is used.
  external: ['@napi-rs/keyring'],
  plugins: [forgeApart],
  minify: true,
  legalComments: 'external',
  logLevel: 'warning',
};

/** Bundles src/ into dist/. */
export async function buildBundle() {
  rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
  await Promise.all([buildForge(), buildLibrary(), buildCommandLine()]);
}

/** Library and command line share it: it is the largest of what they bundle, and few runs need it. */
function buildForge() {
  return build({
    ...COMMON,
    splitting: false,
    format: 'cjs',
    plugins: [],
    entryPoints: { forge: 'scripts/forge-parts.cjs' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  });
}

function buildLibrary() {
  return build({
    ...COMMON,
    entryPoints: ['src/index.ts', 'src/mock.ts'],
    outdir: 'dist',
    // What is CommonJS among the libraries asks for Node's modules with require().
    banner: {
      js: "import { createRequire as createNodeRequire } from 'node:module'; const require = createNodeRequire(import.meta.url);",
    },
  });
}

/**
 * esbuild splits ES modules only, and Node starts CommonJS sooner: no asynchronous loader, no copy of the exports
 * of its own modules. So each piece is turned into CommonJS after the split, and all of them go into one file.
 */
async function buildCommandLine() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['src/main.ts'],
    outdir: 'dist/cli',
    outExtension: { '.js': '.cjs' },
    define: { ...COMMON.define, SGID_HELP: JSON.stringify(await renderRootHelp()) },
    plugins: [...COMMON.plugins, commanderWithoutChildProcess],
    write: false,
  });
  const folder = join(root, 'dist/cli');
  const isCode = ({ path }) => path.endsWith('.cjs');
  const pieces = await Promise.all(outputFiles.filter(isCode).map(toCommonJs));
  mkdirSync(folder, { recursive: true });
  writePieces(folder, pieces);
  for (const { path, text } of outputFiles.filter((file) => !isCode(file)))
    writeFileSync(join(folder, basename(path)), text);
}

async function toCommonJs({ path, text }) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: COMMON.target,
    minify: true,
    // import() would start the loader of ES modules after all.
    supported: { 'dynamic-import': false },
  });
  return { name: basename(path), code };
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildBundle();
  await writeManPage();
}
