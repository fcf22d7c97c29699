import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canariesIn, findCanaries } from '../../helpers/canaries.ts';
import { findJunitFaults, parseJunit } from '../../helpers/junit-schema.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const parse = (report: string) =>
  parseJunit(report).map(({ name, outcome, attributes }) => ({ name, outcome, attributes }));

/** A login with a report, and what the report says. */
async function loginWithReport(args: readonly string[], options: Parameters<typeof startFlow>[0] = {}) {
  const flow = await startFlow(options);
  const path = join(await makeTemporaryFolder(), 'login.xml');
  const result = await flow.login([...args, '--junit', path]);
  const report = await readFile(path, 'utf8');
  expect(await findJunitFaults(report)).toEqual([]);
  return { ...result, report, cases: parse(report), mode: (await stat(path)).mode & 0o777, flow };
}

describe('sgid login --junit', () => {
  it('reports a login and its expectations, each a case, for its owner alone', async () => {
    const { exitCode, cases, mode } = await loginWithReport([
      ...['--expect', 'myinfo.name', '--expect', 'myinfo.name~^TAN', '--expect', 'sub'],
    ]);
    expect(exitCode).toBe(0);
    expect(cases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['login', 'passed'],
      ['expect myinfo.name', 'passed'],
      ['expect myinfo.name ~ (pattern)', 'passed'],
      ['expect sub', 'passed'],
    ]);
    expect(mode).toBe(0o600);
  });

  it('reports every expectation that fails, and neither value nor pattern', async () => {
    const { exitCode, cases, report } = await loginWithReport([
      ...[
        '--expect',
        'myinfo.email',
        '--expect',
        'myinfo.name=CANARY VALUE',
        '--expect',
        'myinfo.name~CANARY',
      ],
    ]);
    expect(exitCode).toBe(9);
    expect(cases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['login', 'passed'],
      ['expect myinfo.email', 'failure'],
      ['expect myinfo.name = (value)', 'failure'],
      ['expect myinfo.name ~ (pattern)', 'failure'],
    ]);
    expect(report).not.toMatch(/CANARY|TAN WEI MING/);
  });

  it('reports a login that is refused, and its expectations as not tried', async () => {
    const token = () => reply(400, '{"error":"invalid_client"}');
    const { exitCode, cases } = await loginWithReport(['--expect', 'sub'], { provider: { token } });
    expect(exitCode).toBe(4);
    expect(cases).toEqual([
      {
        name: 'login',
        outcome: 'failure',
        attributes: expect.objectContaining({ type: 'ERR_TOKEN_REFUSED' }),
      },
      { name: 'expect sub', outcome: 'skipped', attributes: expect.anything() },
    ]);
  });

  it('tells expectations of one name apart', async () => {
    const { cases } = await loginWithReport(['--expect', 'sub', '--expect', 'sub']);
    expect(cases.map(({ name }) => name)).toEqual(['login', 'expect sub', 'expect sub (2)']);
  });

  it('holds no secret that the provider repeats', async () => {
    const { report, flow, stderr } = await loginWithReport([], {
      provider: { token: ({ body }) => reply(400, JSON.stringify({ message: `you sent ${body}` })) },
    });
    expect(stderr).toContain('you sent');
    expect(report).toContain('you sent');
    const secrets = canariesIn(flow.provider.requests);
    expect(secrets.size).toBeGreaterThan(2);
    expect(findCanaries(report, secrets)).toEqual([]);
  });

  it('is not begun when the report cannot be written', async () => {
    const flow = await startFlow();
    const { exitCode, stderr } = await flow.login(['--junit', '/no/such/folder/login.xml']);
    expect({ exitCode, code: errorCodeOf({ exitCode, stderr, stdout: '' }) }).toEqual({
      exitCode: 3,
      code: 'ERR_OUTPUT',
    });
    expect(flow.provider.requests).toEqual([]);
  });
});
