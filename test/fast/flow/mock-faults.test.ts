import { describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import type { FaultName } from '../../../src/mock/faults.ts';
import { startMockSgid } from '../../../src/mock/mock-sgid.ts';
import { createFakeBrowser } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

// The faults that belong to no login; what our own client makes of the others stands in test/fast/mock/faults.test.ts.

async function startWith(name: FaultName, times: number) {
  const redirectUri = `http://localhost:${await takePort()}/callback`;
  const faults = [{ name, times }];
  const mock = await startMockSgid({ faults, redirectUris: [redirectUri], approve: 'wei-ming' });
  onTestFinished(() => mock.close());
  const { clientId, clientSecret, privateKey } = mock.client;
  const env = {
    SGID_HOSTNAME: mock.hostname,
    SGID_CLIENT_ID: clientId,
    SGID_CLIENT_SECRET: clientSecret,
    SGID_PRIVATE_KEY: privateKey,
    SGID_REDIRECT_URI: redirectUri,
  };
  return { mock, env };
}

const FOREVER = Number.POSITIVE_INFINITY;

describe('sgid login', () => {
  it.each<[FaultName, number, string | undefined, number]>([
    // It knows the endpoints of sgID without asking.
    ['discovery-500', FOREVER, undefined, 1],
    ['discovery-issuer', FOREVER, undefined, 1],
    ['jwks-500', 1, undefined, 2],
    ['jwks-500', FOREVER, 'ERR_PROVIDER_UNAVAILABLE', 2],
    ['jwks-empty', 1, undefined, 2],
    ['jwks-empty', FOREVER, 'ERR_RESPONSE_INVALID', 2],
    ['jwks-foreign-key', 1, undefined, 2],
    ['jwks-foreign-key', FOREVER, 'ERR_ID_TOKEN_SIGNATURE', 2],
  ])('under %s, %d times, ends with %s after %i requests for the JWKS', async (name, times, code, asked) => {
    const { mock, env } = await startWith(name, times);
    const browser = createFakeBrowser();
    const run = await runSgid(['login'], { env, browser: browser.open });
    await browser.idle();
    const paths = mock.requests().map(({ path }) => path.split('/').at(-1));
    expect([run.code, paths.filter((path) => path === 'jwks.json').length]).toEqual([code, asked]);
    expect(paths.filter((path) => path === 'token')).toHaveLength(1);
    expect(paths.includes('userinfo')).toBe(code === undefined);
  });
});

describe('sgid check', () => {
  it.each<[FaultName, string, string, string | undefined]>([
    ['discovery-500', 'discovery', 'fail', 'ERR_PROVIDER_UNAVAILABLE'],
    ['discovery-issuer', 'discovery', 'fail', 'ERR_DISCOVERY_ORIGIN'],
    ['jwks-500', 'jwks', 'fail', 'ERR_PROVIDER_UNAVAILABLE'],
    ['jwks-empty', 'jwks', 'fail', 'ERR_RESPONSE_INVALID'],
    // Without a login there is no signature to compare with.
    ['jwks-foreign-key', 'jwks', 'pass', undefined],
  ])('under %s finds of %s: %s %s', async (name, id, verdict, code) => {
    const { env } = await startWith(name, FOREVER);
    const { stdout } = await runSgid(['check', '--only', id, '--format', 'json'], { env });
    expect(JSON.parse(stdout).checks).toMatchObject([{ id, verdict, ...(code && { code }) }]);
  });
});
