import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { canariesIn, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

async function tracePath(): Promise<string> {
  return join(await makeTemporaryFolder(), 'trace.json');
}

async function readTrace(path: string): Promise<Trace> {
  return JSON.parse(await readFile(path, 'utf8'));
}

/** Check id and verdict of each record of a check. */
function verdictsOf({ records }: Trace): Readonly<Record<string, string>> {
  const verdicts = records.filter(({ step }) => step === 'check').flatMap((record) => record.verdicts);
  return Object.fromEntries(verdicts.map(({ check, verdict }) => [check, verdict]));
}

describe('the trace of a check', () => {
  it('has a record of each request and of each verdict', async () => {
    const { check, provider } = await startChecks();
    const path = await tracePath();
    const { exitCode, report } = await check(['--trace', path]);
    expect(exitCode).toBe(0);
    const trace = await readTrace(path);
    expect(trace).toMatchObject({ command: 'check', outcome: { ok: true } });
    expect(verdictsOf(trace)).toEqual(
      Object.fromEntries(report.checks.map(({ id, verdict }) => [id, verdict])),
    );
    const exchanges = trace.records.filter(({ kind }) => kind === 'http');
    expect(exchanges).toHaveLength(provider.requests.length);
    for (const exchange of exchanges)
      expect(exchange).toEqual(
        expect.objectContaining({ status: expect.any(Number), responseBytes: expect.any(Number) }),
      );
  });

  it('is there when a check failed, with its code', async () => {
    const { check } = await startChecks();
    const path = await tracePath();
    const { exitCode } = await check(['--trace', path], { env: { SGID_CLIENT_SECRET: 'wrong' } });
    expect(exitCode).toBe(4);
    const trace = await readTrace(path);
    expect(trace.outcome).toEqual({ ok: false, code: 'ERR_TOKEN_REFUSED', step: 'check' });
    const failed = trace.records.flatMap(({ verdicts }) => verdicts.filter(({ code }) => code !== undefined));
    expect(failed).toEqual([{ check: 'client-secret', verdict: 'fail', code: 'ERR_TOKEN_REFUSED' }]);
  });

  it('is there when the credentials cannot be read at all', async () => {
    const { check } = await startChecks();
    const path = await tracePath();
    await check(['--trace', path, '--credentials', '/nowhere/x.json']);
    const trace = await readTrace(path);
    expect(trace.outcome).toMatchObject({ ok: false, code: 'ERR_FILE' });
    expect(Object.keys(verdictsOf(trace))).toEqual([...CHECK_IDS]);
  });

  it('is there when the check was interrupted', async () => {
    const controller = new AbortController();
    const { run } = await startChecks({
      provider: {
        token: () => {
          controller.abort(new SgidError('ERR_INTERRUPTED', 'stopped by the test', { step: 'program' }));
          return reply(200, '{}');
        },
      },
    });
    const path = await tracePath();
    const { exitCode, stdout } = await run(['--trace', path], { signal: controller.signal });
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    const trace = await readTrace(path);
    expect(trace.outcome).toMatchObject({ ok: false, code: 'ERR_INTERRUPTED' });
    expect(trace.records.some(({ step }) => step === 'token')).toBe(true);
  });

  it('holds no secret, not even one that the provider echoes', async () => {
    const { check, provider, env } = await startChecks({
      provider: { token: ({ body }) => reply(400, JSON.stringify({ error: body, message: body })) },
    });
    const path = await tracePath();
    await check(['--trace', path, '-v']);
    const canaries = new Map([
      ...canariesIn(provider.requests),
      ...canariesOfKey(env['SGID_PRIVATE_KEY'] ?? ''),
      ['client secret', env['SGID_CLIENT_SECRET'] ?? ''],
    ]);
    expect(canaries.size).toBeGreaterThan(5);
    expect(findCanaries(await readFile(path, 'utf8'), canaries)).toEqual([]);
  });

  it('can be looked at', async () => {
    const { check } = await startChecks();
    const path = await tracePath();
    await check(['--trace', path]);
    const { exitCode, stdout } = await runSgid(['trace', 'view', path]);
    expect(exitCode).toBe(0);
    for (const id of CHECK_IDS) expect(stdout).toContain(id);
  });

  it('is refused in the file of the report', async () => {
    const { run, provider } = await startChecks();
    const path = await tracePath();
    const { exitCode, stderr } = await run(['--trace', path, '--out', relative(process.cwd(), path)]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('name the same file');
    expect(provider.requests).toEqual([]);
  });
});
