import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { fingerprintOf } from '../../../src/keys/certificate.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { openConfigFolder } from '../../../src/system/private-folder.ts';
import { canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { expectRefused, logIn, startFlow } from '../../helpers/login-flow.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { exchangeRaw, rawRequest } from '../../helpers/raw-http.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

/** Goes from an authorization URL to the callback, trusting one certificate (PEM) there, and gives the page. */
async function goTrusting(url: string, ca?: string): Promise<string> {
  const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 100_000, ca });
  return (await request((await redirectOf(url)).href, { method: 'GET', headers: {} })).text();
}

/** A fingerprint as it is shown. */
const inTwoLines = (fingerprint: string): string =>
  `\n  ${fingerprint.slice(0, 48)}\n  ${fingerprint.slice(48)}\n`;

/** The same without TLS, at a port of this machine. */
async function goPlain(url: string, port: number): Promise<string> {
  const { host, pathname, search } = await redirectOf(url);
  return exchangeRaw(port, rawRequest(`${pathname}${search}`, host));
}

/** Sets up a login whose browser trusts the certificate that is kept, or `ca`, after what it does `before`. */
async function startHttpsFlow(ca?: string, before: (url: string) => unknown = () => {}) {
  const home = await makeTemporaryFolder();
  const folder = openConfigFolder({ HOME: home })?.path ?? '';
  const pages: string[] = [];
  const flow = await startFlow({
    scheme: 'https',
    visit: async (_browser, url) => {
      await before(url);
      pages.push(await goTrusting(url, ca ?? (await readFile(join(folder, 'callback.crt'), 'utf8'))));
    },
  });
  const login = async (args: readonly string[] = []) => ({
    ...(await flow.login(args, { env: { HOME: home } })),
    pages,
  });
  return { folder, port: flow.port, login };
}

const LOGGED_IN = [expect.stringContaining('Logged in')];

describe('a login with an https redirect URI', () => {
  it('takes the callback with a self-signed certificate, and says how to trust that', async () => {
    const { folder, login } = await startHttpsFlow();
    const run = await login();
    const name = expect.stringContaining('TAN WEI MING');
    expect(run).toMatchObject({ exitCode: 0, stdout: name, pages: LOGGED_IN });
    const path = join(folder, 'callback.crt');
    const fingerprint = fingerprintOf(await readFile(path, 'utf8'));
    expect(run.stderr).toContain(inTwoLines(fingerprint));
    expect(run.stderr).toContain(`import ${path} as a trusted certificate`);
    expect(run.stderr).not.toMatch(/^warning:|PRIVATE KEY/m);
    const pem = await readFile(join(folder, 'callback.pem'), 'utf8');
    expect(findCanaries(run.stderr + run.stdout, canariesOfKey(pem))).toEqual([]);
    // The same certificate the next time.
    expect(await login()).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(inTwoLines(fingerprint)),
    });
    expect(await login(['--quiet'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('goes on when a client does not trust the certificate, or speaks plain text', async () => {
    let failed = false;
    const { port, login } = await startHttpsFlow(undefined, async (url) => {
      const code = expect.stringMatching(/SELF_SIGNED/);
      await expect(goTrusting(url)).rejects.toMatchObject({ code });
      expect(await goPlain(url, port)).not.toContain('200');
      failed = true;
    });
    expect(await login()).toMatchObject({ exitCode: 0 });
    expect(failed).toBe(true);
  });

  it('makes a certificate for one run where there is no HOME', async () => {
    let seen = '';
    const flow = await startFlow({
      scheme: 'https',
      visit: async (_browser, url) => {
        const options = { host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false };
        const socket = connect({ ...options, port: flow.port });
        await once(socket, 'secureConnect');
        const certificate = socket.getPeerX509Certificate();
        socket.destroy();
        seen = certificate?.fingerprint256 ?? 'no certificate';
        await goTrusting(url, certificate?.toString());
      },
    });
    const run = await flow.login();
    const warning =
      /for this run only: there is no folder to keep it in; set (?:XDG_CONFIG_HOME|HOME|APPDATA) to/;
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(warning) });
    expect(run.stderr).toContain(inTwoLines(seen));
    expect(run.stderr).not.toContain('To be spared');
  });

  it('names the certificate among the causes of a time-out', async () => {
    const env = { HOME: await makeTemporaryFolder() };
    const run = await logIn(['--timeout', '1s'], { scheme: 'https', visit: async () => {}, env });
    const cause = /\d\. the browser is showing a certificate warning/;
    expect(run).toMatchObject({ exitCode: 6, stderr: expect.stringMatching(cause) });
  });

  const logInZoe = async (env: Readonly<Record<string, string>>) => {
    const redirectUri = `https://localhost:${await takePort()}/callback`;
    return runSgid(['login', '--mock', '--persona', 'zoe', '--redirect-uri', redirectUri], { env });
  };

  it('needs no person with --mock and --persona', async () => {
    const run = await logInZoe({ HOME: await makeTemporaryFolder() });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ZO') });
    expect(run.stderr).not.toContain('browser');
  });

  it.runIf(process.platform === 'linux')('goes on where no folder can be made', async () => {
    const run = await logInZoe({ XDG_CONFIG_HOME: '/proc' });
    const warning = 'for this run only: /proc/sgid cannot be written (ENOENT)';
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(warning) });
  });

  it('leaves TLS to the proxy in front with --listen', async () => {
    const [port, home] = [await takePort(), await makeTemporaryFolder()];
    const run = await logIn(['--listen', `127.0.0.1:${port}`], {
      scheme: 'https',
      visit: (_browser, url) => goPlain(url, port),
      env: { HOME: home },
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('self-signed') });
    expect(await readdir(home)).toEqual([]);
  });
});

describe('--tls-cert and --tls-key', () => {
  const writePair = async (pair: { certificate: string; privateKey: string }) => [
    ...['--tls-cert', await writeTemporaryFile('cert.pem', pair.certificate)],
    ...['--tls-key', await writeTemporaryFile('key.pem', pair.privateKey)],
  ];

  it.each([false, true])(
    'are served in place of a certificate of our own, --listen: %s',
    async (listening) => {
      const pair = issueCertificate(['localhost']);
      const { folder, port, login } = await startHttpsFlow(pair.authority);
      const listen = listening ? ['--listen', `127.0.0.1:${port}`] : [];
      const run = await login([...listen, ...(await writePair(pair))]);
      expect(run).toMatchObject({ exitCode: 0, pages: LOGGED_IN });
      expect(run.stderr).not.toMatch(/self-signed|warning/);
      await expect(readdir(folder)).rejects.toThrow('ENOENT');
    },
  );

  it('of another host are exit 3 before the browser opens', async () => {
    const { login } = await startHttpsFlow();
    const run = await login(await writePair(issueCertificate(['app.test'])));
    expectRefused(run, 3, 'ERR_CERTIFICATE', /cert\.pem is not for localhost/);
    expect(run.stderr).not.toMatch(/-----BEGIN/);
  });
});
