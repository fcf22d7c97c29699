import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import { authorizationQuery } from '../../fast/mock/relying-party.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { get, logInOverHttp, post } from '../../helpers/mock-http.ts';
import { startMock } from '../../helpers/mock-process.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { exchangeRaw, openSocket } from '../../helpers/raw-http.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';

describe('sgid mock', () => {
  it('prints one line of JSON when it listens, and advice for people beside it', async () => {
    const mock = await startMock();
    const { hostname } = mock.line;
    expect(hostname).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(mock.line).toEqual({
      hostname,
      issuer: `${hostname}/v2`,
      clients: [
        {
          clientId: TEST_CLIENT_ID,
          redirectUris: ['http://localhost:5001/api/redirect'],
          scopes: SCOPES.map(({ name }) => name),
        },
      ],
    });
    expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    mock.child.kill('SIGINT');
    const { status, stdout, stderr } = await mock.ended;
    expect(status).toBe(0);
    expect(stdout).toBe(`${JSON.stringify(mock.line)}\n`);
    expect(stderr).toBe(`Mock sgID listens at ${hostname}. Press Ctrl-C to stop.\n`);
  });

  it('says nothing on stderr under --quiet', async () => {
    const mock = await startMock(['-q', '--https']);
    mock.child.kill('SIGTERM');
    expect(await mock.ended).toMatchObject({ status: 0, stderr: '' });
  });

  it('listens on the port that it is given', async () => {
    const port = await takePort();
    const mock = await startMock(['--port', String(port)]);
    expect(mock.line.hostname).toBe(`http://127.0.0.1:${port}`);
  });

  it('names the address of a port that is in use', async () => {
    const other = await occupyPort('127.0.0.1');
    const { status, stdout, stderr } = await runBuiltSgid(['mock', '--port', String(other.port)]);
    await other.close();
    expect({ status, stdout }).toEqual({ status: 10, stdout: '' });
    expect(stderr).toContain(
      `error: listen: the mock cannot listen on 127.0.0.1:${other.port}: the port is in use\n`,
    );
    expect(stderr).toContain('ERR_LISTEN_PORT_IN_USE');
  });

  it('says so when other machines can reach it', async () => {
    const mock = await startMock(['--host', '0.0.0.0']);
    mock.child.kill('SIGINT');
    expect((await mock.ended).stderr).toBe(
      `Mock sgID listens at http://127.0.0.1:${mock.port}, and on 0.0.0.0: other machines can reach it (set --hostname to the name they use). Press Ctrl-C to stop.\n`,
    );
  });

  it('goes by the hostname that clients reach it under', async () => {
    const port = await takePort();
    const hostname = 'https://sgid.example.com';
    const mock = await startMock(['--port', String(port), '--hostname', hostname]);
    expect(mock.line).toMatchObject({ hostname, issuer: `${hostname}/v2` });
    const metadata = await get(`http://127.0.0.1:${port}/v2/.well-known/openid-configuration`);
    expect(JSON.parse(await metadata.text())).toMatchObject({ issuer: `${hostname}/v2` });
  });

  it.each([
    ['an unknown persona', ['--approve', 'nobody'], 2, 'Use one of: wei-ming,'],
    ['an unknown profile', ['--jwe', 'other'], 2, 'Allowed choices are sdk, mockpass'],
    ['a hostname that is none', ['--hostname', 'sgid.test'], 3, 'is not an absolute https URL'],
    ['a redirect URI that is none', ['--redirect-uri', '/cb'], 3, 'unusable redirect URI: "/cb"'],
  ])('refuses %s', async (_name, args, status, words) => {
    const run = await runBuiltSgid(['mock', '--port', '0', ...args]);
    expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(words) });
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
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('ends it with exit code 0 and frees the port, whatever is open', async () => {
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
  });

  it('lets nobody wait for the latency', async () => {
    const mock = await startMock(['--latency', '30s']);
    const answer = get(`${mock.line.hostname}/v2/health`);
    await exchangeRaw(mock.port, 'nonsense\r\n\r\n');
    mock.child.kill(signal);
    expect((await answer).status).toBe(200);
    expect(await mock.ended).toMatchObject({ status: 0 });
  });
});

describe('the behaviour of sgid mock', () => {
  it.each([
    ['the first persona', ['--approve'], 'TAN WEI MING'],
    ['the persona that is named', ['--approve', 'siti'], 'SITI AMINAH BINTE ROSLI'],
  ])('--approve logs in %s', async (_name, args, name) => {
    const { line } = await startMock(args);
    expect(await logInOverHttp(line.hostname, { persona: '' })).toEqual({ 'myinfo.name': name });
  });

  it('--fault with a number is over after so many logins', async () => {
    const { line } = await startMock(['--fault', 'expired-token:2', '--fault', 'bad-field:1']);
    const codes: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      codes.push((await errorOf(() => logInOverHttp(line.hostname))).code);
    }
    expect(codes).toEqual(['ERR_ID_TOKEN_EXPIRED', 'ERR_ID_TOKEN_EXPIRED', 'ERR_DECRYPT_FIELD']);
    expect(await logInOverHttp(line.hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('--jwe mockpass is understood, too', async () => {
    const { line } = await startMock(['--jwe', 'mockpass']);
    expect(await logInOverHttp(line.hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('--control serves /_mock, which is not there without it', async () => {
    const [closed, open] = [await startMock(), await startMock(['--control'])];
    expect((await get(`${closed.line.hostname}/_mock/requests`)).status).toBe(404);
    await get(`${open.line.hostname}/v2/health`);
    const answer = await get(`${open.line.hostname}/_mock/requests`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(await answer.text())).toMatchObject([{ path: '/v2/health' }]);
    expect((await post(`${open.line.hostname}/_mock/reset`, '')).status).toBe(415);
  });

  it('a persona can be queued with curl', async () => {
    const { line } = await startMock(['--control']);
    const { stdout } = await runInShell(
      `curl -s -o /dev/null -w '%{http_code}' -H 'content-type: application/json' -d '{"id":"zoe"}' ${line.hostname}/_mock/personas`,
    );
    expect(stdout).toBe('204');
    expect(await logInOverHttp(line.hostname, { persona: '' })).toMatchObject({
      'myinfo.name': expect.stringContaining('ZOË'),
    });
  });
});
