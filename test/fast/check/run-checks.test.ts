import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CHECK_IDS,
  type CheckContext,
  type CheckReport,
  firstFailure,
  ONLINE_CHECK_IDS,
} from '../../../src/check/check.ts';
import { reportUnreadable, runChecks } from '../../../src/check/run-checks.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_SECRET } from '../../../src/mock/test-credentials.ts';
import { spellingsOf } from '../../helpers/canaries.ts';
import {
  broken,
  createCheckContext,
  createOnlineContext,
  createSubject,
  found,
} from '../../helpers/check-context.ts';
import { networkFailure } from '../../helpers/fake-provider.ts';
import { keyText } from '../keys/key-fixtures.ts';

const BROKEN = broken('ERR_FILE', 'the file is not there');

function verdictsOf({ checks }: CheckReport): Readonly<Record<string, string>> {
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
}

describe('a run of checks', () => {
  it('reports all of them, in their own order', async () => {
    const { checks, ok } = await runChecks(createCheckContext());
    expect(checks.map(({ id }) => id)).toEqual(CHECK_IDS);
    expect(ok).toBe(true);
    for (const { durationMs } of checks) expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  it('asks no provider when it is to stay offline', async () => {
    const { checks } = await runChecks(createCheckContext());
    const skipped = checks.filter(({ id }) => ONLINE_CHECK_IDS.includes(id));
    expect(skipped.map(({ verdict, evidence }) => `${verdict}: ${evidence}`)).toEqual(
      ONLINE_CHECK_IDS.map(() => 'skip: not with --offline'),
    );
  });

  it('lets one bad value hide no other', async () => {
    const { transport } = createOnlineContext(() => ({ status: 400 }));
    const subject = createSubject({ privateKey: broken('ERR_PRIVATE_KEY'), scope: broken('ERR_SCOPE') });
    const report = await runChecks(createCheckContext({ subject, transport }));
    expect(verdictsOf(report)).toMatchObject({
      credentials: 'pass',
      'private-key': 'fail',
      scopes: 'fail',
      'redirect-uri-registered': 'skip',
      'client-secret': 'warn',
    });
    expect(firstFailure(report)).toBe('ERR_PRIVATE_KEY');
  });

  it('makes a failure of what asking the provider rejects with', async () => {
    const { transport } = createOnlineContext(() => networkFailure('ECONNREFUSED'));
    const report = await runChecks(createCheckContext({ transport }));
    const failed = report.checks.filter(({ code }) => code === 'ERR_NETWORK').map(({ id }) => id);
    expect(failed).toEqual(ONLINE_CHECK_IDS);
    expect(report.ok).toBe(false);
  });

  it('rejects for a bug', async () => {
    const bug = new TypeError('a bug of the test');
    const probePort = () => Promise.reject(bug);
    await expect(runChecks(createCheckContext({ probePort }))).rejects.toBe(bug);
  });

  it('rejects with the reason when it is interrupted', async () => {
    const reason = new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' });
    const { transport } = createOnlineContext(() => networkFailure('ABORT_ERR'));
    const context = createCheckContext({ transport, signal: AbortSignal.abort(reason) });
    await expect(runChecks(context)).rejects.toBe(reason);
  });
});

describe('a run of some checks', () => {
  it('reports these alone, each once, in their own order', async () => {
    const { checks } = await runChecks(createCheckContext(), ['scopes', 'provider', 'scopes']);
    expect(checks.map(({ id }) => id)).toEqual(['provider', 'scopes']);
  });

  const online = (): Partial<CheckContext> => ({
    transport: createOnlineContext(() => ({ status: 400 })).transport,
  });

  it.each([
    ['client-secret', 'clientSecret', online()],
    ['client-secret', 'clientId', online()],
    ['client-secret', 'hostname', online()],
    ['redirect-uri-registered', 'redirectUri', online()],
    ['redirect-uri-registered', 'scope', online()],
    ['jwks', 'hostname', online()],
    ['clock', 'hostname', online()],
    ['discovery', 'hostname', online()],
    ['private-key', 'privateKey', {}],
    ['public-key', 'privateKey', {}],
    ['canary', 'privateKey', { canary: found('a.b.c.d.e') }],
    ['redirect-uri', 'redirectUri', {}],
    ['callback-port', 'redirectUri', {}],
  ] as const)('fails %s where there is no usable %s: no other check says so', async (id, name, changes) => {
    const subject = createSubject({ [name]: broken('ERR_MISSING_CREDENTIALS') });
    const all = await runChecks(createCheckContext({ ...changes, subject }));
    expect(verdictsOf(all)[id]).toBe('skip');
    const only = await runChecks(createCheckContext({ ...changes, subject }), [id]);
    expect(only.checks).toMatchObject([{ id, verdict: 'fail', code: 'ERR_MISSING_CREDENTIALS' }]);
  });

  it('still skips what nothing is wrong with', async () => {
    expect(verdictsOf(await runChecks(createCheckContext(), ['public-key']))).toEqual({
      'public-key': 'skip',
    });
  });
});

describe('the texts of a report', () => {
  it('hold no secret, whichever value it was put into, in whatever spelling', async () => {
    const secret = TEST_CLIENT_SECRET;
    const said = spellingsOf(secret).join(' ');
    const subject = createSubject({
      clientId: found(secret, said),
      redirectUri: found(`http://localhost/${secret}`),
      scope: found(`openid ${secret}`),
      hostname: broken('ERR_HOSTNAME', said),
      privateKey: broken('ERR_PRIVATE_KEY', said),
      publicKeys: [{ keys: [createPublicKey(keyText('public.pem'))], origin: said }],
    });
    const text = JSON.stringify(await runChecks(createCheckContext({ subject })));
    for (const spelling of spellingsOf(secret)) expect(text).not.toContain(spelling);
  });

  const HOSTILE = 'a\u001b[2J\u0007b\r\nc ::error::d\n::set-env name=x::y ##[group]z \u202e';

  it('are single lines that can neither move a cursor nor start a workflow command', async () => {
    const subject = createSubject({
      clientId: found(HOSTILE, HOSTILE),
      scope: found('openid', HOSTILE),
      hostname: broken('ERR_HOSTNAME', HOSTILE),
    });
    const { checks } = await runChecks(createCheckContext({ subject }));
    const texts = checks.flatMap(({ evidence, hint = '' }) => [evidence, hint]);
    expect(texts.join()).toContain('c : :error::d : :set-env name=x::y ## [group]z');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    for (const text of texts) expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]|(?:^|\s)::|##\[/);
  });

  it('are not without end', async () => {
    const subject = createSubject({ clientId: found('x'.repeat(100_000)) });
    const [first] = (await runChecks(createCheckContext({ subject }))).checks;
    expect(Buffer.byteLength(first?.evidence ?? '')).toBeLessThanOrEqual(2048);
  });
});

describe('the report on credentials that cannot be read', () => {
  it('fails them, and skips all else', () => {
    const error = BROKEN.ok ? undefined : BROKEN.error;
    if (error === undefined) throw new Error('it is no failure');
    const report = reportUnreadable(error);
    const [first, ...others] = report.checks;
    expect(first).toMatchObject({
      id: 'credentials',
      verdict: 'fail',
      code: 'ERR_FILE',
      evidence: 'the file is not there',
      hint: 'mend it',
    });
    expect(others.map(({ id }) => id)).toEqual(CHECK_IDS.slice(1));
    expect(new Set(others.map(({ verdict }) => verdict))).toEqual(new Set(['skip']));
    expect(report.ok).toBe(false);
    expect(reportUnreadable(error, ['jwks']).checks.map(({ id }) => id)).toEqual(['credentials', 'jwks']);
    expect(reportUnreadable(error, ['credentials']).checks).toHaveLength(1);
  });
});
