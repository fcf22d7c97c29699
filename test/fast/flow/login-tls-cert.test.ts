import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { startHttpsFlow } from '../../helpers/https-flow.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { exchangeRaw, rawRequest } from '../../helpers/raw-http.ts';
import { takePort } from '../../helpers/take-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

async function writePair(pair: { certificate: string; privateKey: string }): Promise<readonly string[]> {
  const folder = await makeTemporaryFolder();
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certificate, pair.certificate);
  await writeFile(key, pair.privateKey, { mode: 0o600 });
  return ['--tls-cert', certificate, '--tls-key', key];
}

describe('--tls-cert and --tls-key', () => {
  it('are served in place of a certificate of our own', async () => {
    const pair = issueCertificate(['localhost']);
    const flow = await startHttpsFlow(pair.authority);
    const run = await flow.login(await writePair(pair));
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/self-signed|warning/) });
    expect(flow.pages).toEqual([expect.stringContaining('Signed in')]);
    await expect(readdir(flow.folder)).rejects.toThrow('ENOENT');
  });

  it('make --listen speak TLS, too', async () => {
    const pair = issueCertificate(['localhost']);
    const flow = await startHttpsFlow(pair.authority);
    const listen = ['--listen', `127.0.0.1:${flow.port}`];
    expect(await flow.login([...listen, ...(await writePair(pair))])).toMatchObject({ exitCode: 0 });
    expect(flow.pages).toEqual([expect.stringContaining('Signed in')]);
  });

  it('warn of a key that others can read', async () => {
    const pair = issueCertificate(['localhost']);
    const flow = await startHttpsFlow(pair.authority);
    const args = await writePair(pair);
    await chmod(args[3] ?? '', 0o644);
    expect(await flow.login(args)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^warning: .*key\.pem holds secrets and other users can access it/m),
    });
  });

  it.each([
    ['of another host', () => issueCertificate(['app.test']), /cert\.pem is not for localhost/],
    [
      'of another key',
      () => ({ ...issueCertificate(['localhost']), privateKey: issueCertificate(['x.test']).privateKey }),
      /key\.pem is not the key of the certificate/,
    ],
  ])('%s are exit 3 before the browser opens', async (_name, make, words) => {
    const flow = await startHttpsFlow();
    const run = await flow.login(await writePair(make()));
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(errorCodeOf(run)).toBe('ERR_CERTIFICATE');
    expect(run.stderr).not.toMatch(/-----BEGIN/);
    expect(flow.browser.opened).toEqual([]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['alone', ['--tls-cert', 'x'], /--tls-cert needs --tls-key/],
    ['key alone', ['--tls-key', 'x'], /--tls-key needs --tls-cert/],
    [
      'with --manual',
      ['--tls-cert', 'x', '--tls-key', 'y', '--manual'],
      /--manual and --tls-cert contradict/,
    ],
    [
      'with http',
      ['--tls-cert', 'x', '--tls-key', 'y', '--redirect-uri', 'http://localhost:5001/cb'],
      /--tls-cert is of no use/,
    ],
  ])('%s are exit 2', async (_name, args, words) => {
    const flow = await startHttpsFlow();
    const run = await flow.login(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(words) });
    expect(flow.browser.opened).toEqual([]);
  });
});

describe('--listen with an https redirect URI', () => {
  it('leaves TLS to the proxy in front', async () => {
    const home = await makeTemporaryFolder();
    const flow = await startFlow({
      scheme: 'https',
      visit: async (_browser, url) => {
        const { host, pathname, search } = await redirectOf(url);
        await exchangeRaw(port, rawRequest(`${pathname}${search}`, host));
      },
    });
    const port = await takePort();
    const run = await flow.login(['--listen', `127.0.0.1:${port}`], { env: { HOME: home } });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('self-signed') });
    expect(await readdir(home)).toEqual([]);
  });
});
