import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  createTestClient,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../../../src/mock/test-credentials.ts';
import { createHttpClient } from '../../../../src/system/http-client.ts';
import { logInOverHttp } from '../../../helpers/mock-http.ts';
import { issueCertificate } from '../../../helpers/private-authority.ts';
import { runMock } from '../../../helpers/run-mock.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('what sgid mock writes', () => {
  it('holds the certificate that it serves with, and says how to trust it', async () => {
    const certFile = join(await makeTemporaryFolder(), 'mock$(id).pem');
    const { stderr } = await runMock(['--https', '--cert-file', certFile], async (hostname) => {
      const ca = await readFile(certFile, 'utf8');
      const fetch = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000, ca });
      expect(await logInOverHttp(hostname, { fetch })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    });
    const certificate = new X509Certificate(await readFile(certFile));
    expect(stderr).toContain(`SHA-256 ${certificate.fingerprint256}.\n`);
    expect(stderr).toContain(`${certFile} holds the certificate`);
    expect(stderr).toContain(`NODE_EXTRA_CA_CERTS='${certFile}'\n`);
    expect(await readFile(certFile, 'utf8')).not.toContain('PRIVATE');
    expect((await stat(certFile)).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('is for the first client and the first person of its files', async () => {
    const folder = await makeTemporaryFolder();
    const [clients, people, env] = [join(folder, 'c.json'), join(folder, 'p.json'), join(folder, '.env')];
    const redirectUri = 'http://localhost:5001/api/redirect';
    const client = {
      clientId: 'MY-APP',
      clientSecret: TEST_CLIENT_SECRET,
      privateKey: TEST_PRIVATE_KEY,
      redirectUri,
    };
    const mine = { ...createTestClient([client.redirectUri]), clientId: client.clientId };
    await writeFile(clients, JSON.stringify([mine, { ...mine, clientId: 'OTHER' }]));
    await writeFile(people, JSON.stringify([{ id: 'me', name: 'INVENTED PERSON', data: {} }]));
    const files = ['--client', clients, '--personas', people, '-e', env];
    const { stderr } = await runMock([...files, '--approve'], async (hostname) => {
      expect(await logInOverHttp(hostname, { client, persona: '' })).toEqual({
        'myinfo.name': 'INVENTED PERSON',
      });
    });
    const text = await readFile(env, 'utf8');
    expect(text).toMatch(/^# Made by "sgid mock"\. Public test material: it protects nothing\.\n/);
    expect(parseEnv(text)).toMatchObject({ SGID_CLIENT_ID: 'MY-APP' });
    expect((await stat(env)).mode & 0o777).toBe(0o600);
    expect(stderr).toContain(`${env} holds the settings of the client MY-APP.\n`);
  });

  it('names the secret of an own client as one', async () => {
    const folder = await makeTemporaryFolder();
    const [clients, env] = [join(folder, 'c.json'), join(folder, '.env')];
    const client = { ...createTestClient(['http://localhost:3000/cb']), clientSecret: 'own-secret' };
    await writeFile(clients, JSON.stringify(client));
    for (const own of [[], ['--client', clients], ['--client', clients]])
      expect((await runMock([...own, '-e', env])).exitCode).toBe(0);
    expect((await runMock(['-e', env])).code).toBe('ERR_OUTPUT');
    const text = await readFile(env, 'utf8');
    expect(text).toMatch(
      /^# Made by "sgid mock"\. It holds the secret of your client: keep it to yourself\./,
    );
    expect(text).toContain('SGID_CLIENT_SECRET=own-secret\n');
  });

  it('takes the place of what it wrote before, unless a person added something', async () => {
    const folder = await makeTemporaryFolder();
    const [env, certificate] = [join(folder, '.env'), join(folder, 'mock.pem')];
    const write = () => runMock(['-e', env, '--https', '--cert-file', certificate]);
    await write();
    const [made, pem] = [await readFile(env, 'utf8'), await readFile(certificate, 'utf8')];
    for (const [path, text] of [
      [env, `${made}DATABASE_URL=own`],
      [env, `${made}\n# DATABASE_URL=own`],
      [env, `${made}export SGID_CLIENT_SECRET=own`],
      [env, made.replace(/(SGID_PRIVATE_KEY=).*/s, '$1own')],
      [env, made.replace('MII', 'MIIown')],
      [env, made.replace(/(SGID_CLIENT_SECRET=).*/, '$1own')],
      [env, made.replace(/(SGID_CLIENT_ID=).*/, '$1OWN')],
      [env, made.replace(/.*\n/, '')],
      [certificate, `${pem}${TEST_PRIVATE_KEY}`],
      [certificate, `${pem}${pem}`],
      [certificate, issueCertificate(['localhost']).authority],
      [certificate, pem.replace(/.{64}/, 'A'.repeat(64))],
    ] as const) {
      await writeFile(path, text);
      expect((await write()).code).toBe('ERR_OUTPUT');
      expect(await readFile(path, 'utf8')).toBe(text);
      await writeFile(path, '');
    }
    await writeFile(env, made);
    await writeFile(certificate, pem);
    expect((await write()).code).toBeUndefined();
    expect(await readFile(certificate, 'utf8')).not.toBe(pem);
  });

  it.each([
    ['--dotenv cannot write to standard output', ['-e', '-']],
    ['--cert-file cannot write to standard output', ['--https', '--cert-file', '-']],
    ['--dotenv and --cert-file name the same file', ['-e', '@new', '--https', '--cert-file', '@new']],
  ])('goes to a file of its own: %s', async (words, args) => {
    const folder = await makeTemporaryFolder();
    const run = await runMock(args.map((word) => word.replace('@', `${folder}/`)));
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(await readdir(folder)).toEqual([]);
  });

  it('spells out what a terminal would obey in the names of a client file', async () => {
    const file = join(await makeTemporaryFolder(), 'clients.json');
    const client = { ...createTestClient(['http://localhost:3000/cb']), clientId: 'a\u009b31m\u202e##[b' };
    await writeFile(file, JSON.stringify([client]));
    const { stdout } = await runMock(['--client', file]);
    expect(stdout).toMatch(/^[ -~]+\n$/);
    expect(stdout).not.toContain('##[');
    expect(JSON.parse(stdout).clients[0].clientId).toBe(client.clientId);
  });
});
