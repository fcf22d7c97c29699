// Builds dist/, which is published: the command line and the library as CommonJS chunks, ES modules that re-export the
// library, and its types. build/ gets what is not: source maps, the program of the binaries in one file,
// and the list of the packages whose code is in the bundle.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { listBundledPackages, renderLicenses } from './build/bundled-packages.mjs';
import { writeTypes } from './build/types.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The named export that is also the default export. */
const DEFAULT_EXPORT = 'SgidClient';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * commander loads `child_process` for subcommands that are programs of their own, of which there are none. `debug` is what
 * https-proxy-agent prints a proxy's whole answer with where `DEBUG` says so, whatever that answer repeats.
 * `proxy-agent-negotiate` is not used, and requires a package that bundlers of applications, as in Next.js, would miss.
 */
const withoutParts = {
  name: 'without-parts',
  resolveId: {
    filter: { id: /^(node:child_process|debug|proxy-agent-negotiate)$/ },
    handler: (id, importer) =>
      id !== 'node:child_process' || /[\\/]commander[\\/]lib[\\/]/.test(importer) ? '\0nothing' : null,
  },
  load: { filter: { id: /^\0nothing$/ }, handler: () => 'module.exports = () => () => {};' },
};

const INPUT = {
  cwd: root,
  platform: 'node',
  // Native and optional: it is looked for when a keyring is used.
  external: ['@napi-rs/keyring'],
  resolve: {
    mainFields: ['module', 'main'],
    // TLS and SSH are the half of node-forge that is not used.
    alias: { 'node-forge': join(root, 'scripts/build/forge-parts.cjs') },
  },
  plugins: [withoutParts],
  moduleTypes: {
    '.css': 'text',
    '.md': 'text',
    '.bash': 'text',
    '.zsh': 'text',
    '.fish': 'text',
    '.ps1': 'text',
  },
  transform: { target: 'node20.19', define: { SGID_VERSION: JSON.stringify(version) } },
};

const OUTPUT = {
  format: 'cjs',
  exports: 'named',
  // import() would start Node's loader of ES modules.
  dynamicImportInCjs: false,
  // Names of classes stay: they stand in what a program prints of an error. Source maps tell the others.
  minify: { compress: true, mangle: { keepNames: { class: true, function: false } }, codegen: true },
  // All of them are in licenses.txt.
  comments: { legal: false },
};

/** The library: its functions stand in the stack traces of applications, and Node prints the line of an uncaught error. */
const LEGIBLE = { minify: { compress: true, mangle: { toplevel: false, keepNames: true }, codegen: false } };

/**
 * Modules that load together go into one file, with all that they import: Node takes longer to open a file than to read it.
 * A module goes to the first group that needs it.
 */
const PROGRAM = [
  // Every command.
  ['program', 'commands/program|system/terminal|system/platform|output/result|oidc/pkce'],
  // Those that take credentials.
  [
    'settings',
    'settings/credentials|commands/credential-options|commands/result-options|oidc/provider|keys/write-key',
  ],
  // Those that talk to a provider.
  ['provider', 'sgid/sgid-provider|commands/reports|commands/transport'],
  ['login', 'commands/login'],
  ['mock', 'mock/server'],
].map(([name, files], index, { length }) => ({
  name,
  test: new RegExp(`/src/(${files})\\.ts$`.replaceAll('/', '[\\\\/]')),
  priority: length - index,
}));

/** The largest part of all: one file for the command line and the library, read where it is needed. */
const FORGE = 'node-forge';
const forgeApart = {
  name: 'forge-apart',
  resolveId: { filter: { id: /^node-forge$/ }, handler: () => ({ id: `./${FORGE}.cjs`, external: true }) },
};

async function buildBundle() {
  const plugins = [...INPUT.plugins, forgeApart];
  const outputs = [
    // They share no other file, so that neither reads what only the other needs.
    await generate({ input: { main: 'src/main.ts' }, plugins }, PROGRAM),
    await generate({ input: { index: 'src/index.ts', mock: 'src/mock.ts' }, plugins }, [], LEGIBLE),
    await generate({ input: { [`chunks/${FORGE}`]: FORGE } }),
  ].flat();
  for (const chunk of outputs.filter(({ type }) => type === 'chunk')) {
    writeText(`dist/${chunk.fileName}`, chunk.code);
    // There is none where all of a chunk is the bundler's.
    if (chunk.map) writeText(`build/maps/${chunk.fileName}.map`, JSON.stringify(chunk.map));
    if (chunk.isEntry && ['index', 'mock'].includes(chunk.name))
      writeText(`dist/${chunk.name}.mjs`, renderReExport(chunk));
  }
  const packages = listBundledPackages(outputs);
  writeText('dist/licenses.txt', renderLicenses(packages));
  writeText('build/packages.json', JSON.stringify(packages.map(({ text, ...named }) => named)));
}

async function generate(input, groups = [], own = {}) {
  const bundle = await rolldown({ ...INPUT, ...input });
  const { output } = await bundle.generate({
    ...OUTPUT,
    ...own,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    sourcemap: 'hidden',
    codeSplitting: { groups },
  });
  return output;
}

/**
 * An ES module that hands on what a CommonJS chunk exports, so that there is one of each class. It names each export: test
 * runners and bundlers disagree about the default export of a CommonJS module.
 */
function renderReExport({ fileName, exports }) {
  const names = exports.map((name) => (name === 'default' ? `${DEFAULT_EXPORT} as default` : name));
  return `export { ${names.join(', ')} } from './${fileName}';\n`;
}

/** A binary has no files beside it. */
async function buildProgramOfBinaries() {
  const bundle = await rolldown({ ...INPUT, input: 'src/main.ts' });
  await bundle.write({ ...OUTPUT, codeSplitting: false, file: join(root, 'build/binary/sgid.cjs') });
}

async function buildTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root }).catch(
    (error) => {
      throw new Error(error.stdout);
    },
  );
  writeTypes(join(root, 'build/types'), join(root, 'dist/types'), ['index', 'mock']);
}

function writeText(path, text) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

// build/ holds what others have made as well, such as binaries.
for (const folder of ['dist', 'build/binary', 'build/maps', 'build/types'])
  rmSync(join(root, folder), { recursive: true, force: true });
await Promise.all([buildBundle(), buildProgramOfBinaries(), buildTypes()]);
