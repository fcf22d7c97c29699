// Builds dist/: the library as ES modules, and the command line split so that a command loads only what it runs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

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
  minify: true,
  legalComments: 'external',
  logLevel: 'warning',
};

/** Bundles src/ into dist/. */
export async function buildBundle() {
  rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
  await Promise.all([buildLibrary(), buildCommandLine()]);
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
 * of its own modules. So each piece is turned into CommonJS after the split.
 */
async function buildCommandLine() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['src/main.ts'],
    outdir: 'dist/cli',
    outExtension: { '.js': '.cjs' },
    plugins: [commanderWithoutChildProcess],
    write: false,
  });
  const pieces = await Promise.all(outputFiles.filter(({ path }) => path.endsWith('.cjs')).map(toCommonJs));
  for (const { path, text } of [...joinSmallPieces(pieces), ...outputFiles.filter(isComment)]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The licences of the libraries. */
function isComment({ path }) {
  return path.endsWith('.LEGAL.txt');
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
  return { path, text: code };
}

/** Up to this size, in bytes, finding and opening a file takes longer than reading past its text in another. */
const SMALL = 24_000;
const SHARED = 'shared.cjs';

/**
 * Puts the small pieces that several commands share into one file, in which each is a function that runs when it is
 * first asked for: a command opens a few files instead of dozens, and still runs only what it needs.
 */
function joinSmallPieces(pieces) {
  const isJoined = ({ path, text }) => basename(path).startsWith('chunk-') && text.length <= SMALL;
  const joined = pieces.filter(isJoined);
  const names = new Set(joined.map(({ path }) => basename(path)));
  const redirect = (text, call) =>
    text.replaceAll(/\brequire\("(\.\/(?:chunks\/)?)([\w-]+\.cjs)"\)/g, (original, folder, name) =>
      names.has(name) ? call(folder, name) : original,
    );
  const bodies = joined.map(
    ({ path, text }) =>
      `${JSON.stringify(basename(path))}(module,exports){${redirect(text, (_, name) => `shared(${JSON.stringify(name)})`)}}`,
  );
  const runtime = `"use strict";const pieces={${bodies.join(',\n')}};const loaded=new Map();function shared(name){let module=loaded.get(name);if(!module){module={exports:{}};loaded.set(name,module);pieces[name](module,module.exports)}return module.exports}module.exports=shared;\n`;
  const others = pieces.filter((piece) => !isJoined(piece));
  return [
    ...others.map(({ path, text }) => ({
      path,
      text: redirect(text, (folder, name) => `require("${folder}${SHARED}")(${JSON.stringify(name)})`),
    })),
    { path: join(dirname(joined[0].path), SHARED), text: runtime },
  ];
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBundle();
