import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takePort } from '../../../../scripts/ports.mjs';
import { TEST_CLIENT_SECRET } from '../../../../src/mock/test-credentials.ts';
import type { Fetch } from '../../../../src/oidc/transport.ts';
import { createHttpClient } from '../../../../src/system/http-client.ts';
import { errorOf } from '../../../helpers/error-of.ts';
import { runSgid } from '../../../helpers/fake-platform.ts';
import { get, logInOverHttp } from '../../../helpers/mock-http.ts';
import { occupyPort } from '../../../helpers/occupy-port.ts';
import { runMock } from '../../../helpers/run-mock.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { rsaJwk } from '../../keys/key-fixtures.ts';

const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000 });

describe('the options of sgid mock', () => {
  it.each<[string, string, readonly (string | readonly string[])[]]>([
    [
      'a port',
      '--port takes a number',
      ['-1', '65536', '123456', '80 ', '0x50'].map((port) => `--port=${port}`),
    ],
    ['a port', '--port takes a number', ['--port=1e3', '--port=８０', '--port=http']],
    [
      'a host',
      'Use --host 127.0.0.1',
      ['--host=localhost', '--host=[::1]', '--host=256.1.1.1', '--host=127.1'],
    ],
    ['a host', 'Use --host 127.0.0.1', ['--host=127.0.0.1:80', '--host=http://127.0.0.1']],
    ['an address that clients take for unsafe', 'Add --https, or --hostname', ['--host=192.0.2.1']],
    ['https for http', 'Begin the hostname with https://', [['--https', '--hostname', 'http://localhost']]],
    ['stateless without a secret', '--stateless needs --secret-file', ['--stateless']],
    ['a secret without stateless', '--secret-file needs --stateless', ['--secret-file=f']],
    ['a client file and URIs', 'contradict each other', [['--client=f', '--redirect-uri=http://x']]],
    ['a certificate without https', '--cert-file needs --https', ['--cert-file=f']],
    ['a latency', '--latency takes a duration', ['--latency=soon']],
    ['an encryption', 'Allowed choices are sdk, mockpass', ['--jwe=other']],
    ['a word near a command', 'Did you mean "sgid mock personas"?', ['persona']],
    ['a word near a command', 'Did you mean "sgid mock faults"?', ['fault']],
    ['a word near none', 'unknown command "server" for "sgid mock"', ['\u001b[31mserver']],
    ['a persona', 'Use one of: wei-ming,', ['--approve=nobody']],
    ['a fault', 'For example: --fault slow:2', ['--fault=slow:', '--fault=slow:0', '--fault=slow:-1']],
    ['a fault', 'For example: --fault slow:2', ['--fault=slow:1.5', '--fault=slow:two', '--fault=slow:1:2']],
    ['a fault', 'For example: --fault slow:2', ['--fault=slow:1e3', '--fault=slow: 2']],
    ['times beyond all numbers', 'For example: --fault slow:2', [`--fault=slow:1${'0'.repeat(16)}`]],
    ['a misspelt fault', 'Did you mean expired-token?', ['--fault=expired-tokens:1']],
    ['a fault near none', 'Use one of: access-denied, ', ['--fault=', '--fault=nonsense']],
    ['a fault near none', 'Use one of: access-denied, ', ['--fault=__proto__', '--fault=constructor']],
    ['faults that never come', 'for example --fault slow:1', [['--fault=slow', '--fault=token-500:1']]],
  ])('refuse %s: %s: %j', async (_what, words, lines) => {
    for (const args of lines) {
      const { exitCode, stdout, stderr } = await runMock([args].flat());
      expect([args, exitCode, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain('\u001b');
    }
  });

  it.each(['sgid.example.com', 'http://sgid.example.com', 'https://sgid.example.com/', 'ftp://localhost'])(
    'refuse the hostname %s without advising the real provider',
    async (hostname) => {
      const { exitCode, stderr } = await runMock(['--hostname', hostname]);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('http://localhost')]);
      expect(stderr).not.toContain('id.gov.sg');
    },
  );

  it.each([
    ['127.0.0.2', false],
    ['::1', false],
    ['0.0.0.0', true],
  ])('take the host %s, and say whether other machines can reach it: %s', async (host, isPublic) => {
    const { exitCode, stderr } = await runMock(['--host', host]);
    expect([exitCode, stderr.includes('other machines can reach it')]).toEqual([0, isPublic]);
    expect(stderr.includes('(set --hostname')).toBe(isPublic);
  });

  it('take the port and the hostname that clients reach it under', async () => {
    const port = await takePort();
    const hostname = 'https://sgid.example.com';
    const { stdout } = await runMock(['--port', String(port), '--hostname', hostname], async () => {
      const metadata = await get(`http://127.0.0.1:${port}/v2/.well-known/openid-configuration`);
      expect(JSON.parse(await metadata.text())).toMatchObject({ issuer: `${hostname}/v2` });
    });
    expect(JSON.parse(stdout)).toMatchObject({ hostname, issuer: `${hostname}/v2` });
    const { stderr } = await runMock(['--host', '0.0.0.0', '--hostname', hostname]);
    expect(stderr).toMatch(/listens at port \d+ of 0\.0\.0\.0, for \S+: other machines can reach it\. Press/);
  });

  it.each([
    ['logs in the first persona', ['--approve'], 'TAN WEI MING'],
    ['logs in the persona that is named', ['--approve', 'siti'], 'SITI AMINAH BINTE ROSLI'],
    ['takes the encryption of MockPass', ['--jwe', 'mockpass', '--approve'], 'TAN WEI MING'],
  ])('make a mock that %s', async (_what, args, name) => {
    await runMock(args, async (hostname) => {
      expect(await logInOverHttp(hostname, { persona: '' })).toEqual({ 'myinfo.name': name });
    });
  });

  it('take the key that signs from a file, and say who else can read it', async () => {
    const file = join(await makeTemporaryFolder(), 'signing.jwk');
    await writeFile(file, JSON.stringify({ ...rsaJwk(), kid: 'mine' }));
    await chmod(file, 0o644);
    const { stderr } = await runMock(['--signing-key', file], async (hostname) => {
      expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
      const { keys } = JSON.parse(await (await get(`${hostname}/v2/.well-known/jwks.json`)).text());
      expect(keys).toMatchObject([{ kid: 'mine', n: rsaJwk()['n'] }]);
    });
    expect(stderr).toContain(`warning: ${file} holds secrets and other users can access it`);
  });

  it('name the option and the file of a key that cannot sign, without the escapes of its name', async () => {
    const readSecretFile = async () => ({ bytes: Buffer.from('no key'), readableByOthers: false });
    const args = ['mock', '--signing-key', 'k\u001b[31m.txt'];
    const { exitCode, stderr } = await runSgid(args, { files: { readSecretFile } });
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining(' --signing-key k.txt: the mock cannot sign with this key: '),
    ]);
  });

  it('make faults that are over after so many logins', async () => {
    await runMock(['--fault', 'expired-token:2', '--fault', 'bad-field:1'], async (hostname) => {
      const logIn = () => logInOverHttp(hostname);
      for (const code of ['ERR_ID_TOKEN_EXPIRED', 'ERR_ID_TOKEN_EXPIRED', 'ERR_DECRYPT_FIELD'])
        expect(await errorOf(logIn)).toMatchObject({ code });
      expect(await logIn()).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    });
  });

  it.each([
    [[], 404, undefined],
    [['--control'], 200, undefined],
    [['--oidc'], 404, 'none login consent select_account'],
  ])(
    'serve /_mock with --control alone, and take prompts with --oidc alone: %j',
    async (args, status, prompts) => {
      await runMock(args, async (hostname) => {
        expect((await get(`${hostname}/_mock/requests`)).status).toBe(status);
        const metadata = await get(`${hostname}/v2/.well-known/openid-configuration`);
        expect(JSON.parse(await metadata.text()).prompt_values_supported?.join(' ')).toBe(prompts);
      });
    },
  );

  it('let two mocks with one secret serve one login', async () => {
    const folder = await makeTemporaryFolder();
    const hostname = 'http://localhost:5157';
    await writeFile(join(folder, 'secret'), 'a public test secret of the tests', { mode: 0o600 });
    const args = ['--hostname', hostname, '--stateless', '--secret-file', join(folder, 'secret')];
    const [one, other] = [await takePort(), await takePort()];
    const fetch: Fetch = (url, init) => {
      const port = /\/(token|jwks\.json)$/.test(url) ? other : one;
      return request(url.replace(hostname, `http://127.0.0.1:${port}`), init);
    };
    await runMock(['--port', String(one), ...args], () =>
      runMock(['--port', String(other), ...args], async () => {
        expect(await logInOverHttp(hostname, { fetch })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
      }),
    );
  });

  it.each([
    ['is short', 'x'.repeat(15), 'holds fewer than 16 bytes'],
    ['is empty', '', 'openssl rand -base64 32'],
    ['is not there', undefined, 'the secret file'],
  ])('refuse a secret that %s', async (_name, secret, words) => {
    const path = join(await makeTemporaryFolder(), 'secret');
    if (secret !== undefined) await writeFile(path, secret);
    const ended = await runMock(['--stateless', '--secret-file', path]);
    expect(ended).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(words) });
  });
});

describe('what is wrong', () => {
  it.each<[string, readonly string[]]>([
    ['a word that is no command', ['persona']],
    ['an unknown persona to approve', ['--approve', 'nobody']],
    ['a hostname that clients would refuse', ['--hostname', 'http://mock:5157']],
    ['a personas file that is not there', ['--personas', 'none.json']],
    ['a redirect URI that is none', ['--redirect-uri', '/cb']],
    ['a signing key that is not there', ['--signing-key', 'none.pem']],
    ['a signing key that is none', ['--signing-key', 'package.json']],
    ['a certificate that cannot be written', ['--https', '--cert-file', 'no/such/mock.pem']],
    ['a .env that cannot be written', ['-e', 'no/such/folder/.env']],
    ['a folder as .env', ['-e', '.']],
  ])('with %s is known before the port is taken, and leaves nothing behind', async (_what, args) => {
    const folder = await makeTemporaryFolder();
    const other = await occupyPort('127.0.0.1');
    const { exitCode } = await runMock(['--port', String(other.port), '-e', join(folder, '.env'), ...args]);
    await other.close();
    expect([2, 3]).toContain(exitCode);
    expect(await readdir(folder)).toEqual([]);
  });
});

it('a port that is in use is named, with exit code 10', async () => {
  const { port, close } = await occupyPort('127.0.0.1');
  const ended = await runMock(['--port', String(port)]);
  await close();
  expect(ended).toMatchObject({ exitCode: 10, stdout: '' });
  expect(ended.stderr).toContain(`the mock cannot listen on 127.0.0.1:${port}: the port is in use\n`);
});

describe('sgid mock -v', () => {
  it('says a line for each exchange: method, path, status and duration, and no secret', async () => {
    const { stderr } = await runMock(['-v', '--control'], async (hostname) => {
      await logInOverHttp(hostname);
      await get(`${hostname}/v2/health?code=canary`);
      await get(`${hostname}/v2/oauth/token/canary-of-a-token-0123456789abcdef`);
      await get(`${hostname}/v2/${encodeURIComponent(TEST_CLIENT_SECRET)}`);
      await get(`${hostname}/_mock/requests`);
    });
    const lines = stderr.split('\n').filter((line) => /^(GET|POST) /.test(line));
    expect(lines.map((line) => line.replace(/\d+ ms$/, 'N ms'))).toEqual([
      'GET /v2/oauth/authorize 302 a code for wei-ming N ms',
      'POST /v2/oauth/token 200 N ms',
      'GET /v2/.well-known/jwks.json 200 N ms',
      'GET /v2/oauth/userinfo 200 N ms',
      'GET /v2/health 200 N ms',
      'GET /v2/oauth/token/[redacted] 404 not_found: no such endpoint N ms',
      'GET /v2/[redacted] 404 not_found: no such endpoint N ms',
      'GET /_mock/requests 200 N ms',
    ]);
    expect(stderr).not.toContain('canary');
  });

  it('keeps a line short, however long a path is', async () => {
    const { stderr } = await runMock(['-v'], (hostname) => get(`${hostname}/v2${'/x'.repeat(5_000)}`));
    expect(stderr).toMatch(/^GET \/v2[/x]{2000,2045}… 404 not_found: no such endpoint \d+ ms$/m);
  });

  it('is needed for that, and -q says nothing at all', async () => {
    const health = (hostname: string) => get(`${hostname}/v2/health`);
    expect((await runMock([], health)).stderr).not.toContain('health');
    expect((await runMock(['-q'], health)).stderr).toBe('');
    expect((await runMock(['-q', '--https'])).stderr).toBe('');
  });
});
