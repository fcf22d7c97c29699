import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { findChromium } from '../../helpers/chromium.ts';
import { makeSharedFolder, ROOT } from '../../helpers/packed-package.ts';
import { type EndedProcess, runCommand, startProgram } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { openTerminal } from '../../helpers/terminal-session.ts';

const run = promisify(execFile);

const REDIRECT = ['--redirect-uri', 'http://localhost:5001/cb'];

/** What the developer portal lets one download, with an invented client. */
const CLIENT = { clientId: 'TEST-1a2b3c4d', clientSecret: 'test-secret-0123456789' };
const CREDENTIALS = JSON.stringify({ ...CLIENT, privateKey: TEST_PRIVATE_KEY });

/** What a Linux without Node has, as far as it is used here. */
const TOOLS = ['sh', 'stty', 'grep', 'env'];

let folder: string;
let binary: string;
/** What the script said that made it. */
let said: string;
/** A PATH on which there is no Node. */
let PATH: string;

const runBinary = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<EndedProcess> => runCommand([binary, ...args], { env: { PATH, ...env } });

// The binary that is made here runs nowhere else.
describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the Linux binary, without Node',
  () => {
    beforeAll(async () => {
      folder = await makeSharedFolder();
      const args = ['scripts/package.mjs', '--target', 'linux-x64', '--out', folder];
      said = (await run(process.execPath, args, { cwd: ROOT })).stdout;
      const [name] = (await readdir(folder)).filter((file) => file.endsWith('-linux-x64'));
      binary = join(folder, name ?? 'missing');
      PATH = await makeSharedFolder();
      for (const tool of TOOLS) await symlink(`/bin/${tool}`, join(PATH, tool));
    }, 120_000);

    it('stands with its checksum, its bill of materials and the licences', async () => {
      const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
      const names = [`sgid-${version}-linux-x64`, `sgid-${version}.cdx.json`];
      const licenses = `sgid-${version}-licenses.txt`;
      expect((await readdir(folder)).sort()).toEqual(['SHA256SUMS', licenses, ...names]);
      expect(said).toBe(`made ${binary}\n`);
      expect(await readFile(join(folder, licenses), 'utf8')).toMatch(
        /^sgid\n=+\n[\s\S]+\nNode\.js 22\.23\.2\n=+\n[\s\S]+OpenSSL[\s\S]+\nPackages\n=+\n[\s\S]+\ncommander /,
      );
      const sum = async (name: string): Promise<string> =>
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex');
      const lines = await Promise.all(names.map(async (name) => `${await sum(name)}  ${name}\n`));
      expect(await readFile(join(folder, 'SHA256SUMS'), 'utf8')).toBe(lines.join(''));
    });

    it('lists what is in it: Node, and each package with its licence and hash', async () => {
      const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.cdx.json'));
      const { bomFormat, components } = JSON.parse(await readFile(join(folder, name), 'utf8'));
      expect(bomFormat).toBe('CycloneDX');
      const [node, ...libraries] = components;
      expect(node).toMatchObject({ name: 'node', version: '22.23.2' });
      expect(libraries.map((library: { name: string }) => library.name)).toEqual(
        expect.arrayContaining(['commander', 'jose', 'node-forge', 'open']),
      );
      for (const library of libraries) {
        expect(library).toMatchObject({
          purl: expect.stringMatching(/^pkg:npm\/.+@\d/),
          hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
          licenses: [expect.anything()],
        });
      }
    });

    it('loads no code that stands near it, and says that it has no keyring', async () => {
      const near = join(folder, 'node_modules/@napi-rs/keyring');
      await mkdir(near, { recursive: true });
      onTestFinished(() => rm(join(folder, 'node_modules'), { recursive: true }));
      await writeFile(join(near, 'index.js'), 'console.log("loaded"); process.exit(77);');
      const client = await writeTemporaryFile('client.json', CREDENTIALS);
      const args = ['init', '--from', client, '--profile', 'x', '--yes', '--store', 'keyring', ...REDIRECT];
      const { status, stdout, stderr } = await runBinary(args, { HOME: await makeTemporaryFolder() });
      expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
      expect(stderr).toContain('the single binary of sgid has no access to keyrings');
    });

    it('runs a whole login, with no Node to fall back on', async () => {
      await expect(runCommand(['env', 'node'], { env: { PATH } })).resolves.toMatchObject({ status: 127 });
      const { status, stdout } = await runBinary(['login', '--mock', '--persona', 'zoe']);
      expect(status).toBe(0);
      expect(JSON.parse(stdout).data['myinfo.name']).toContain('ZOË');
    });

    it('opens a PKCS#12 file, with the library that is loaded for that alone', async () => {
      const key = join(ROOT, 'test/fixtures/keys/rsa-2048.modern.p12');
      const passphrase = await writeTemporaryFile('passphrase', 'test-passphrase');
      const { stdout } = await runBinary(['key', 'inspect', key, '--passphrase-file', passphrase]);
      expect(JSON.parse(stdout)).toMatchObject({ bits: 2048 });
    });

    it('logs in with the browser that the system opens', async () => {
      const { opener, connect } = await makeOpener();
      const login = await startProgram([binary, 'login', '--mock'], {
        env: { DISPLAY: ':0', PATH: `${opener}:${PATH}` },
      });
      const browser = await connect();
      const [page] = browser.contexts().flatMap((context) => context.pages());
      if (page === undefined) throw new Error('no page was opened');
      await page.getByRole('link', { name: 'ZOË NGUYỄN-CHÉN' }).click();
      await page.getByRole('link', { name: 'Share' }).click();
      await page.getByRole('heading', { name: 'Logged in' }).waitFor();
      const { status, stdout } = await login.ended;
      expect(status).toBe(0);
      expect(JSON.parse(stdout).data['myinfo.name']).toContain('ZOË');
    });

    it('asks its questions on a terminal', async () => {
      const home = await makeTemporaryFolder();
      const file = await writeTemporaryFile('client.json', CREDENTIALS);
      const env = { HOME: home, PATH };
      const terminal = await openTerminal(`init --from ${file}`, { env, program: binary, columns: 120 });
      for (const question of [/Redirect URI, exactly/, /Scopes, of those/]) {
        await terminal.shows(question);
        terminal.type('\r');
      }
      await terminal.shows(/Name of the profile/);
      terminal.type('staging\r');
      expect(await terminal.ended).toContain('status 0, echo');
      expect(await readdir(join(home, '.config/sgid/profiles'))).toEqual(['staging.json']);
    });
  },
);

/** A system whose opener starts Chromium, and a way to take that over. */
async function makeOpener(): Promise<{ readonly opener: string; readonly connect: () => Promise<Browser> }> {
  const opener = await makeTemporaryFolder();
  const { executablePath, env } = await findChromium();
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
  const flags = `--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking`;
  const start = `exec '${executablePath}' ${flags} --user-data-dir='${opener}/data' --remote-debugging-port=0 "$1"`;
  await writeFile(join(opener, 'xdg-open'), ['#!/bin/sh', ...exports, start, ''].join('\n'), { mode: 0o755 });
  const readPort = async (): Promise<string> =>
    (await readFile(join(opener, 'data/DevToolsActivePort'), 'utf8').catch(() => '')).split('\n')[0] ?? '';
  const connect = async (): Promise<Browser> => {
    await expect.poll(readPort, { timeout: 100_000 }).toMatch(/^\d+$/);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await readPort()}`);
    onTestFinished(async () => {
      await (await browser.newBrowserCDPSession()).send('Browser.close').catch(() => {});
    });
    return browser;
  };
  return { opener, connect };
}
