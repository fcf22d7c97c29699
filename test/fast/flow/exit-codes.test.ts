import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../../src/errors/codes.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { Visit } from '../../helpers/fake-browser.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import type { RunOptions } from '../../helpers/fake-platform.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { tamperIdToken } from '../../helpers/tampered-id-token.ts';

interface Scenario {
  readonly args?: readonly string[];
  readonly run?: RunOptions;
  readonly provider?: Misbehaviours;
  readonly visit?: Visit;
  /** Another program has the port. */
  readonly occupied?: true;
}

const bug = {
  now: Date.now,
  sleep: () => {
    throw new TypeError('a bug of the test');
  },
};

const abortWith = (code: 'ERR_HANGUP' | 'ERR_INTERRUPTED' | 'ERR_TERMINATED'): RunOptions => ({
  signal: AbortSignal.abort(new SgidError(code, 'stopped')),
});

const OTHER_KEY = new URL('../../fixtures/keys/rsa-2048.pkcs8.pem', import.meta.url).pathname;

/** The table of the README: exit code, error code, and a run that ends with it. */
const TABLE: readonly (readonly [number, string, Scenario])[] = [
  [1, 'ERR_INTERNAL', { visit: async () => {}, run: { clock: bug } }],
  [2, 'ERR_USAGE', { args: ['--nonsense'] }],
  [3, 'ERR_MISSING_CREDENTIALS', { run: { env: { SGID_CLIENT_ID: '' } } }],
  [4, 'ERR_TOKEN_REFUSED', { provider: { token: () => reply(400, '{"error":"invalid_client"}') } }],
  [5, 'ERR_PROVIDER_UNAVAILABLE', { provider: { userinfo: () => reply(500) } }],
  [6, 'ERR_CALLBACK_TIMEOUT', { visit: async () => {}, run: { clock: createFakeClock() } }],
  [7, 'ERR_ID_TOKEN_NONCE', { provider: { token: tamperIdToken({ nonce: 'another' }) } }],
  [8, 'ERR_DECRYPT_KEY', { run: { env: { SGID_PRIVATE_KEY: OTHER_KEY } } }],
  [9, 'ERR_EXPECTATION', { args: ['--expect', 'myinfo.email'] }],
  [10, 'ERR_LISTEN_PORT_IN_USE', { occupied: true }],
  [129, 'ERR_HANGUP', { run: abortWith('ERR_HANGUP') }],
  [130, 'ERR_INTERRUPTED', { run: abortWith('ERR_INTERRUPTED') }],
  [143, 'ERR_TERMINATED', { run: abortWith('ERR_TERMINATED') }],
];

describe('the exit codes of sgid login', () => {
  it('0: success', async () => {
    expect(await (await startFlow()).login()).toMatchObject({ exitCode: 0 });
  });

  it.each(TABLE)('%i: %s', async (exit, code, { args = [], run, provider = {}, visit, occupied }) => {
    const flow = await startFlow({ provider, visit });
    const other = occupied && (await occupyPort('127.0.0.1', flow.port));
    const result = await flow.login(args, run);
    await other?.close();
    expect(errorCodeOf(result)).toBe(code);
    expect(result.exitCode).toBe(exit);
    if (exit !== 9) expect(result.stdout).toBe('');
  });

  it('are all in this table', () => {
    expect([0, ...TABLE.map(([exit]) => exit)]).toEqual(Object.keys(EXIT_CODES).map(Number));
  });

  it('1 asks for a report in the bug’s own words, and shows with --verbose where it is', async () => {
    const flow = await startFlow({ visit: async () => {} });
    const { stderr } = await flow.login([], { clock: bug });
    expect(stderr).toContain('unexpected failure: TypeError: a bug of the test');
    expect(stderr).toContain('Please report it');
    expect(stderr).not.toMatch(/^\s+at /m);
    const verbose = await flow.login(['--verbose'], { clock: bug });
    expect(verbose.stderr).toMatch(/^\s+at .*exit-codes\.test\.ts:\d+:\d+/m);
    const other = await (await startFlow({ provider: { userinfo: () => reply(500) } })).login(['--verbose']);
    expect(other.stderr).not.toMatch(/^\s+at /m);
  });
});
