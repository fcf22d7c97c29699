// Makes the published types of what tsc prints.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The file that a declaration imports, from `./` on, as tsc writes it. */
const IMPORTED = /(?<=(?:from |import\()['"])(\.[^'"]+)\.ts(?=['"])/g;

/**
 * Writes the declarations of entries and of what they import as those of CommonJS modules, and for each entry those of
 * the ES module that re-exports it: there is one type of each class, as there is one class.
 *
 * @param {string} from The folder of tsc's `.d.ts` files.
 * @param {string} to
 * @param {string[]} entries Names without extension.
 */
export function writeTypes(from, to, entries) {
  const names = new Set(entries);
  for (const name of names) {
    const text = readFileSync(join(from, `${name}.d.ts`), 'utf8');
    for (const [, path] of text.matchAll(IMPORTED)) names.add(join(dirname(name), path));
    const file = join(to, `${name}.d.cts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replace(IMPORTED, '$1.cjs'));
    if (!entries.includes(name)) continue;
    // To an ES module, the default export of a CommonJS module would be all that it exports.
    const [, byDefault] = /(\w+) as default/.exec(text) ?? [];
    const reExports = [`export * from './${name}.cjs';\n`];
    if (byDefault) reExports.push(`export { ${byDefault} as default } from './${name}.cjs';\n`);
    writeFileSync(join(to, `${name}.d.mts`), reExports.join(''));
  }
}
