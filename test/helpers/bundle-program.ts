import { rm, writeFile } from 'node:fs/promises';
import { build } from 'rolldown';
import { ROOT } from './packed-package.ts';

/** Makes a program of its own, an ES module, from code that imports from `./src`. */
export async function bundleProgram(file: string, code: string): Promise<string> {
  const source = `${file}.ts`;
  await writeFile(source, code.replaceAll("'./src/", `'${ROOT}src/`));
  await build({
    input: source,
    platform: 'node',
    external: ['@napi-rs/keyring'],
    resolve: { mainFields: ['module', 'main'] },
    logLevel: 'silent',
    output: { file, format: 'esm', codeSplitting: false },
  });
  await rm(source);
  return file;
}
