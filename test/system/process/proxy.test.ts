import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { createMockProvider } from '../../../src/mock/provider.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../../src/mock/test-credentials.ts';
import { type ServerRequest, startServer } from '../../../src/system/http-server.ts';
import { bindAll } from '../../../src/system/ports.ts';
import { canariesIn, findCanaries } from '../../helpers/canaries.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { visit } from '../../helpers/process-login.ts';
import { type ProxyUnderTest, startProxy } from '../../helpers/proxy-server.ts';
import { type EndedProcess, startSgid } from '../../helpers/sgid-process.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

type RemoteProvider = Awaited<ReturnType<typeof startRemoteProvider>>;

/**
 * Starts a provider with https that only a proxy finds, and whose certificate only a private authority signed. It calls
 * itself `sgid.provider.test` or as told; everybody consents at once.
 */
async function startRemoteProvider(nameOf: (port: number) => string = () => 'sgid.provider.test') {
  const redirectUri = `http://localhost:${await takePort()}/callback`;
  const port = await takePort();
  const hostname = `https://${nameOf(port)}`;
  const provider = createMockProvider({
    hostname,
    clients: [createTestClient([redirectUri])],
    approve: 'wei-ming',
  });
  const requests: ServerRequest[] = [];
  const tls = issueCertificate([new URL(hostname).hostname, 'localhost']);
  const handle = (request: ServerRequest) => {
    requests.push(request);
    return provider.handle(request);
  };
  const server = await startServer({ addresses: ['127.0.0.1'], port, handle, tls });
  onTestFinished(() => server.close());
  return {
    port,
    env: {
      SGID_CLIENT_ID: TEST_CLIENT_ID,
      SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
      SGID_REDIRECT_URI: redirectUri,
      SGID_HOSTNAME: hostname,
    },
    tls,
    authorityFile: await writeTemporaryFile('authority.pem', tls.authority),
    requests,
    /** Does what a browser elsewhere would that is sent to the URL, up to the callback's page. */
    async consent(authorizationUrl: string): Promise<void> {
      const { pathname, search } = new URL(authorizationUrl);
      const request = { method: 'GET', target: pathname + search, headers: {}, body: '' };
      await visit((await provider.handle(request)).headers['location'] ?? '');
    },
  };
}

const CREDENTIALS = 'proxy-user:canary-password';

const withCredentials = (url: string): string => url.replace('://', `://${CREDENTIALS}@`);

/** A whole login of the built program at a provider behind a proxy. */
async function logIn(
  provider: RemoteProvider,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<EndedProcess> {
  const run = await startSgid(['login', '--no-browser', ...args], { env: { ...provider.env, ...env } });
  await provider.consent(await run.authorizationUrl());
  return run.ended;
}

async function setUp(): Promise<{ provider: RemoteProvider; proxy: ProxyUnderTest }> {
  const provider = await startRemoteProvider();
  return { provider, proxy: await startProxy(provider.port) };
}

/** A way to a proxy over TLS. */
async function wrapInTls({ port }: ProxyUnderTest, { tls }: RemoteProvider): Promise<string> {
  const accept = (client: Socket): void => {
    const proxy = connect({ host: '127.0.0.1', port });
    client.on('error', () => {});
    proxy.on('error', () => client.destroy());
    client.pipe(proxy).pipe(client);
  };
  const certified = { cert: tls.certificate, key: tls.privateKey };
  const server = await bindAll(['127.0.0.1'], 0, () => createTlsServer(certified, accept));
  onTestFinished(() => void server.close());
  return `https://localhost:${server.port}`;
}

describe('the built program behind a proxy', () => {
  it('logs in, with the proxy’s password and an authority of the network’s own', async () => {
    const { provider, proxy } = await setUp();
    const env = {
      HTTPS_PROXY: withCredentials(proxy.url),
      NODE_EXTRA_CA_CERTS: provider.authorityFile,
      // Make libraries and Node talk.
      DEBUG: '*',
      NODE_DEBUG: 'http,https,net,tls',
    };
    const { status, stdout, stderr } = await logIn(provider, env, ['-v']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    // The JWKS is on its way while the person consents: which of the two comes first is open.
    expect(provider.requests.map(({ target }) => target).sort()).toEqual([
      '/v2/.well-known/jwks.json',
      '/v2/oauth/token',
      '/v2/oauth/userinfo',
    ]);
    const basic = Buffer.from(CREDENTIALS).toString('base64');
    expect(proxy.heads).toHaveLength(3);
    for (const head of proxy.heads) {
      expect(head).toMatch(/^CONNECT sgid\.provider\.test:443 HTTP\/1\.1\r\n/);
      expect(head).toContain(`Proxy-Authorization: Basic ${basic}`);
    }
    expect(stderr).toContain(`requests go through the proxy 127.0.0.1:${proxy.port} (HTTPS_PROXY)`);
    expect(stderr).toContain('Setting the NODE_DEBUG environment variable');
    expect(stderr + stdout).not.toMatch(new RegExp(`canary|${basic}|https-proxy-agent`));
    expect(findCanaries(stderr + stdout, canariesIn(provider.requests))).toEqual([]);
  });

  it('logs in through a proxy that speaks TLS', async () => {
    const { provider, proxy } = await setUp();
    const env = {
      https_proxy: withCredentials(await wrapInTls(proxy, provider)),
      NODE_EXTRA_CA_CERTS: provider.authorityFile,
    };
    const { status, stderr } = await logIn(provider, env);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('arning') });
    expect(proxy.heads).toHaveLength(3);
  });

  it.each([
    ['none is named', {}, /^/],
    ['the named file is not there', { NODE_EXTRA_CA_CERTS: '/none.pem' }, /^Warning: .* `\/none\.pem`/m],
  ])('says how to trust an authority where %s', async (_name, extra, words) => {
    const { provider, proxy } = await setUp();
    const run = await logIn(provider, { HTTPS_PROXY: proxy.url, ...extra }, ['--json-errors']);
    expect(run).toMatchObject({ status: 5, stdout: '', stderr: expect.stringMatching(words) });
    expect(run.stderr).toContain(
      `sgid.provider.test could not be reached through the proxy 127.0.0.1:${proxy.port} (HTTPS_PROXY): its TLS certificate`,
    );
    expect(run.stderr).toMatch(/next: .*NODE_EXTRA_CA_CERTS/);
    expect(provider.requests).toEqual([]);
  });

  it('warns once, in its own words, where NODE_TLS_REJECT_UNAUTHORIZED=0 takes any certificate', async () => {
    const { provider, proxy } = await setUp();
    const run = await logIn(provider, { HTTPS_PROXY: proxy.url, NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr.match(/NODE_TLS_REJECT_UNAUTHORIZED.*/g)).toEqual([
      expect.stringContaining('turns off the verification of certificates'),
    ]);
  });

  it('does without a proxy for a provider on this machine, and trusts its authority all the same', async () => {
    const provider = await startRemoteProvider((port) => `localhost:${port}`);
    const proxy = await startProxy(provider.port);
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: provider.authorityFile };
    expect(await logIn(provider, env)).toMatchObject({ status: 0 });
    expect(provider.requests).toHaveLength(3);
    expect(proxy.heads).toEqual([]);
  });
});
