import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { startCallback, startUserinfo } from '../../helpers/step-flow.ts';

const OFF = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
const WARNING =
  'warning: NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the verification of certificates: anyone on the way can impersonate sgid.invalid and take the secrets. Unset it; ';

/** A provider far away, behind a proxy that is not there. */
async function farAway() {
  const HTTPS_PROXY = `http://127.0.0.1:${await takePort()}`;
  return { SGID_HOSTNAME: 'https://sgid.invalid', HTTPS_PROXY, ...OFF };
}

describe('NODE_TLS_REJECT_UNAUTHORIZED=0 is warned of', () => {
  it('by login, before anything is sent', async () => {
    const flow = await startFlow({ visit: async () => {} });
    const { stderr } = await flow.login(['--timeout', '0.1s'], { env: await farAway() });
    expect(stderr.indexOf(WARNING)).toBe(0);
  });

  it('by callback', async () => {
    const { run, url, transaction } = await startCallback();
    const { codeVerifier = '', nonce = '' } = transaction;
    const code = url.searchParams.get('code') ?? '';
    const words = ['--code', code, '--code-verifier', codeVerifier, '--nonce', nonce];
    const ended = await run(['callback', ...words], { env: await farAway() });
    expect(ended).toMatchObject({ code: 'ERR_NETWORK', stderr: expect.stringContaining(WARNING) });
  });

  it('by userinfo and inspect --verify', async () => {
    const { run, tokens } = await startUserinfo();
    const env = await farAway();
    const userinfo = await run(['userinfo', '--token', '-'], { env, stdin: tokens.accessToken });
    const inspect = await run(['inspect', '--verify'], { env, stdin: tokens.idToken });
    for (const ended of [userinfo, inspect])
      expect(ended).toMatchObject({ code: 'ERR_NETWORK', stderr: expect.stringContaining(WARNING) });
  });

  it.each([
    [OFF, 'https://sgid.invalid', 'warn'],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '1' }, 'https://sgid.invalid', 'pass'],
    [{}, 'https://sgid.invalid', 'pass'],
    [OFF, 'http://localhost:5157', 'pass'],
  ])('by check, in the verdict on the provider: %j, %s: %s', async (env, hostname, verdict) => {
    const args = ['check', '--offline', '--only', 'provider', '--format', 'json', '--hostname', hostname];
    const { exitCode, stdout, stderr } = await runSgid(args, { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [found] = JSON.parse(stdout).checks;
    expect(found.verdict).toBe(verdict);
    expect(found.evidence.includes('take the secrets')).toBe(verdict === 'warn');
  });

  it('by nobody for a provider on this machine', async () => {
    const flow = await startFlow();
    expect(await flow.login([], { env: OFF })).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining('NODE_TLS'),
    });
  });
});
