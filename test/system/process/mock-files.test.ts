import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { generatePkcePair, SgidClient as OfficialClient } from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';
import { startMock } from '../../helpers/mock-process.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { runBuiltSgid } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const MY_CLIENT = {
  clientId: 'MY-APP',
  clientSecret: 'public test secret #1',
  redirectUris: ['http://localhost:3000/cb'],
  publicKey: TEST_PUBLIC_KEY,
};

describe('sgid mock -e', () => {
  it('writes a .env that sgid login can use at once', async () => {
    const cwd = await makeTemporaryFolder();
    const redirectUri = `http://localhost:${await takePort()}/callback`;
    const args = ['--approve', 'zoe', '--redirect-uri', redirectUri, '-e', 'mock.env'];
    const mock = await startMock(args, { cwd });
    const login = await runBuiltSgid(
      ['login', '-e', 'mock.env', '--browser', `${process.execPath} follow.mjs`, '--field', 'sub'],
      { cwd, files: { 'follow.mjs': 'await fetch(process.argv[2]);' } },
    );
    expect(login).toMatchObject({ status: 0, stdout: expect.stringMatching(/^u=\S+\n$/) });
    mock.child.kill('SIGINT');
    expect((await mock.ended).stderr).toContain(
      `mock.env holds the settings of the client ${TEST_CLIENT_ID}.\n`,
    );
  });

  it('writes a .env, for its owner alone, that the official SDK can use at once', async () => {
    const path = join(await makeTemporaryFolder(), '.env');
    const { line } = await startMock(['--approve', '-e', path]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const env = parseEnv(await readFile(path, 'utf8'));
    expect(env).toMatchObject({ SGID_HOSTNAME: line.hostname, SGID_CLIENT_ID: TEST_CLIENT_ID });
    const login = await takeFiveSteps(officialClient(env), generatePkcePair(), 'openid myinfo.name');
    expect(login.data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('writes the first client of a client file', async () => {
    const cwd = await makeTemporaryFolder();
    const others = [{ ...MY_CLIENT, clientId: 'OTHER' }];
    const files = { 'clients.json': JSON.stringify([MY_CLIENT, ...others]) };
    const { line } = await startMock(['--client', 'clients.json', '--approve', '-e', 'mock.env'], {
      cwd,
      files,
    });
    expect(line.clients.map(({ clientId }) => clientId)).toEqual(['MY-APP', 'OTHER']);
    const env = parseEnv(await readFile(join(cwd, 'mock.env'), 'utf8'));
    expect(env).toMatchObject({ SGID_CLIENT_ID: 'MY-APP', SGID_CLIENT_SECRET: MY_CLIENT.clientSecret });
    const login = await takeFiveSteps(officialClient(env), generatePkcePair(), 'openid myinfo.name');
    expect(login.data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('that cannot be written is known before it listens', async () => {
    const other = await occupyPort('127.0.0.1');
    const args = ['mock', '--port', String(other.port), '-e', 'no/such/folder/.env'];
    const { status, stdout, stderr } = await runBuiltSgid(args);
    await other.close();
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('no/such/folder');
    expect(stderr).toContain('ERR_OUTPUT');
  });

  it.each([
    ['is a folder', 'folder'],
    ['is in a folder that is none', 'clients.json/.env'],
  ])('that %s takes no port', async (_name, path) => {
    const cwd = await makeTemporaryFolder();
    await mkdir(join(cwd, 'folder'));
    const port = await takePort();
    const files = { 'clients.json': JSON.stringify(MY_CLIENT) };
    const run = await runBuiltSgid(['mock', '--port', String(port), '-e', path], { cwd, files });
    expect(run).toMatchObject({ status: 3, stdout: '' });
    expect(await isPortFree(port)).toBe(true);
  });
});

describe('the files of sgid mock', () => {
  it.each([
    ['--client', [MY_CLIENT, { ...MY_CLIENT, clientId: 7 }], '$[1].clientId must be text, got a number'],
    ['--personas', [{ id: 'x', data: { 'myinfo.name': 7 } }], '$[0].data["myinfo.name"] must be text'],
  ])('%s that is broken is refused with the place in it: %#', async (option, content, words) => {
    const files = { 'file.json': JSON.stringify(content) };
    const run = await runBuiltSgid(['mock', '--port', '0', option, 'file.json'], { files });
    expect(run).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining(words) });
    expect(run.stderr).toContain('file.json');
    expect(run.stderr).not.toContain(MY_CLIENT.clientSecret);
  });

  it.each(['--client', '--personas'])('%s that is no JSON, or not there, is told', async (option) => {
    const args = ['mock', '--port', '0', option, 'file.json'];
    const broken = await runBuiltSgid(args, { files: { 'file.json': '[{"id": ' } });
    expect(broken).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('file.json') });
    const absent = await runBuiltSgid(args);
    expect(absent).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('file.json') });
  });

  it('--personas adds people; the first of them is the one that --approve means', async () => {
    const files = { 'p.json': JSON.stringify([{ id: 'me', name: 'INVENTED PERSON', data: {} }]) };
    const cwd = await makeTemporaryFolder();
    await startMock(['--personas', 'p.json', '--approve', '-e', '.env'], { cwd, files });
    const env = parseEnv(await readFile(join(cwd, '.env'), 'utf8'));
    const login = await takeFiveSteps(officialClient(env), generatePkcePair(), 'openid myinfo.name');
    expect(login.data).toEqual({ 'myinfo.name': 'INVENTED PERSON' });
  });
});

describe('MockPass’s place', () => {
  it('is taken by changing SGID_HOSTNAME alone', async () => {
    const certs = new URL('../../../node_modules/@opengovsg/mockpass/static/certs/', import.meta.url);
    const appEnv = {
      SGID_HOSTNAME: 'http://localhost:5156',
      SGID_CLIENT_ID: 'my-app',
      SGID_CLIENT_SECRET: 'any',
      SGID_REDIRECT_URI: 'http://localhost:5001/api/redirect',
      SGID_PRIVATE_KEY: await readFile(new URL('key.pem', certs), 'utf8'),
    };
    const client = {
      clientId: appEnv.SGID_CLIENT_ID,
      clientSecret: appEnv.SGID_CLIENT_SECRET,
      redirectUris: [appEnv.SGID_REDIRECT_URI],
      publicKey: await readFile(new URL('key.pub', certs), 'utf8'),
    };
    const { line } = await startMock(['--client', 'clients.json', '--approve', 'siti'], {
      files: { 'clients.json': JSON.stringify(client) },
    });
    const official = officialClient({ ...appEnv, SGID_HOSTNAME: line.hostname });
    const login = await takeFiveSteps(official, generatePkcePair(), 'openid myinfo.name');
    expect(login.data).toEqual({ 'myinfo.name': 'SITI AMINAH BINTE ROSLI' });
  });
});

/** The official SDK as an application sets it up, from its `.env`. */
function officialClient(env: NodeJS.Dict<string>): OfficialClient {
  const { SGID_HOSTNAME = '', SGID_CLIENT_ID = '', SGID_CLIENT_SECRET = '' } = env;
  return new OfficialClient({
    hostname: SGID_HOSTNAME,
    clientId: SGID_CLIENT_ID,
    clientSecret: SGID_CLIENT_SECRET,
    privateKey: env['SGID_PRIVATE_KEY'] ?? '',
    redirectUri: env['SGID_REDIRECT_URI'] ?? '',
  });
}

describe('sgid mock -e', () => {
  it('does not write over a .env that is not its own, and takes no port', async () => {
    const cwd = await makeTemporaryFolder();
    const theirs = 'DATABASE_URL=postgres://somewhere\nSGID_CLIENT_SECRET=theirs\n';
    const files = { '.env': theirs };
    const run = await runBuiltSgid(['mock', '--port', '0', '-e', '.env'], { cwd, files });
    expect(run.status).toBe(3);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('is not overwritten');
    expect(await readFile(join(cwd, '.env'), 'utf8')).toBe(theirs);
  });
});
