import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { canariesIn, canariesOfKey, echo, findCanaries, spellingsOf } from '../../helpers/canaries.ts';
import { everywhere, startChecks } from '../../helpers/check-flow.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';
import { hang, reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { startTestServer } from '../../helpers/test-server.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';
const LOCAL_SECRETS = new Map([...canariesOfKey(TEST_PRIVATE_KEY), ['passphrase', PASSPHRASE]]);
const SECRET = new Map([['client secret', TEST_CLIENT_SECRET]]);

function holds({ target, body, headers }: ServerRequest, secret: string): boolean {
  const text = `${target} ${body} ${JSON.stringify(headers)}`;
  return spellingsOf(secret).some((spelling) => text.includes(spelling));
}

describe('the requests of a check', () => {
  it('are four probes: the secret goes to the token endpoint, once, and a changed one once', async () => {
    const { check, provider } = await startChecks();
    await check([], { env: { SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE } });
    const paths = provider.requests.map(({ method, target }) => `${method} ${target.split('?')[0]}`);
    expect(paths.toSorted()).toEqual([
      'GET /v2/.well-known/jwks.json',
      'GET /v2/.well-known/jwks.json',
      'GET /v2/.well-known/openid-configuration',
      'GET /v2/oauth/authorize',
      'GET /v2/oauth/authorize',
      'POST /v2/oauth/token',
      'POST /v2/oauth/token',
    ]);
    const withSecret = provider.requests.filter((request) => holds(request, TEST_CLIENT_SECRET));
    expect(withSecret.map(({ target }) => target)).toEqual(['/v2/oauth/token']);
    // Nor do other parts of it go anywhere else, nor anything of the private key and its passphrase.
    const elsewhere = provider.requests.filter(({ target }) => target !== '/v2/oauth/token');
    for (const request of elsewhere) expect(holds(request, TEST_CLIENT_SECRET.slice(0, 12))).toBe(false);
    for (const secret of LOCAL_SECRETS.values())
      expect(provider.requests.filter((request) => holds(request, secret))).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('follow no redirect: HTTP %i', async (status) => {
    const trap = await startTestServer();
    const location = `http://127.0.0.1:${trap.port}/trap`;
    const { check } = await startChecks({ provider: everywhere(() => reply(status, '', { location })) });
    expect((await check()).exitCode).toBe(5);
    expect(trap.requests).toEqual([]);
  });

  it.each([
    ['client-secret', ['token', 'token']],
    ['redirect-uri-registered', ['authorize', 'authorize']],
    ['discovery', ['openid-configuration']],
    ['jwks,clock', ['jwks.json', 'jwks.json']],
    ['scopes,private-key', []],
  ])('are those of --only %s alone', async (ids, parts) => {
    const { check, provider } = await startChecks();
    expect((await check(['--only', ids])).exitCode).toBe(0);
    expect(provider.requests.map(({ target }) => target.split('?')[0]?.split('/').at(-1))).toEqual(parts);
  });

  it('send no secret to a provider that it was not stored with', async () => {
    const { run, provider } = await startChecks();
    const file = await writeTemporaryFile('.env', `SGID_HOSTNAME=${provider.hostname}\n`);
    const { exitCode, stdout } = await run(['-e', file, '--format', 'json'], { env: { SGID_HOSTNAME: '' } });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('ERR_PROVIDER_BINDING');
    expect(provider.countTo('token')).toBe(0);
  });
});

describe('no report and no diagnostic holds a secret', () => {
  it.each(
    [200, 302, 400, 401, 403, 500].flatMap((status) =>
      ['text', 'json', 'junit', 'github'].map((format) => [status, format] as const),
    ),
  )('HTTP %i, %s, of a provider that says back all that it was sent', async (status, format) => {
    const seen: ServerRequest[] = [];
    const { run } = await startChecks({
      provider: everywhere((request) => {
        seen.push(request);
        const words = echo(seen);
        const [challenge = ''] = words.split('\n');
        const headers = { 'www-authenticate': `error="${challenge}"`, location: `/?error=${challenge}` };
        return reply(status, words, headers);
      }),
    });
    const appended: string[] = [];
    const github = { GITHUB_STEP_SUMMARY: '/nowhere/summary', GITHUB_OUTPUT: '/nowhere/output' };
    const { stdout, stderr } = await run(['--format', format, '-v'], {
      env: { ...github, SGID_PRIVATE_KEY_PASSPHRASE: PASSPHRASE },
      files: { append: async (_path, text) => void appended.push(text) },
    });
    // The changed secret as well, which is all but the real one; the code is made up, and nobody's.
    const sent = seen.map(({ body }) => new URLSearchParams(body).get('client_secret') ?? '').filter(Boolean);
    expect(new Set([...sent, TEST_CLIENT_SECRET]).size).toBe(2);
    const secrets = new Map([
      ...LOCAL_SECRETS,
      ...SECRET,
      ...sent.map((secret, at) => [`${at}`, secret] as const),
    ]);
    expect(stdout).toContain('client-secret');
    expect(findCanaries(stdout + stderr + appended.join(), secrets)).toEqual([]);
  });

  it.each([0, 1])('nor does one on the secret of token request %i, said back elsewhere', async (which) => {
    const offered: string[] = [];
    const both = createGate();
    const { run } = await startChecks({
      provider: {
        token: ({ body }, honest) => {
          offered.push(new URLSearchParams(body).get('client_secret') ?? '');
          if (offered.length === 2) both.open();
          return honest();
        },
        jwks: async () => {
          await both.passed;
          return reply(400, JSON.stringify({ message: `you sent ${offered[which]} there` }));
        },
      },
    });
    const { stdout, stderr } = await run(['--format', 'json', '-v']);
    expect(stdout).toMatch(/you sent .* there/);
    const secret = offered[which] ?? '';
    expect(secret).toHaveLength(TEST_CLIENT_SECRET.length);
    expect(findCanaries(stdout + stderr, new Map([['secret', secret]]))).toEqual([]);
  });

  it('nor does one on a value in the wrong place', async () => {
    const { run } = await startChecks();
    const env = { SGID_CLIENT_ID: TEST_CLIENT_SECRET, SGID_SCOPE: `openid ${TEST_CLIENT_SECRET}` };
    const args = ['--redirect-uri', `http://localhost:11098/${TEST_CLIENT_SECRET}`, '--format', 'json'];
    const { stdout, stderr } = await run(args, { env });
    expect(findCanaries(stdout + stderr, SECRET)).toEqual([]);
  });
});

function verdictsOf({ records }: Trace): Readonly<Record<string, string>> {
  const verdicts = records.filter(({ step }) => step === 'check').flatMap((record) => record.verdicts);
  return Object.fromEntries(verdicts.map(({ check, verdict }) => [check, verdict]));
}

async function traceChecks(
  { run }: Awaited<ReturnType<typeof startChecks>>,
  args: readonly string[] = [],
  options?: RunOptions,
) {
  const path = join(await makeTemporaryFolder(), 'trace.json');
  const { exitCode, stdout } = await run(['--trace', path, '--format', 'json', ...args], options);
  const text = await readFile(path, 'utf8');
  const trace: Trace = JSON.parse(text);
  return { exitCode, stdout, path, text, trace };
}

describe('the trace of a check', () => {
  it('has a record of each request and of each verdict, and can be looked at', async () => {
    const flow = await startChecks();
    const { exitCode, stdout, path, trace } = await traceChecks(flow);
    expect(exitCode).toBe(0);
    expect(trace).toMatchObject({ command: 'check', outcome: { ok: true } });
    const checks: { id: string; verdict: string }[] = JSON.parse(stdout).checks;
    expect(verdictsOf(trace)).toEqual(Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])));
    const exchanges = trace.records.filter(({ kind }) => kind === 'http');
    expect(exchanges).toHaveLength(flow.provider.requests.length);
    for (const exchange of exchanges)
      expect(exchange).toMatchObject({ status: expect.any(Number), responseBytes: expect.any(Number) });
    const view = await runSgid(['trace', 'view', path]);
    expect(view.exitCode).toBe(0);
    for (const id of CHECK_IDS) expect(view.stdout).toContain(id);
  });

  it('is there when a check failed, with its code', async () => {
    const options = { env: { SGID_CLIENT_SECRET: 'wrong' } };
    const { exitCode, trace } = await traceChecks(await startChecks(), [], options);
    expect(exitCode).toBe(4);
    expect(trace.outcome).toEqual({ ok: false, code: 'ERR_TOKEN_REFUSED', step: 'check' });
    const failed = trace.records.flatMap(({ verdicts }) => verdicts.filter(({ code }) => code !== undefined));
    expect(failed).toEqual([{ check: 'client-secret', verdict: 'fail', code: 'ERR_TOKEN_REFUSED' }]);
  });

  it('is there when the credentials cannot be read at all', async () => {
    const { trace } = await traceChecks(await startChecks(), ['--credentials', '/nowhere/x.json']);
    expect(trace.outcome).toMatchObject({ ok: false, code: 'ERR_FILE' });
    expect(Object.keys(verdictsOf(trace))).toEqual([...CHECK_IDS]);
  });

  it('is there when the check was interrupted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const token = () => {
      controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped by the test', { step: 'program' }));
      return hang();
    };
    const flow = await startChecks({ provider: { token } });
    const { exitCode, stdout, trace } = await traceChecks(flow, ['--http-timeout', '1h'], { signal });
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(trace.outcome).toMatchObject({ ok: false, code: 'ERR_INTERRUPTED' });
    expect(trace.records.some(({ step }) => step === 'token')).toBe(true);
  });

  it('holds no secret, not even one that the provider echoes', async () => {
    const flow = await startChecks({
      provider: { token: ({ body }) => reply(400, JSON.stringify({ error: body, message: body })) },
    });
    const { text } = await traceChecks(flow, ['-v']);
    const canaries = new Map([...canariesIn(flow.provider.requests), ...LOCAL_SECRETS, ...SECRET]);
    expect(canaries.size).toBeGreaterThan(5);
    expect(findCanaries(text, canaries)).toEqual([]);
  });

  it('is refused in the file of the report', async () => {
    const { run, provider } = await startChecks();
    const path = join(await makeTemporaryFolder(), 'trace.json');
    const result = await run(['--trace', path, '--out', relative(process.cwd(), path)]);
    expectError(result, 2, 'ERR_USAGE', 'name the same file');
    expect(provider.requests).toEqual([]);
  });
});
