import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { systemFiles } from '../../../src/system/files.ts';
import { parseTrace, type Trace } from '../../../src/trace/trace.ts';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, type Flow, startFlow } from '../../helpers/login-flow.ts';
import { hang, reply } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

interface TracedRun extends RunResult {
  readonly path: string;
  readonly folder: string;
}

/** Runs `sgid login --trace` into a folder of its own. */
async function logIn(flow: Flow, args: readonly string[] = [], options: RunOptions = {}): Promise<TracedRun> {
  const folder = await makeTemporaryFolder();
  const path = join(folder, 'trace.json');
  return { ...(await flow.login(['--trace', path, ...args], options)), path, folder };
}

/** The trace that a run wrote; it must be one that is read again. */
async function traceOf({ path }: TracedRun): Promise<Trace> {
  return parseTrace({ text: await readFile(path, 'utf8'), name: path });
}

function stepsOf({ records }: Trace): readonly string[] {
  return records.map(({ kind, step }) => `${kind} ${step}`);
}

/** The checks that failed, as `step/check CODE`. */
function failuresOf({ records }: Trace): readonly string[] {
  return records.flatMap(({ step, verdicts }) =>
    verdicts.filter(({ verdict }) => verdict === 'fail').map(({ check, code }) => `${step}/${check} ${code}`),
  );
}

const WHOLE = [
  'local authorize',
  'wait callback',
  'http jwks',
  'http token',
  'local id-token',
  'http userinfo',
  'local decrypt',
];

describe('sgid login --trace', () => {
  it('writes a record for each step, to a file that only its owner can read, beside the result', async () => {
    const flow = await startFlow();
    const run = await logIn(flow);
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).data['myinfo.name']).toBe('TAN WEI MING');
    expect(run.stderr).toContain(
      `\nThe trace is in ${run.path}; look at it with: sgid trace view ${run.path}\n`,
    );
    expect((await lstat(run.path)).mode & 0o777).toBe(0o600);
    expect(await readdir(run.folder)).toEqual(['trace.json']);

    const trace = await traceOf(run);
    expect(trace).toMatchObject({
      version: 1,
      tool: { name: 'sgid', version: '0.0.0-test' },
      command: 'login',
      outcome: { ok: true },
    });
    expect(stepsOf(trace)).toEqual(WHOLE);
    const { provider, redirectUri } = flow;
    const [authorize, callback, jwks, token, , userinfo] = trace.records;
    expect(authorize?.url).toMatch(
      new RegExp(
        `^${provider.hostname}/v2/oauth/authorize\\?response_type=code&client_id=MOCK-\\w+&redirect_uri=\\S+`,
      ),
    );
    expect(callback?.url).toBe(redirectUri);
    expect(token).toMatchObject({ method: 'POST', url: `${provider.hostname}/v2/oauth/token`, status: 200 });
    expect(token?.requestBytes).toBe(provider.requests.find(({ method }) => method === 'POST')?.body.length);
    expect(token?.responseBytes).toBeGreaterThan(500);
    expect(jwks).toMatchObject({ method: 'GET', status: 200 });
    expect(userinfo).toMatchObject({ url: `${provider.hostname}/v2/oauth/userinfo`, status: 200 });
  });

  it('has times that fit together', async () => {
    const before = new Date().toISOString();
    const trace = await traceOf(await logIn(await startFlow()));
    expect([before, trace.startedAt]).toEqual([before, trace.startedAt].toSorted());
    const ends = trace.records.map(({ startMs, durationMs }) => startMs + durationMs);
    expect(Math.max(...ends)).toBeLessThanOrEqual(trace.durationMs + 0.2);
    const starts = trace.records.map(({ startMs }) => startMs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('is drawn by sgid trace view', async () => {
    const { path } = await logIn(await startFlow());
    const { exitCode, stdout } = await runSgid(['trace', 'view', path]);
    expect(exitCode).toBe(0);
    for (const step of ['authorize', 'callback', 'token', 'jwks', 'id-token', 'userinfo', 'decrypt'])
      expect(stdout).toMatch(new RegExp(`^${step} `, 'm'));
  });

  it('has no step that decrypts where there was nothing to decrypt', async () => {
    const trace = await traceOf(await logIn(await startFlow(), ['--scope', 'openid']));
    expect(stepsOf(trace)).toEqual(WHOLE.slice(0, -1));
  });

  it('shows what the browser of a persona did', async () => {
    const path = join(await makeTemporaryFolder(), 'trace.json');
    const run = await runSgid(['login', '--mock', '--persona', 'zoe', '--trace', path, '-q']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const { records } = parseTrace({ text: await readFile(path, 'utf8'), name: path });
    expect(records.filter(({ by }) => by === 'browser')).toMatchObject([{ step: 'authorize', status: 302 }]);
  });

  it('notes unexpected callbacks, a browser that failed, and answers that were asked for again', async () => {
    let asked = 0;
    const flow = await startFlow({
      visit: async (browser, url) => {
        const genuine = await redirectOf(url);
        await browser.visit(withParameters(genuine, { state: 'other' }));
        void browser.visit(genuine.href);
        return 'exited with status 3';
      },
      provider: {
        jwks: async (_request, honest) => (asked++ === 0 ? reply(503) : honest()),
      },
    });
    const trace = await traceOf(await logIn(flow));
    const remarks = trace.records.flatMap(({ step, verdicts }) =>
      verdicts
        .filter(({ verdict }) => verdict === 'warn')
        .map(({ check, code = '' }) => `${step}/${check} ${code}`),
    );
    expect(remarks).toContain('callback/state ERR_STATE_MISMATCH');
    expect(remarks).toContain('jwks/response ');
    expect(trace.records.filter(({ step }) => step === 'jwks').map(({ status }) => status)).toEqual([
      503, 200,
    ]);
    expect(trace.outcome).toEqual({ ok: true });
  });
});

describe('sgid login --trace that fails', () => {
  it('is written all the same, and the error stays the last word', async () => {
    const flow = await startFlow({ provider: { token: () => reply(400, '{"error":"invalid_grant"}') } });
    const run = await logIn(flow);
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_TOKEN_REFUSED');
    const trace = await traceOf(run);
    expect(trace.outcome).toEqual({ ok: false, code: 'ERR_TOKEN_REFUSED', step: 'token' });
    expect(failuresOf(trace)).toEqual(['token/response ERR_TOKEN_REFUSED']);
    expect(trace.records.at(-1)?.verdicts[0]?.detail).toBe('invalid_grant');
    expect(stepsOf(trace)).toEqual(WHOLE.slice(0, 4));
  });

  it('has what a connection failed with', async () => {
    const flow = await startFlow({ provider: { token: hang } });
    const trace = await traceOf(await logIn(flow, ['--http-timeout', '0.1s']));
    expect(trace.records.at(-1)).toMatchObject({ step: 'token', failure: 'ERR_HTTP_TIMEOUT' });
    expect(trace.records.at(-1)?.status).toBeUndefined();
  });

  it('has no step when it failed before any', async () => {
    const run = await logIn(await startFlow(), [], { env: { SGID_CLIENT_SECRET: '' } });
    const trace = await traceOf(run);
    expect(trace).toMatchObject({
      outcome: { code: 'ERR_MISSING_CREDENTIALS', step: 'config' },
      records: [],
    });
  });

  it('names the listener when the port is taken', async () => {
    const flow = await startFlow();
    const other = await occupyPort('127.0.0.1', flow.port);
    const run = await logIn(flow);
    await other.close();
    expect(failuresOf(await traceOf(run))).toEqual(['listen/port ERR_LISTEN_PORT_IN_USE']);
  });

  it('has every step when only an expectation failed', async () => {
    const trace = await traceOf(await logIn(await startFlow(), ['--expect', 'myinfo.email']));
    expect(trace.outcome).toMatchObject({ code: 'ERR_EXPECTATION' });
    expect(stepsOf(trace)).toEqual(WHOLE);
    expect(failuresOf(trace)).toEqual([]);
  });

  it.each(['waiting', 'token'] as const)(
    'by an interruption (%s) is whole as well: exit 130',
    async (when) => {
      const controller = new AbortController();
      const interrupt = async () => {
        controller.abort(new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' }));
        return hang();
      };
      const flow = await startFlow(
        when === 'token' ? { provider: { token: interrupt } } : { visit: async () => void interrupt() },
      );
      const run = await logIn(flow, [], { signal: controller.signal });
      expect(run.exitCode).toBe(130);
      const trace = await traceOf(run);
      expect(trace.outcome).toEqual({ ok: false, code: 'ERR_INTERRUPTED', step: 'program' });
      expect(stepsOf(trace)).toEqual(WHOLE.slice(0, when === 'token' ? 4 : 2));
      expect(failuresOf(trace)).toEqual([]);
      expect(await readdir(run.folder)).toEqual(['trace.json']);
    },
  );
});

describe('the file of --trace', () => {
  it.each([
    ['a folder that is missing', (folder: string) => join(folder, 'missing', 'x.json'), /mkdir -p .*missing/],
    ['a folder', (folder: string) => folder, /is a folder/],
    ['a symbolic link', (folder: string) => join(folder, 'link'), /symbolic link, which is not followed/],
  ])('is known to be %s before the browser opens: exit 3', async (_name, pathIn, words) => {
    const flow = await startFlow();
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, 'target'), 'old');
    await symlink(join(folder, 'target'), join(folder, 'link'));
    const run = await flow.login(['--trace', pathIn(folder)]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(errorCodeOf(run)).toBe('ERR_OUTPUT');
    expect(flow.browser.opened).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['link', 'target']);
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('old');
  });

  it.each([[['--trace', '']], [['--trace', 'same.json', '--out', 'same.json']]])(
    'is refused for %j: exit 2',
    async (args) => {
      const flow = await startFlow();
      expect(await flow.login(args)).toMatchObject({ exitCode: 2, stdout: '' });
      expect(flow.browser.opened).toEqual([]);
    },
  );

  it('replaces an old one at once, whatever its mode was', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'trace.json');
    await writeFile(path, 'old', { mode: 0o644 });
    const flow = await startFlow({ provider: { token: () => reply(500) } });
    expect(await flow.login(['--trace', path])).toMatchObject({ exitCode: 5 });
    expect(JSON.parse(await readFile(path, 'utf8')).outcome.code).toBe('ERR_PROVIDER_UNAVAILABLE');
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['good', 200, 3, 'ERR_OUTPUT'],
    ['failed', 400, 4, 'ERR_TOKEN_REFUSED'],
  ])(
    'that finds the disk full fails a %s login only when nothing else did',
    async (_name, status, exit, code) => {
      const flow = await startFlow(status === 200 ? {} : { provider: { token: () => reply(status) } });
      const folder = await makeTemporaryFolder();
      await mkdir(join(folder, 'full'));
      const full = Object.assign(new Error('ENOSPC: CANARY'), { code: 'ENOSPC' });
      const prepareOutput: typeof systemFiles.prepareOutput = async (path) => {
        const file = await systemFiles.prepareOutput(path);
        return { ...file, commit: () => Promise.reject(full) };
      };
      const path = join(folder, 'full', 'trace.json');
      const run = await flow.login(['--trace', path], { files: { prepareOutput } });
      expect(run).toMatchObject({
        exitCode: exit,
        stderr: expect.stringContaining('no space is left there'),
      });
      expect(errorCodeOf(run)).toBe(code);
      expect(run.stderr).not.toContain('CANARY');
      expect(await readdir(join(folder, 'full'))).toEqual([]);
    },
  );
});
