import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSharedFolder, ROOT } from '../../helpers/packed-package.ts';

const run = promisify(execFile);

/** The names and texts of a folder's files. */
async function readFolder(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

describe('docs/api', () => {
  // After a change of a doc comment of the library: npm run api
  it('is what TypeDoc makes of the doc comments', async () => {
    const folder = join(await makeSharedFolder(), 'api');
    await run(process.execPath, ['scripts/api.mjs', folder], { cwd: ROOT });
    expect(await readFolder(folder)).toEqual(await readFolder(join(ROOT, 'docs/api')));
  }, 240_000);
});

/** What the examples leave to their reader. */
const GIVEN = `
declare const clientId: string, clientSecret: string, privateKey: string, publicKey: string, redirectUri: string;
declare const state: string, nonce: string, codeVerifier: string, codeChallenge: string, code: string;
declare const sub: string, accessToken: string, error: unknown;
declare const client: import('sgid-cli').SgidClient;
declare const mock: import('sgid-cli/mock').RunningMockSgid;
`;

const PAGES: readonly (readonly [page: string, example: RegExp])[] = [
  ['docs/api/sgid-cli.md', /(?<=^#+ Example\n\n)```ts\n(.+?)^```$/gms],
  ['docs/api/sgid-cli.mock.md', /(?<=^#+ Example\n\n)```ts\n(.+?)^```$/gms],
  ['docs/library.md', /^```ts\n(.+?)^```$/gms],
  ['docs/mock.md', /^```ts\n(.+?)^```$/gms],
];

describe('the examples', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await makeSharedFolder();
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules/sgid-cli'), 'junction');
    await writeFile(join(folder, 'given.d.ts'), GIVEN);
  });

  it.each(PAGES)('of %s are compiled', async (page, example) => {
    const examples = [...(await readFile(join(ROOT, page), 'utf8')).matchAll(example)];
    expect(examples.length).toBeGreaterThan(0);
    const name = (index: number): string => `${page.replaceAll('/', '-')}-${index + 1}.mts`;
    await Promise.all(examples.map(([, text = ''], index) => writeFile(join(folder, name(index)), text)));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
    const roots = ['--typeRoots', join(ROOT, 'node_modules/@types')];
    const args = [tsc, ...options, ...roots, 'given.d.ts', ...examples.map((_, index) => name(index))];
    const { stdout } = await run(process.execPath, args, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
