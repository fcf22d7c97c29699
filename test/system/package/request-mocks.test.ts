import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPackages, makeSharedFolder, packPackage } from '../../helpers/packed-package.ts';
import { runCommand } from '../../helpers/sgid-process.ts';

/** Asks for userinfo where nobody is, but for a mock that answers with 418. */
const PROGRAM = `
import { createRequire } from 'node:module';
import { generateKeyPairSync } from 'node:crypto';
const [mock, way, first] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const load = async (name) => (way === 'require' ? require(name) : import(name));
const hostnames = ['https://sgid.invalid', 'http://127.0.0.1:1'];
const PATH = '/v2/oauth/userinfo';
const intercept = {
  nock: async () => {
    const { default: nock } = await load('nock').then((it) => (it.default ? it : { default: it }));
    for (const hostname of hostnames) nock(hostname).get(PATH).reply(418, { error: 'teapot' });
  },
  msw: async () => {
    const { setupServer } = await load('msw/node');
    const { http, HttpResponse } = await load('msw');
    const answer = () => HttpResponse.json({ error: 'teapot' }, { status: 418 });
    setupServer(...hostnames.map((hostname) => http.get(hostname + PATH, answer))).listen();
  },
}[mock];
if (first === 'mock') await intercept();
const { SgidClient } = await load('sgid-cli');
if (first === 'library') await intercept();
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
for (const hostname of hostnames) {
  const client = new SgidClient({ clientId: 'x', clientSecret: 'x', privateKey, redirectUri: 'http://localhost:1/', hostname });
  await client.userinfo({ sub: 'u=x', accessToken: 'x' }).catch(({ message }) => console.log(message));
}
process.exit();
`;

let folder: string;

describe('the requests of the library', () => {
  beforeAll(async () => {
    folder = await makeSharedFolder();
    const { path } = await packPackage(folder);
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    // The last that run on Node 20.
    await installPackages(folder, path, 'msw@2.15.0', 'nock@14.0.17');
    await writeFile(join(folder, 'program.mjs'), PROGRAM);
  }, 240_000);

  const mocks = ['nock', 'msw'].flatMap((mock) => ['import', 'require'].map((way) => [mock, way]));
  const cases = mocks.flatMap((one) => ['mock', 'library'].map((first) => [...one, first]));
  it.each(cases)('are seen by %s, with %s(), %s first', async (...args) => {
    const { stdout, stderr } = await runCommand([process.execPath, 'program.mjs', ...args], { cwd: folder });
    expect({ stderr, statuses: stdout.match(/\b418\b/g) }).toEqual({ stderr: '', statuses: ['418', '418'] });
  });
});
