import { describe, expect, it } from 'vitest';
import { ONLINE_CHECK_IDS } from '../../../src/check/run-checks.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import type { RunOptions } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';
import {
  type EndpointName,
  hang,
  type Misbehaviour,
  type Misbehaviours,
  reply,
} from '../../helpers/loopback-provider.ts';
import { takePort } from '../../helpers/take-port.ts';

const ENDPOINTS: readonly EndpointName[] = ['authorize', 'token', 'jwks', 'discovery'];

/** The same misbehaviour at every endpoint that is asked. */
function everywhere(misbehaviour: Misbehaviour): Misbehaviours {
  return Object.fromEntries(ENDPOINTS.map((name) => [name, misbehaviour]));
}

const HTML = '<!doctype html><title>Welcome</title><p>Please sign in to this network</p>';
const CLOCKS = { sleep: async () => {} };

describe('a provider that is not well', () => {
  interface Scenario {
    readonly provider: Misbehaviours;
    readonly exit: number;
    readonly verdicts: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    readonly run?: RunOptions;
  }
  const DOWN = 'fail ERR_PROVIDER_UNAVAILABLE';
  const INVALID = 'fail ERR_RESPONSE_INVALID';
  const REDIRECTED = 'fail ERR_RESPONSE_REDIRECT';
  const noRetries: RunOptions = { clock: { now: Date.now, ...CLOCKS } };

  it.each<[string, Scenario]>([
    [
      'down',
      {
        provider: everywhere(() => reply(500, HTML)),
        exit: 5,
        // Even so the token endpoint may only break at codes that nobody issued.
        verdicts: { discovery: DOWN, jwks: DOWN, 'redirect-uri-registered': DOWN, 'client-secret': 'warn' },
      },
    ],
    [
      'away for a moment',
      {
        provider: everywhere(() => reply(503, '', { 'retry-after': '1' })),
        exit: 5,
        verdicts: { discovery: DOWN, jwks: DOWN, 'redirect-uri-registered': DOWN, 'client-secret': DOWN },
        run: noRetries,
      },
    ],
    [
      'asked too often',
      {
        provider: everywhere(() => reply(429)),
        exit: 5,
        verdicts: { discovery: DOWN, jwks: DOWN, 'redirect-uri-registered': DOWN, 'client-secret': DOWN },
      },
    ],
    [
      'behind a page that answers everything',
      {
        provider: everywhere(() => reply(200, HTML)),
        exit: 5,
        verdicts: {
          discovery: INVALID,
          jwks: INVALID,
          'redirect-uri-registered': 'warn',
          'client-secret': 'warn',
        },
      },
    ],
    [
      'behind a login wall that redirects',
      {
        provider: everywhere(() => reply(302, '', { location: 'https://login.test/' })),
        exit: 5,
        verdicts: {
          discovery: REDIRECTED,
          jwks: REDIRECTED,
          'redirect-uri-registered': 'warn',
          'client-secret': REDIRECTED,
        },
      },
    ],
    [
      'silent',
      {
        provider: everywhere(hang),
        exit: 5,
        args: ['--http-timeout', '0.2s'],
        verdicts: Object.fromEntries(ONLINE_CHECK_IDS.map((id) => [id, 'fail ERR_HTTP_TIMEOUT'])),
      },
    ],
    [
      'endless',
      {
        provider: everywhere(() => ({ endless: 'x'.repeat(65_536) })),
        exit: 5,
        verdicts: {
          discovery: 'fail ERR_RESPONSE_TOO_LARGE',
          jwks: 'fail ERR_RESPONSE_TOO_LARGE',
          'redirect-uri-registered': 'fail ERR_RESPONSE_TOO_LARGE',
          'client-secret': 'fail ERR_RESPONSE_TOO_LARGE',
        },
      },
    ],
    [
      'without a key that could be used',
      {
        provider: { jwks: () => reply(200, '{"keys":[{"kty":"EC","kid":"x"}]}') },
        exit: 5,
        verdicts: { jwks: INVALID, discovery: 'pass', 'client-secret': 'pass' },
      },
    ],
    [
      'another than it says',
      {
        provider: { discovery: () => reply(200, '{"issuer":"https://other.test/v2"}') },
        exit: 7,
        verdicts: { discovery: 'fail ERR_DISCOVERY_ORIGIN', jwks: 'pass' },
      },
    ],
    [
      'two minutes behind this machine',
      {
        provider: {},
        exit: 7,
        run: { clock: { now: () => Date.now() + 122_000, ...CLOCKS } },
        verdicts: { clock: 'fail ERR_ID_TOKEN_ISSUED_AT', jwks: 'pass' },
      },
    ],
    [
      'two minutes ahead of this machine',
      {
        provider: {},
        exit: 7,
        run: { clock: { now: () => Date.now() - 122_000, ...CLOCKS } },
        verdicts: { clock: 'fail ERR_ID_TOKEN_ISSUED_AT' },
      },
    ],
  ])('is told: %s', async (_name, { provider, exit, verdicts: expected, args, run: options }) => {
    const { check } = await startChecks({ provider });
    const { exitCode, report, verdicts } = await check(args, options);
    expect(verdicts).toMatchObject(expected);
    expect(exitCode).toBe(exit);
    expect(report.checks.filter(({ verdict }) => verdict === 'fail').every(({ hint }) => hint)).toBe(true);
  });

  it('is told: nobody there', async () => {
    const { check } = await startChecks();
    const { exitCode, verdicts } = await check(['--hostname', `http://127.0.0.1:${await takePort()}`]);
    for (const id of ONLINE_CHECK_IDS) expect(verdicts[id]).toBe('fail ERR_NETWORK');
    expect(exitCode).toBe(5);
  });

  it('is tried again where that changes nothing, and a probe never is', async () => {
    const { check, provider } = await startChecks({ provider: everywhere(() => reply(502)) });
    await check([], noRetries);
    const counts = Object.fromEntries(ENDPOINTS.map((name) => [name, provider.countTo(name)]));
    // The JWKS three times for its check, and once for the clock.
    expect(counts).toEqual({ discovery: 3, jwks: 4, authorize: 2, token: 2 });
  });
});

describe('an interrupted check', () => {
  it('ends with 130 and without a report', async () => {
    const asked = createGate();
    const interruption = new AbortController();
    const flow = await startChecks({
      provider: everywhere(() => {
        asked.open();
        return hang();
      }),
    });
    void asked.passed.then(() =>
      interruption.abort(new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' })),
    );
    const { exitCode, stdout } = await flow.run([], { signal: interruption.signal });
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  });
});
