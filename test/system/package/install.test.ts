import { execFile } from 'node:child_process';
import { copyFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchNode } from '../../../scripts/package/fetch-node.mjs';
import nodeLines from '../../../scripts/package/node-lines.json' with { type: 'json' };
import { installPackages, makeSharedFolder, packPackage, ROOT } from '../../helpers/packed-package.ts';

/** A program on the library: a login at the embedded provider. */
const LIBRARY_USER = `
import { generatePkcePair, SgidClient } from 'sgid-cli';
import { startMockSgid } from 'sgid-cli/mock';
async function logIn() {
  const mock = await startMockSgid();
  mock.queuePersona('zoe');
  const client = new SgidClient({ hostname: mock.hostname, ...mock.client });
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ state: 'x', scope: 'openid myinfo.email', codeChallenge });
  const { headers } = await fetch(url, { redirect: 'manual' });
  const code = new URL(headers.get('location')).searchParams.get('code');
  const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
  console.log((await client.userinfo({ sub, accessToken })).data['myinfo.email']);
  await mock.close();
}
logIn();
`;

let folder: string;
const run = promisify(execFile);

beforeAll(async () => {
  folder = await makeSharedFolder();
  const { path } = await packPackage(folder);
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await installPackages(folder, path);
  await copyFile(join(ROOT, 'test/fixtures/keys/rsa-2048.modern.p12'), join(folder, 'key.p12'));
  await writeFile(join(folder, 'passphrase'), 'test-passphrase', { mode: 0o600 });
  await writeFile(join(folder, 'user.mjs'), LIBRARY_USER);
  const required = LIBRARY_USER.replaceAll(/import (.+) from (.+);/g, 'const $1 = require($2);');
  await writeFile(join(folder, 'user.cjs'), required);
  const typed = join(ROOT, 'test/system/package/apps/commonjs-jest/types.ts');
  for (const file of ['user.mts', 'user.cts']) await copyFile(typed, join(folder, file));
}, 120_000);

describe('installed from the tarball', () => {
  it('takes at most 12 MB, all dependencies counted', async () => {
    const entries = await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(1_000_000);
    expect(total).toBeLessThanOrEqual(12_000_000);
  });

  it.each(['nodenext', 'bundler'])('type checks, its declarations included, with %s', async (resolution) => {
    const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'esnext', '--types', 'node'];
    const module = resolution === 'nodenext' ? ['--module', 'nodenext'] : [];
    const roots = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--moduleResolution', resolution];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const args = [tsc, ...options, ...module, ...roots, 'user.mts', 'user.cts'];
    const { stdout } = await run(process.execPath, args, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});

// The binaries that the registry has are for one platform each.
describe.runIf(process.platform === 'linux' && process.arch === 'x64').each(nodeLines)(
  'on Node $version',
  (source) => {
    let node: string;
    beforeAll(async () => {
      ({ program: node } = await fetchNode(source));
    }, 120_000);

    const runHere = async (...args: string[]): Promise<string> =>
      (await run(node, args, { cwd: folder, env: { HOME: folder } })).stdout;
    const sgid = (...args: string[]): Promise<string> =>
      runHere('node_modules/sgid-cli/bin/sgid.js', ...args);

    it('runs a whole login', async () => {
      expect(await runHere('--version')).toBe(`v${source.version}\n`);
      const claims = await sgid('login', '-q', '--mock', '--persona', 'zoe');
      expect(JSON.parse(claims).data['myinfo.name']).toContain('ZOË');
    });

    it('opens a PKCS#12 file, with the library that is loaded for that alone', async () => {
      const inspection = await sgid('key', 'inspect', 'key.p12', '--passphrase-file', 'passphrase');
      expect(JSON.parse(inspection)).toMatchObject({
        format: expect.stringMatching(/pkcs#?12/i),
        bits: 2048,
      });
    });

    it.each(['user.mjs', 'user.cjs'])('serves as a library to %s', async (program) => {
      expect(await runHere(program)).toMatch(/^\S+@\S+\n$/);
    });

    it('has one of each class, for import and for require()', async () => {
      const script = `
        const required = require('sgid-cli');
        import('sgid-cli').then(({ default: byDefault, SgidClient, SgidError }) => console.log(
          byDefault === required.default, SgidClient === required.SgidClient, SgidError === required.SgidError));`;
      expect(await runHere('--input-type=commonjs', '-e', script)).toBe('true true true\n');
    });
  },
);
