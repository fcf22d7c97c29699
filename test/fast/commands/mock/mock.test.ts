import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFaults } from '../../../../src/mock/faults.ts';
import { PERSONAS } from '../../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_SECRET } from '../../../../src/mock/test-credentials.ts';
import { type RunResult, runSgid } from '../../../helpers/fake-platform.ts';
import { get, logInOverHttp } from '../../../helpers/mock-http.ts';
import { occupyPort } from '../../../helpers/occupy-port.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';

/** Runs `sgid mock` in this process on any free port, until `use` is over. */
async function run(
  args: readonly string[],
  use: (hostname: string) => Promise<unknown> = async () => {},
): Promise<RunResult> {
  const ending = new AbortController();
  let stdout = '';
  const writeOut = async (text: string | Uint8Array): Promise<void> => {
    stdout += text;
    await use(JSON.parse(String(text)).hostname).finally(() => ending.abort());
  };
  const options = { signal: ending.signal, terminal: { writeOut } };
  return { ...(await runSgid(['mock', '--port', '0', ...args], options)), stdout };
}

describe('the options of sgid mock', () => {
  const HOST = ['--host', '192.0.2.1'];
  it.each<[string, readonly string[], string]>([
    ...['-1', '65536', '123456', '80 ', '0x50', '1e3', '８０', 'http'].map(
      (port): [string, string[], string] => [
        'a port that is none',
        [`--port=${port}`],
        '--port takes a number',
      ],
    ),
    ...['localhost', '[::1]', '256.1.1.1', '127.1', '127.0.0.1:80', 'http://127.0.0.1'].map(
      (host): [string, string[], string] => [
        'a host that is none',
        [`--host=${host}`],
        'Use --host 127.0.0.1',
      ],
    ),
    ['an address that clients take for unsafe', HOST, 'Add --https, or --hostname'],
    ['https for http', ['--https', '--hostname', 'http://localhost'], 'Begin the hostname with https://'],
    ['stateless without a secret', ['--stateless'], '--stateless needs --secret-file'],
    ['a secret without stateless', ['--secret-file', 'f'], '--secret-file needs --stateless'],
    ['a client file and URIs', ['--client', 'f', '--redirect-uri', 'http://x'], 'contradict each other'],
    ['a certificate without https', ['--cert-file', 'f'], '--cert-file needs --https'],
    ['a latency that is none', ['--latency', 'soon'], '--latency takes a duration'],
    ['a word near a command', ['persona'], 'Did you mean "sgid mock personas"?'],
    ['a word near a command', ['fault'], 'Did you mean "sgid mock faults"?'],
    ['a word near none', ['\u001b[31mserver'], '"sgid mock" has no command "server"'],
    ['a command behind --', ['--', 'true'], '"sgid mock" has no command "true"'],
    ['an unknown persona', ['--approve', 'nobody'], 'Use one of: wei-ming,'],
    ...['slow:', 'slow:0', 'slow:-1', 'slow:1.5', 'slow:two', 'slow:1:2', 'slow:1e3', 'slow: 2'].map(
      (fault): [string, string[], string] => [fault, ['--fault', fault], 'For example: --fault slow:2'],
    ),
    ['times beyond all numbers', ['--fault', `slow:1${'0'.repeat(16)}`], 'For example: --fault slow:2'],
    ['a misspelt fault', ['--fault', 'expired-tokens:1'], 'Did you mean expired-token?'],
    ...['', 'nonsense', '__proto__', 'constructor'].map((fault): [string, string[], string] => [
      'a fault near none',
      [`--fault=${fault}`],
      'Use one of: access-denied, ',
    ]),
    ['faults that never come', ['--fault', 'slow', '--fault', 'token-500:1'], 'for example --fault slow:1'],
  ])('refuse %s: %j', async (_what, args, words) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('\u001b');
  });

  it.each(['sgid.example.com', 'http://sgid.example.com', 'https://sgid.example.com/', 'ftp://localhost'])(
    'refuse the hostname %s without advising the real provider',
    async (hostname) => {
      const { exitCode, stderr } = await run(['--hostname', hostname]);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('http://localhost')]);
      expect(stderr).not.toContain('id.gov.sg');
    },
  );

  it.each([['127.0.0.2'], ['0.0.0.0'], ['::1']])('take the host %s', async (host) => {
    expect(await run(['--host', host])).toMatchObject({ exitCode: 0 });
  });
});

describe('what is wrong', () => {
  it.each<[string, readonly string[]]>([
    ['a word that is no command', ['persona']],
    ['an unknown persona to approve', ['--approve', 'nobody']],
    ['a hostname that clients would refuse', ['--hostname', 'http://mock:5157']],
    ['a personas file that is not there', ['--personas', 'none.json']],
    ['a certificate that cannot be written', ['--https', '--cert-file', 'no/such/mock.pem']],
  ])('with %s is known before the port is taken, and leaves nothing behind', async (_what, args) => {
    const folder = await makeTemporaryFolder();
    const other = await occupyPort('127.0.0.1');
    const { exitCode } = await run(['--port', String(other.port), '-e', join(folder, '.env'), ...args]);
    await other.close();
    expect([2, 3]).toContain(exitCode);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('sgid mock -v', () => {
  it('says a line for each exchange: method, path, status and duration, and no secret', async () => {
    const { stderr } = await run(['-v', '--control'], async (hostname) => {
      await logInOverHttp(hostname);
      await get(`${hostname}/v2/health?code=canary`);
      await get(`${hostname}/v2/oauth/token/canary-of-a-token-0123456789abcdef`);
      await get(`${hostname}/v2/${encodeURIComponent(TEST_CLIENT_SECRET)}`);
      await get(`${hostname}/_mock/requests`);
    });
    const lines = stderr.split('\n').filter((line) => /^(GET|POST) /.test(line));
    expect(lines.map((line) => line.replace(/\d+ ms$/, 'N ms'))).toEqual([
      'GET /v2/oauth/authorize 302 N ms',
      'POST /v2/oauth/token 200 N ms',
      'GET /v2/.well-known/jwks.json 200 N ms',
      'GET /v2/oauth/userinfo 200 N ms',
      'GET /v2/health 200 N ms',
      'GET /v2/oauth/token/[redacted] 404 N ms',
      'GET /v2/[redacted] 404 N ms',
      'GET /_mock/requests 200 N ms',
    ]);
    expect(stderr).not.toContain('canary');
  });

  it('keeps a line short, however long a path is', async () => {
    const { stderr } = await run(['-v'], (hostname) => get(`${hostname}/v2${'/x'.repeat(5_000)}`));
    expect(stderr).toMatch(/^GET \/v2[/x]{2000,2045}… 404 \d+ ms$/m);
  });

  it.each([[[]], [['-q']]])('says none of them with the options %j', async (args) => {
    const { stderr } = await run(args, (hostname) => get(`${hostname}/v2/health`));
    expect(stderr).not.toContain('health');
  });
});

describe('what sgid mock writes', () => {
  it('holds the certificate that it serves with, and says how to trust it', async () => {
    const certFile = join(await makeTemporaryFolder(), 'mock.pem');
    const { stderr } = await run(['--https', '--cert-file', certFile]);
    const certificate = new X509Certificate(await readFile(certFile));
    expect(stderr).toContain(`SHA-256 ${certificate.fingerprint256}.\n`);
    expect(stderr).toContain(`${certFile} holds the certificate`);
    expect(stderr).toContain(`NODE_EXTRA_CA_CERTS=${certFile}\n`);
    expect(await readFile(certFile, 'utf8')).not.toContain('PRIVATE');
    expect((await stat(certFile)).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('spells out what a terminal would obey in the names of a client file', async () => {
    const file = join(await makeTemporaryFolder(), 'clients.json');
    const client = { ...createTestClient(['http://localhost:3000/cb']), clientId: 'a\u009b31m\u202e##[b' };
    await writeFile(file, JSON.stringify([client]));
    const { stdout } = await run(['--client', file]);
    expect(stdout).toMatch(/^[ -~]+\n$/);
    expect(stdout).not.toContain('##[');
    expect(JSON.parse(stdout).clients[0].clientId).toBe(client.clientId);
  });
});

describe('the lists of sgid mock', () => {
  const own = [
    { id: 'zoe', name: 'MY ZOE', data: {} },
    { id: 'odd', name: 'ODD \u009b31m\u202e##[x', description: 'two\nlines', data: { 'other.scope': 'x' } },
  ];
  const files = {
    readSecretFile: async () => ({ bytes: Buffer.from(JSON.stringify(own)), readableByOthers: false }),
  };

  it.each([
    ['personas', PERSONAS.map(({ id, name, data }) => ({ id, name, data }))],
    ['faults', listFaults()],
  ])('%s are JSON, or one line each in a table', async (list, items) => {
    const json = await runSgid(['mock', list]);
    expect(json).toEqual({ exitCode: 0, stdout: expect.stringMatching(/\]\n$/), stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual(items);
    const table = await runSgid(['mock', list, '--format', 'table']);
    const [, , ...rows] = table.stdout.trimEnd().split('\n');
    expect(rows.map((row) => row.split(' ')[0])).toEqual(items.map((item) => Object.values(item)[0]));
    for (const { effect } of list === 'faults' ? listFaults() : []) expect(table.stdout).toContain(effect);
  });

  it.each(['personas', 'faults'])('%s refuse another format', async (list) => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', list, '--format', 'yaml']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are json, table');
  });

  it.each([
    ['mock', '--personas', 'own.json', 'personas'],
    ['mock', 'personas', '--personas', 'own.json'],
  ])('put the own people first, and let them take the place of built-in ones: %j', async (...args) => {
    const { stdout, stderr } = await runSgid(args, { files });
    const listed: { id: string; name: string }[] = JSON.parse(stdout);
    expect(listed).toHaveLength(PERSONAS.length + 1);
    expect(listed.slice(0, 2).map(({ name }) => name)).toEqual(['MY ZOE', own[1]?.name]);
    expect(stderr).toContain('warning: own.json: $[1].data["other.scope"] is not in the catalogue\n');
  });

  it.each(['json', 'table'])('let nothing reach the terminal that it would obey: %s', async (format) => {
    const { stdout } = await runSgid(['mock', 'personas', '--personas', 'p', '--format', format], { files });
    expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]|##\[/);
    expect(stdout).toContain('MY ZOE');
  });
});
