import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS, type CheckReport, ONLINE_CHECK_IDS, runChecks } from '../../../src/check/run-checks.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_SECRET } from '../../../src/mock/test-credentials.ts';
import { spellingsOf } from '../../helpers/canaries.ts';
import {
  broken,
  type CheckParts,
  createCheckContext,
  found,
  runCheck,
  verdictOf,
} from '../../helpers/check-context.ts';
import { networkFailure } from '../../helpers/fake-provider.ts';
import { keyText } from '../keys/key-fixtures.ts';

function run(parts: CheckParts = {}): Promise<CheckReport> {
  return runChecks(createCheckContext(parts));
}

function verdictsOf({ checks }: CheckReport): Readonly<Record<string, string>> {
  return Object.fromEntries(checks.map((check) => [check.id, verdictOf(check)]));
}

// Ids are a contract: scripts name them with --only and look for them in reports.
it('checks have ids that stay what they are', () => {
  const online = 'discovery,jwks,clock,redirect-uri-registered,client-secret';
  expect(ONLINE_CHECK_IDS.join()).toBe(online);
  expect(CHECK_IDS.join()).toBe(
    `credentials,provider,private-key,public-key,redirect-uri,callback-port,scopes,canary,${online}`,
  );
});

describe('a run of checks', () => {
  it('says of what would ask the provider that it is to stay offline', async () => {
    const { checks } = await run();
    const skipped = checks.filter(({ evidence }) => evidence === 'not with --offline');
    expect(skipped.map(({ id, verdict }) => [id, verdict])).toEqual(
      ONLINE_CHECK_IDS.map((id) => [id, 'skip']),
    );
  });

  it('lets one bad value hide no other', async () => {
    const bad = { privateKey: broken('ERR_PRIVATE_KEY'), scope: broken('ERR_SCOPE') };
    expect(verdictsOf(await run({ ...bad, answer: () => ({ status: 400 }) }))).toMatchObject({
      credentials: 'pass',
      'private-key': 'fail ERR_PRIVATE_KEY',
      scopes: 'fail ERR_SCOPE',
      'redirect-uri-registered': 'skip',
      'client-secret': 'warn',
    });
  });

  it('rejects for a bug', async () => {
    await expect(run({ redirectUri: found('no URL') })).rejects.toBeInstanceOf(TypeError);
  });

  it('rejects with the reason when it is interrupted', async () => {
    const reason = new SgidError('ERR_INTERRUPTED', 'interrupted');
    const parts = { answer: () => networkFailure('ABORT_ERR'), signal: AbortSignal.abort(reason) };
    await expect(run(parts)).rejects.toBe(reason);
  });

  it('says of an error what the provider said, without markup and not at length, and what to do', async () => {
    const body = `<style>p{}</style><h1>Sorry</h1> ${'long '.repeat(500)}`;
    const error = new SgidError('ERR_NETWORK', 'it failed', { reply: { status: 500, body } });
    const { evidence, hint } = await runCheck('provider', { hostname: { ok: false, error } });
    expect(evidence).toMatch(/^it failed; it said: Sorry long long/);
    expect(evidence.length).toBeLessThan(430);
    expect(hint).toBe('Run: sgid explain ERR_NETWORK');
    const caused = new SgidError('ERR_NETWORK', 'it failed', { causes: ['the likeliest', 'another'] });
    expect(await runCheck('provider', { hostname: { ok: false, error: caused } })).toMatchObject({
      hint: 'the likeliest',
    });
  });

  it('says of a command that gives no secret what it said, on one line and not at length', async () => {
    const causes = [`it said: \u001b[31mlocked\n${'x'.repeat(500)}`];
    const error = new SgidError('ERR_SECRET_SOURCE', 'it failed', { causes, hint: 'Unlock it.' });
    const { evidence } = await runCheck('provider', { hostname: { ok: false, error } });
    expect(evidence).toMatch(/^it failed; it said: locked x+/);
    expect(evidence.length).toBeLessThan(230);
  });
});

describe('a run of some checks', () => {
  const online: CheckParts = { answer: () => ({ status: 400 }) };

  it.each([
    ['client-secret', ['clientSecret', 'clientId', 'hostname', 'redirectUri'], online],
    ['redirect-uri-registered', ['clientId', 'redirectUri', 'scope'], online],
    ['jwks', ['hostname'], online],
    ['clock', ['hostname'], online],
    ['discovery', ['hostname'], online],
    ['private-key', ['privateKey'], {}],
    ['public-key', ['privateKey'], {}],
    ['canary', ['privateKey'], { canary: found('a.b.c.d.e') }],
    ['redirect-uri', ['redirectUri'], {}],
    ['callback-port', ['redirectUri'], {}],
  ] as const)('fails %s without any of %j: no other check says so', async (id, needed, parts) => {
    for (const name of needed) {
      const missing = { ...parts, [name]: broken('ERR_MISSING_CREDENTIALS') };
      expect(verdictsOf(await run(missing))[id]).toBe('skip');
      const context = createCheckContext(missing);
      expect(verdictsOf(await runChecks(context, [id]))).toEqual({ [id]: 'fail ERR_MISSING_CREDENTIALS' });
      expect(context.requests).toEqual([]);
    }
  });
});

describe('the texts of a report', () => {
  it('hold no secret, whichever value it was put into, in whatever spelling', async () => {
    const secret = TEST_CLIENT_SECRET;
    const said = spellingsOf(secret).join(' ');
    const report = await run({
      clientId: found(secret, said),
      redirectUri: found(`http://localhost:0/${secret}`),
      scope: found(['openid', secret]),
      hostname: broken('ERR_HOSTNAME', said),
      privateKey: broken('ERR_PRIVATE_KEY', said),
      publicKeys: [{ keys: [createPublicKey(keyText('public.pem'))], origin: said }],
    });
    const text = JSON.stringify(report);
    for (const spelling of spellingsOf(secret)) expect(text).not.toContain(spelling);
  });

  it('are single lines that can neither move a cursor nor start a workflow command', async () => {
    const hostile = 'a\u001b[2J\u0007b\r\nc ::error::d\n::set-env name=x::y ##[group]z \u202e';
    const { checks } = await run({
      clientId: found(hostile, hostile),
      scope: found(['openid'], hostile),
      hostname: broken('ERR_HOSTNAME', hostile),
    });
    const texts = checks.flatMap(({ evidence, hint = '' }) => [evidence, hint]);
    expect(texts.join()).toContain('c : :error::d : :set-env name=x::y ## [group]z');
    for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\u202e]|(?:^|\s)::|##\[/u);
  });

  it('are not without end', async () => {
    const { evidence } = await runCheck('credentials', { clientId: found('x'.repeat(100_000)) });
    expect(Buffer.byteLength(evidence)).toBeLessThanOrEqual(2048);
  });
});
