import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { parseTrace, type Trace } from '../../../src/trace/trace.ts';
import { canariesIn, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { holdTime, outlast } from '../../helpers/held-time.ts';
import { createInterruption, type FlowOptions, logIn, startFlow } from '../../helpers/login-flow.ts';
import { hang, reply } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { startSteps } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** A path for a trace. */
const newPath = async (): Promise<string> => join(await makeTemporaryFolder(), 'trace.json');

/** A trace that was written; it must be one that is read again. */
async function readTrace(path: string): Promise<Trace> {
  return parseTrace({ text: await readFile(path, 'utf8'), name: path });
}

/** Logs in with a trace, and reads it. */
async function traceLogin(args: readonly string[] = [], options: FlowOptions & RunOptions = {}) {
  const path = await newPath();
  const run = await logIn(['--trace', path, ...args], options);
  const trace = await readTrace(path);
  return { ...run, path, trace, steps: stepsOf(trace), failures: verdictsOf(trace, 'fail') };
}

function stepsOf({ records }: Trace): readonly string[] {
  return records.map(({ kind, step }) => `${kind} ${step}`);
}

/** The checks that came out like this, as `step/check CODE`. */
function verdictsOf({ records }: Trace, outcome: 'warn' | 'fail'): readonly string[] {
  return records.flatMap(({ step, verdicts }) =>
    verdicts
      .filter(({ verdict }) => verdict === outcome)
      .map(({ check, code = '' }) => `${step}/${check} ${code}`),
  );
}

const WHOLE = [
  ...['local authorize', 'wait callback', 'http jwks', 'http token'],
  ...['local id-token', 'http userinfo', 'local decrypt'],
];

describe('sgid login --trace', () => {
  it('writes a record for each step, beside the result, to be drawn by sgid trace view', async () => {
    const { trace, path, flow, ...run } = await traceLogin();
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).data['myinfo.name']).toBe('TAN WEI MING');
    expect(run.stderr).toContain(`\nThe trace is in ${path}; look at it with: sgid trace view ${path}\n`);
    expect(trace).toMatchObject({
      version: 1,
      tool: { name: 'sgid', version: '0.0.0-test' },
      command: 'login',
      outcome: { ok: true },
    });
    expect(run.steps).toEqual(WHOLE);
    const { provider, redirectUri } = flow;
    const endpoint = `${provider.hostname}/v2/oauth`;
    const authorize = `^${endpoint}/authorize\\?response_type=code&client_id=MOCK-\\w+&redirect_uri=\\S+`;
    expect(trace.records).toMatchObject([
      { url: expect.stringMatching(authorize) },
      { url: redirectUri },
      { method: 'GET', status: 200 },
      {
        method: 'POST',
        url: `${endpoint}/token`,
        status: 200,
        requestBytes: provider.requests.find(({ method }) => method === 'POST')?.body.length,
      },
      {},
      { url: `${endpoint}/userinfo`, status: 200 },
      {},
    ]);
    expect(trace.records[3]?.responseBytes).toBeGreaterThan(500);
    const { stdout } = await runSgid(['trace', 'view', path]);
    for (const step of WHOLE) expect(stdout).toMatch(new RegExp(`^${step.split(' ')[1]} `, 'm'));
  });

  it('has times that fit together', async () => {
    const before = new Date().toISOString();
    const { trace } = await traceLogin();
    expect([before, trace.startedAt]).toEqual([before, trace.startedAt].toSorted());
    const ends = trace.records.map(({ startMs, durationMs }) => startMs + durationMs);
    expect(Math.max(...ends)).toBeLessThanOrEqual(trace.durationMs + 0.2);
    const starts = trace.records.map(({ startMs }) => startMs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('has no step that decrypts where there was nothing to decrypt', async () => {
    expect((await traceLogin(['--scope', 'openid'])).steps).toEqual(WHOLE.slice(0, -1));
  });

  it('shows what the browser of a persona did', async () => {
    const path = await newPath();
    const run = await runSgid(['login', '--mock', '--persona', 'zoe', '--trace', path, '-q']);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const { records } = await readTrace(path);
    expect(records.filter(({ by }) => by === 'browser')).toMatchObject([{ step: 'authorize', status: 302 }]);
  });

  it('notes unexpected callbacks, a browser that failed, and answers that were asked for again', async () => {
    let asked = 0;
    const { trace } = await traceLogin([], {
      visit: async (browser, url) => {
        const genuine = await redirectOf(url);
        await browser.visit(withParameters(genuine, { state: 'other' }));
        void browser.visit(genuine.href);
        return 'exited with status 3';
      },
      provider: { jwks: async (_request, honest) => (asked++ === 0 ? reply(503) : honest()) },
    });
    const remarks = ['callback/state ERR_STATE_MISMATCH', 'jwks/response '];
    expect(verdictsOf(trace, 'warn')).toEqual(expect.arrayContaining(remarks));
    const jwks = trace.records.filter(({ step }) => step === 'jwks');
    expect(jwks.map(({ status }) => status)).toEqual([503, 200]);
    expect(trace.outcome).toEqual({ ok: true });
  });
});

describe('sgid login --trace that fails', () => {
  it('is written all the same, and the error stays the last word', async () => {
    const run = await traceLogin([], { provider: { token: () => reply(400, '{"error":"invalid_grant"}') } });
    expect(run).toMatchObject({
      exitCode: 4,
      code: 'ERR_TOKEN_REFUSED',
      stdout: '',
      failures: ['token/response ERR_TOKEN_REFUSED'],
      steps: WHOLE.slice(0, 4),
    });
    expect(run.trace.outcome).toEqual({ ok: false, code: 'ERR_TOKEN_REFUSED', step: 'token' });
    expect(run.trace.records.at(-1)?.verdicts[0]).toMatchObject({ verdict: 'fail', detail: 'invalid_grant' });
  });

  it('has what a connection failed with', async () => {
    holdTime();
    const { trace } = await traceLogin([], { provider: { token: outlast } });
    const token = trace.records.find(({ step }) => step === 'token');
    expect(token).toMatchObject({ failure: 'ERR_HTTP_TIMEOUT' });
    expect(token?.status).toBeUndefined();
  });

  it('has no step when it failed before any', async () => {
    const { trace } = await traceLogin([], { env: { SGID_CLIENT_SECRET: '' } });
    expect(trace).toMatchObject({
      outcome: { code: 'ERR_MISSING_CREDENTIALS', step: 'config' },
      records: [],
    });
  });

  it('names the listener when the port is taken', async () => {
    const [flow, path] = [await startFlow(), await newPath()];
    const other = await occupyPort('127.0.0.1', flow.port);
    await flow.login(['--trace', path]);
    await other.close();
    expect(verdictsOf(await readTrace(path), 'fail')).toEqual(['listen/port ERR_LISTEN_PORT_IN_USE']);
  });

  it('has every step when only an expectation failed', async () => {
    const { trace, ...run } = await traceLogin(['--expect', 'myinfo.email']);
    expect(trace.outcome).toMatchObject({ code: 'ERR_EXPECTATION' });
    expect(run).toMatchObject({ steps: WHOLE, failures: [] });
  });

  it.each([
    ['waiting', 2],
    ['asking for tokens', 4],
  ])('by an interruption while it is %s is whole as well: exit 130', async (when, count) => {
    const { signal, interrupt } = createInterruption();
    const token = () => {
      interrupt();
      return hang();
    };
    const options = when === 'waiting' ? { visit: async () => interrupt() } : { provider: { token } };
    const run = await traceLogin([], { ...options, signal });
    expect(run).toMatchObject({ exitCode: 130, steps: WHOLE.slice(0, count), failures: [] });
    expect(run.trace.outcome).toEqual({ ok: false, code: 'ERR_INTERRUPTED', step: 'program' });
  });
});

describe('sgid callback and sgid userinfo with --trace', () => {
  it('write what they did, without secrets', async () => {
    const { provider, run, start } = await startSteps();
    const paths = [await newPath(), await newPath()];
    const { text, url } = await start();
    const callback = ['callback', '--transaction', '-', '--trace', paths[0] ?? '', url.href];
    const tokens = (await run(callback, { stdin: text })).stdout;
    const { stdout } = await run(['userinfo', '--trace', paths[1] ?? ''], { stdin: tokens });

    const traces = await Promise.all(paths.map(readTrace));
    expect(traces.map(stepsOf)).toEqual([
      expect.arrayContaining(['http token', 'http jwks', 'local id-token']),
      expect.arrayContaining(['http userinfo', 'local decrypt']),
    ]);
    const { accessToken, idToken, sub } = JSON.parse(tokens);
    const canaries = new Map([
      ...canariesIn(provider.requests),
      ...canariesOfKey(TEST_PRIVATE_KEY),
      ...Object.entries({ secret: TEST_CLIENT_SECRET, accessToken, idToken, sub }),
      ['name', JSON.parse(stdout).data['myinfo.name']],
    ]);
    for (const path of paths) expect(findCanaries(await readFile(path, 'utf8'), canaries)).toEqual([]);
  });

  it('leave a trace of a refusal', async () => {
    const { run, start } = await startSteps();
    const path = await newPath();
    const { text, url } = await start();
    url.searchParams.set('state', 'another');
    const callback = ['callback', '--transaction', '-', '--trace', path, url.href];
    expect(await run(callback, { stdin: text })).toMatchObject({ exitCode: 7 });
    expect((await readTrace(path)).outcome).toMatchObject({ ok: false, code: 'ERR_STATE_MISMATCH' });
  });
});
