// Which packages of others are in a bundle: their licences ask to be shown, and a bill of materials lists them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;

/**
 * Lists the packages whose code is in a bundle, by name.
 *
 * @param {import('rolldown').RolldownOutput['output']} output
 * @returns {{ name: string, version: string, license: string, text: string }[]}
 */
export function listBundledPackages(output) {
  const modules = output.flatMap((chunk) => Object.entries(chunk.modules ?? {}));
  const used = modules.filter(([, { renderedLength }]) => renderedLength > 0);
  const folders = new Set(used.flatMap(([path]) => FOLDER.exec(path) ?? []));
  return [...folders].map(describePackage).sort((one, other) => (one.name < other.name ? -1 : 1));
}

function describePackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (license === undefined) throw new Error(`${name} names no licence`);
  const files = readdirSync(folder).filter((entry) => /^(licen[cs]e|notice|copying)\b/i.test(entry));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, version, license, text: texts.join('\n\n') || 'Comes without the text of its licence.' };
}

/** The page that shows the licences of the packages. Packages of one text share it. */
export function renderLicenses(packages) {
  const texts = [...new Set(packages.map(({ text }) => text))];
  const parts = texts.map((text) => {
    const sharing = packages.filter((one) => one.text === text);
    const names = sharing.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${names.join('\n')}\n\n${text}\n`;
  });
  return ['The code in this folder holds code of these packages.\n', ...parts].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}
