import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { generatePkcePair, SgidClient as OfficialClient } from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import { isPortFree, takePort } from '../../../scripts/ports.mjs';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { SCOPE_NAMES } from '../../../src/sgid/scopes.ts';
import { authorizationQuery } from '../../fast/mock/relying-party.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';
import { get, logInOverHttp } from '../../helpers/mock-http.ts';
import { startMock } from '../../helpers/mock-process.ts';
import { openSocket } from '../../helpers/raw-http.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

describe('sgid mock', () => {
  it('prints one line of JSON when it listens, and advice for people beside it', async () => {
    const mock = await startMock();
    const { hostname } = mock.line;
    expect(hostname).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const redirectUris = ['http://localhost:5001/api/redirect'];
    const clients = [{ clientId: TEST_CLIENT_ID, redirectUris, scopes: SCOPE_NAMES }];
    expect(mock.line).toEqual({ hostname, issuer: `${hostname}/v2`, clients });
    expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    mock.child.kill('SIGINT');
    expect(await mock.ended).toEqual({
      status: 0,
      stdout: `${JSON.stringify(mock.line)}\n`,
      stderr: `Mock sgID listens at ${hostname}. Press Ctrl-C to stop.\n`,
    });
  });

  it('goes on when nobody reads its line', async () => {
    const run = await startSgid(['mock', '--port', '0']);
    run.child.stdout?.destroy();
    const hostname = /http:\S+?(?=\. )/.exec(await run.said(/listens at \S+ /))?.[0] ?? '';
    expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 0 });
  });

  it('does not start when its line cannot be written', async () => {
    const port = await takePort();
    const { stdout } = await runInShell(`$SGID mock --port ${port} >/dev/full; echo "status $?"`);
    expect(stdout).toBe('status 3\n');
    expect(await isPortFree(port)).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at %s with exit code 0 and frees the port, whatever is open',
    async (signal) => {
      const mock = await startMock(['--approve', '--fault', 'slow']);
      const silent = await openSocket(mock.port);
      const halfway = await openSocket(mock.port);
      halfway.write('POST /v2/oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\ngrant');
      const slow = await openSocket(mock.port);
      slow.write(`GET /v2/oauth/authorize?${authorizationQuery()} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await get(`${mock.line.hostname}/v2/health`);
      mock.child.kill(signal);
      expect(await mock.ended).toMatchObject({ status: 0, stdout: `${JSON.stringify(mock.line)}\n` });
      expect(await isPortFree(mock.port)).toBe(true);
      for (const socket of [silent, halfway, slow]) socket.destroy();
    },
  );

  it('--https writes the certificate, which curl can be told to trust, and ends at a signal', async () => {
    const cwd = await makeTemporaryFolder();
    const mock = await startMock(['--https', '--cert-file', 'mock.pem'], { cwd });
    const curl = `curl -s -o /dev/null -w '%{http_code}' ${mock.line.hostname}/v2/health`;
    expect((await runInShell(`${curl} --cacert mock.pem`, { cwd })).stdout).toBe('200');
    expect((await runInShell(curl, { cwd })).stdout).toBe('000');
    const socket = connect({ host: '127.0.0.1', port: mock.port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.on('error', () => {});
    const silent = await openSocket(mock.port);
    mock.child.kill('SIGTERM');
    expect(await mock.ended).toMatchObject({ status: 0 });
    expect(await isPortFree(mock.port)).toBe(true);
    for (const open of [socket, silent]) open.destroy();
  });

  it('-e writes a .env that sgid login can use at once', async () => {
    const cwd = await makeTemporaryFolder();
    const redirectUri = `http://localhost:${await takePort()}/callback`;
    await startMock(['--approve', 'zoe', '--redirect-uri', redirectUri, '-e', 'mock.env'], { cwd });
    const args = ['login', '-e', 'mock.env', '--browser', `${process.execPath} follow.mjs`, '--field', 'sub'];
    const files = { 'follow.mjs': 'await fetch(process.argv[2]);' };
    const login = await runBuiltSgid(args, { cwd, files });
    expect(login).toMatchObject({ status: 0, stdout: expect.stringMatching(/^u=\S+\n$/) });
  });

  it('takes the place of MockPass where SGID_HOSTNAME alone is changed', async () => {
    const certs = new URL('../../../node_modules/@opengovsg/mockpass/static/certs/', import.meta.url);
    const redirectUri = 'http://localhost:5001/api/redirect';
    const credentials = { clientId: 'my-app', clientSecret: 'any' };
    const publicKey = await readFile(new URL('key.pub', certs), 'utf8');
    const client = JSON.stringify({ ...credentials, redirectUris: [redirectUri], publicKey });
    const args = ['--client', 'clients.json', '--approve', 'siti'];
    const { hostname } = (await startMock(args, { files: { 'clients.json': client } })).line;
    const privateKey = await readFile(new URL('key.pem', certs), 'utf8');
    const official = new OfficialClient({ ...credentials, hostname, privateKey, redirectUri });
    const login = await takeFiveSteps(official, generatePkcePair(), 'openid myinfo.name');
    expect(login.data).toEqual({ 'myinfo.name': 'SITI AMINAH BINTE ROSLI' });
  });
});
