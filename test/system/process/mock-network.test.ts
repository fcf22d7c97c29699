import type { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../src/oidc/send.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { logInOverHttp } from '../../helpers/mock-http.ts';
import { type MockProcess, startMock } from '../../helpers/mock-process.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { openSocket } from '../../helpers/raw-http.ts';
import { runBuiltSgid, runInShell } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const SECRET = { secret: 'a public test secret of the tests' };

describe('sgid mock --https', () => {
  it('serves a whole login with the certificate whose fingerprint it said', async () => {
    const mock = await startMock(['--https']);
    expect(mock.line.hostname).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const said = await mock.said(/(?<=SHA-256 )[0-9A-F:]+(?=\.\n)/);
    const certificate = await fetchCertificate(mock.port);
    expect(certificate.fingerprint256).toBe(said);
    const fetch = fetchTrusting(certificate.toString());
    expect(await logInOverHttp(mock.line.hostname, { fetch })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('is trusted by nobody who was not given the certificate', async () => {
    const { line } = await startMock(['--https']);
    await expect(fetchTrusting([])(`${line.hostname}/v2/health`, GET)).rejects.toThrow(/self-signed/);
  });

  it('writes the certificate, which curl can be told to trust', async () => {
    const cwd = await makeTemporaryFolder();
    const { line } = await startMock(['--https', '--cert-file', 'mock.pem'], { cwd });
    const curl = `curl -s -o /dev/null -w '%{http_code}' ${line.hostname}/v2/health`;
    expect((await runInShell(`${curl} --cacert mock.pem`, { cwd })).stdout).toBe('200');
    expect((await runInShell(curl, { cwd })).stdout).toBe('000');
  });

  it('has a certificate for the hostname that clients reach it under', async () => {
    const port = await takePort();
    const hostname = 'https://sgid.test:8443';
    await startMock(['--https', '--host', '0.0.0.0', '--port', String(port), '--hostname', hostname]);
    expect((await fetchCertificate(port)).checkHost('sgid.test')).toBe('sgid.test');
  });

  it('ends at a signal and frees the port, with connections before and after the handshake', async () => {
    const mock = await startMock(['--https']);
    const socket = connect({ host: '127.0.0.1', port: mock.port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.on('error', () => {});
    const silent = await openSocket(mock.port);
    mock.child.kill('SIGTERM');
    expect(await mock.ended).toMatchObject({ status: 0 });
    expect(await isPortFree(mock.port)).toBe(true);
    for (const open of [socket, silent]) open.destroy();
  });
});

describe('sgid mock --stateless', () => {
  it('lets two processes with one secret serve one login', async () => {
    const port = await takePort();
    const hostname = `http://localhost:${port}`;
    const args = ['--hostname', hostname, '--stateless', '--secret-file', 'secret'];
    const start = (own: readonly string[]): Promise<MockProcess> =>
      startMock([...args, ...own], { files: SECRET });
    const first = await start(['--port', String(port)]);
    const second = await startWithPort(start);
    const plain = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000 });
    const served: number[] = [];
    const fetch: Fetch = (url, init) => {
      const target = /\/(token|jwks\.json)$/.test(url) ? second : port;
      served.push(target);
      return plain(url.replace(hostname, `http://127.0.0.1:${target}`), init);
    };
    expect(await logInOverHttp(hostname, { fetch })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(new Set(served)).toEqual(new Set([port, second]));
    expect(first.line.hostname).toBe(hostname);
  });

  it.each([
    ['is short', { secret: 'x'.repeat(15) }, 'holds fewer than 16 bytes'],
    ['is empty', { secret: '' }, 'openssl rand -base64 32'],
    ['is not there', {}, 'secret'],
  ])('refuses a secret that %s', async (_name, files, words) => {
    const args = ['mock', '--port', '0', '--stateless', '--secret-file', 'secret'];
    const run = await runBuiltSgid(args, { files: { ...files } });
    expect(run).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining(words) });
  });
});

const GET = { method: 'GET', headers: {}, redirect: 'manual' } as const;

/** Starts on a port of our own choice, because under --hostname the line does not say it. */
async function startWithPort(start: (args: readonly string[]) => Promise<MockProcess>): Promise<number> {
  const port = await takePort();
  await start(['--port', String(port)]);
  return port;
}

/** The certificate that a server presents, whoever it is. */
function fetchCertificate(port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate) resolve(certificate);
      else reject(new Error('no certificate'));
    });
    socket.once('error', reject);
  });
}

/** A fetch over Node's https that trusts these authorities alone. */
function fetchTrusting(ca: string | string[]): Fetch {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers: { ...headers }, ca }, async (incoming) => {
        const text = Buffer.concat(await incoming.toArray()).toString('utf8');
        resolve({
          status: incoming.statusCode ?? 0,
          headers: { get: (name) => incoming.headers[name.toLowerCase()]?.toString() ?? null },
          text: async () => text,
        });
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
}
