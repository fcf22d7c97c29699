import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMock } from '../../../../src/commands/mock.ts';
import type { MockRunOptions } from '../../../../src/commands/mock-options.ts';
import { createTestClient, TEST_CLIENT_SECRET } from '../../../../src/mock/test-credentials.ts';
import { createDiagnostics, type Verbosity } from '../../../../src/output/diagnostics.ts';
import { Journal } from '../../../../src/trace/journal.ts';
import { errorOf } from '../../../helpers/error-of.ts';
import { createFakePlatform } from '../../../helpers/fake-platform.ts';
import { get, logInOverHttp } from '../../../helpers/mock-http.ts';
import { occupyPort } from '../../../helpers/occupy-port.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';

interface Run {
  readonly options?: Partial<MockRunOptions>;
  readonly verbosity?: Verbosity;
  readonly words?: readonly string[];
  /** What is done while it listens. */
  readonly use?: (hostname: string) => Promise<unknown>;
}

/** Runs `sgid mock` in this process until `use` is over; what it wrote. */
async function run({ options = {}, verbosity = 'normal', words = [], use }: Run): Promise<{
  stdout: string;
  stderr: string;
}> {
  const ending = new AbortController();
  const { platform, written } = createFakePlatform({
    signal: ending.signal,
    terminal: {
      writeOut: async (text) => {
        written.stdout += text;
        await use?.(JSON.parse(String(text)).hostname).finally(() => ending.abort());
        ending.abort();
      },
    },
  });
  const write = platform.terminal.writeError;
  const diagnostics = createDiagnostics({ write, verbosity, colour: false });
  await runMock(
    { port: '0', host: '127.0.0.1', jwe: 'sdk', ...options },
    { platform, diagnostics, journal: new Journal(0) },
    words,
  );
  return written;
}

describe('sgid -v mock', () => {
  it('says a line for each exchange: method, path, status and duration, and no secret', async () => {
    const { stderr } = await run({
      verbosity: 'verbose',
      options: { control: true },
      use: async (hostname) => {
        await logInOverHttp(hostname);
        await get(`${hostname}/v2/health?code=canary`);
        await get(`${hostname}/v2/oauth/token/canary-of-a-token-0123456789abcdef`);
        await get(`${hostname}/v2/${encodeURIComponent(TEST_CLIENT_SECRET)}`);
        await get(`${hostname}/_mock/requests`);
      },
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
    const use = (hostname: string): ReturnType<typeof get> => get(`${hostname}/v2${'/x'.repeat(5_000)}`);
    const { stderr } = await run({ verbosity: 'verbose', use });
    expect(stderr).toMatch(/^GET \/v2[/x]{2000,2045}… 404 \d+ ms$/m);
  });

  it.each<Verbosity>(['normal', 'quiet'])('says none of them at the verbosity %s', async (verbosity) => {
    const { stderr } = await run({ verbosity, use: (hostname) => get(`${hostname}/v2/health`) });
    expect(stderr).not.toContain('health');
  });
});

describe('--cert-file', () => {
  it('writes the certificate that it serves with, and says how to trust it', async () => {
    const certFile = join(await makeTemporaryFolder(), 'mock.pem');
    const { stderr } = await run({ options: { https: true, certFile } });
    const certificate = new X509Certificate(await readFile(certFile));
    expect(stderr).toContain(`SHA-256 ${certificate.fingerprint256}.\n`);
    expect(stderr).toContain(`${certFile} holds the certificate`);
    expect(stderr).toContain(`NODE_EXTRA_CA_CERTS=${certFile}\n`);
    expect(await readFile(certFile, 'utf8')).not.toContain('PRIVATE');
    expect((await stat(certFile)).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('that cannot be written is known before it listens, and leaves nothing behind', async () => {
    const folder = await makeTemporaryFolder();
    const files = { dotenv: join(folder, '.env'), certFile: join(folder, 'no', 'mock.pem') };
    const other = await occupyPort('127.0.0.1');
    const options = { https: true, port: String(other.port), ...files } as const;
    expect((await errorOf(() => run({ options }))).code).toBe('ERR_OUTPUT');
    await other.close();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('what is wrong', () => {
  it.each<[string, Run, string]>([
    ['a word that is no command', { words: ['persona'] }, 'ERR_USAGE'],
    ['an unknown persona to approve', { options: { approve: 'nobody' } }, 'ERR_USAGE'],
    ['a hostname that clients would refuse', { options: { hostname: 'http://mock:5157' } }, 'ERR_HOSTNAME'],
    ['a personas file that is not there', { options: { personas: 'none.json' } }, 'ERR_FILE'],
  ])('with %s is known before the port is taken, and leaves nothing behind', async (_what, wrong, code) => {
    const folder = await makeTemporaryFolder();
    const other = await occupyPort('127.0.0.1');
    const options = { port: String(other.port), dotenv: join(folder, '.env'), ...wrong.options };
    expect((await errorOf(() => run({ ...wrong, options }))).code).toBe(code);
    await other.close();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the line on standard output', () => {
  it('spells out what a terminal would obey in the names of a client file', async () => {
    const file = join(await makeTemporaryFolder(), 'clients.json');
    const client = { ...createTestClient(['http://localhost:3000/cb']), clientId: 'a\u009b31m\u202e##[b' };
    await writeFile(file, JSON.stringify([client]));
    const { stdout } = await run({ options: { client: file } });
    expect(stdout).toMatch(/^[ -~]+\n$/);
    expect(stdout).not.toContain('##[');
    expect(JSON.parse(stdout).clients[0].clientId).toBe(client.clientId);
  });
});
