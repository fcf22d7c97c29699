import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { ONLINE_CHECK_IDS } from '../../../src/check/run-checks.ts';
import { ENDPOINTS, everywhere, startChecks } from '../../helpers/check-flow.ts';
import type { RunOptions } from '../../helpers/fake-platform.ts';
import { hang, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';

const HTML = '<!doctype html><title>Welcome</title><p>Please log in to this network</p>';

describe('a provider that is not well', () => {
  const DOWN = 'fail ERR_PROVIDER_UNAVAILABLE';
  const INVALID = 'fail ERR_RESPONSE_INVALID';
  const REDIRECTED = 'fail ERR_RESPONSE_REDIRECT';
  const ENDLESS = 'fail ERR_RESPONSE_TOO_LARGE';
  const SKEWED = 'fail ERR_ID_TOKEN_ISSUED_AT';
  const ahead = (milliseconds: number): RunOptions => ({
    clock: { now: () => Date.now() + milliseconds, sleep: async () => {} },
  });
  const noWaits = ahead(0);
  const come = (discovery: string, jwks: string, redirectUri: string, secret: string) => ({
    discovery,
    jwks,
    'redirect-uri-registered': redirectUri,
    'client-secret': secret,
  });
  const unavailable = everywhere(() => reply(503, '', { 'retry-after': '1' }));
  const wall = everywhere(() => reply(302, '', { location: 'https://login.test/' }));
  const endless = everywhere(() => ({ endless: 'x'.repeat(65_536) }));
  const noKey: Misbehaviours = { jwks: () => reply(200, '{"keys":[{"kty":"EC","kid":"x"}]}') };
  const another: Misbehaviours = { discovery: () => reply(200, '{"issuer":"https://other.test/v2"}') };
  const silence = Object.fromEntries(ONLINE_CHECK_IDS.map((id) => [id, 'fail ERR_HTTP_TIMEOUT']));

  it.each<[string, number, Misbehaviours, Readonly<Record<string, string>>, RunOptions?, string[]?]>([
    // Even so the token endpoint may only break at codes that nobody issued.
    ['down', 5, everywhere(() => reply(500, HTML)), come(DOWN, DOWN, DOWN, 'warn')],
    ['away for a moment', 5, unavailable, come(DOWN, DOWN, DOWN, DOWN), noWaits],
    ['asked too often', 5, everywhere(() => reply(429)), come(DOWN, DOWN, DOWN, DOWN)],
    ['a page for everything', 5, everywhere(() => reply(200, HTML)), come(INVALID, INVALID, 'warn', 'warn')],
    ['behind a login wall', 5, wall, come(REDIRECTED, REDIRECTED, 'warn', REDIRECTED)],
    ['silent', 5, everywhere(hang), silence, {}, ['--http-timeout', '0.2s']],
    ['endless', 5, endless, come(ENDLESS, ENDLESS, ENDLESS, ENDLESS)],
    ['without a usable key', 5, noKey, { jwks: INVALID, discovery: 'pass', 'client-secret': 'pass' }],
    ['another than it says', 7, another, { discovery: 'fail ERR_DISCOVERY_ORIGIN', jwks: 'pass' }],
    ['two minutes behind this machine', 7, {}, { clock: SKEWED, jwks: 'pass' }, ahead(122_000)],
    ['two minutes ahead of this machine', 7, {}, { clock: SKEWED }, ahead(-122_000)],
  ])('is reported: %s', async (_name, exit, provider, expected, options = {}, args = []) => {
    const { exitCode, report, verdicts } = await (await startChecks({ provider })).check(args, options);
    expect(verdicts).toMatchObject(expected);
    expect(exitCode).toBe(exit);
    expect(report.checks.filter(({ verdict }) => verdict === 'fail').every(({ hint }) => hint)).toBe(true);
  });

  it('is reported: asked too often, with the time to wait', async () => {
    const busy = everywhere(() => reply(429, '', { 'retry-after': '120' }));
    const { report } = await (await startChecks({ provider: busy })).check();
    const failed = report.checks.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(ONLINE_CHECK_IDS.filter((id) => id !== 'clock'));
    for (const { hint } of failed) expect(hint).toContain('Try again in 120 s; ');
  });

  it('is reported: nobody there', async () => {
    const { check } = await startChecks();
    const args = ['--hostname', `http://127.0.0.1:${await takePort()}`];
    const { exitCode, report, stderr } = await check(args);
    const [first, ...later] = report.checks.filter(({ id }) => ONLINE_CHECK_IDS.includes(id));
    expect(first).toMatchObject({ verdict: 'fail', code: 'ERR_NETWORK' });
    expect(later).toEqual(
      ONLINE_CHECK_IDS.slice(1).map((id) => ({
        id,
        verdict: 'skip',
        evidence: 'the provider cannot be reached',
      })),
    );
    expect([exitCode, report.ok]).toEqual([5, false]);
    expect(stderr).toContain('1 check failed: discovery\n');
    // Alone, each fails.
    for (const id of ONLINE_CHECK_IDS)
      expect((await check([...args, '--only', id])).verdicts).toEqual({ [id]: 'fail ERR_NETWORK' });
  });

  it('is tried again where that changes nothing, and a probe never is', async () => {
    const { check, provider } = await startChecks({ provider: everywhere(() => reply(502)) });
    await check([], noWaits);
    const counts = Object.fromEntries(ENDPOINTS.map((name) => [name, provider.countTo(name)]));
    // The JWKS three times for its check, and once for the clock.
    expect(counts).toEqual({ discovery: 3, jwks: 4, authorize: 2, token: 2 });
  });
});
