import { describe, expect, it } from 'vitest';
import { HOSTILE_REPLIES } from '../../../scripts/bench/hostile-replies.mjs';
import { SgidClient } from '../../../src/index.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { createInterruption, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';

const CODE = 'c0de-of-the-test';
const VERIFIER = 'v'.repeat(43);

async function exchange(
  body: string,
  status: number,
  { signal, interrupt }: Partial<ReturnType<typeof createInterruption>> = {},
) {
  const token = () => {
    interrupt?.();
    return reply(status, body);
  };
  const { env } = await startFlow({ provider: { token } });
  const args = ['callback', '--code', CODE, '--code-verifier', VERIFIER, '--nonce', 'n'];
  return runSgid(args, { env, ...(signal && { signal }) });
}

// Each is so long that work which grows as its square would take the test beyond its time.
describe.each(Object.entries(HOSTILE_REPLIES))('a reply of 1 MiB: %s', (_name, body) => {
  it('is refused, and at most 2 kB of it are printed', async () => {
    for (const [status, exitCode] of [
      [400, 4],
      [200, 5],
    ] as const) {
      const run = await exchange(body, status);
      expect(run).toMatchObject({ exitCode, stdout: '' });
      expect(run.stderr).toContain('provider said: ');
      expect(Buffer.byteLength(run.stderr)).toBeLessThan(2 * 2048 + 1500);
    }
  });

  it('is quoted by a check in few words', async () => {
    const { run } = await startChecks({ provider: { token: () => reply(400, body) } });
    const { exitCode, stdout } = await run(['--only', 'client-secret']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('warn  client-secret');
    expect(Buffer.byteLength(stdout)).toBeLessThan(1000);
  });

  it('is not looked at when the program is interrupted meanwhile', async () => {
    const run = await exchange(body, 400, createInterruption());
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
    expect(run.stderr).not.toContain('provider said');
  });

  it('is refused by the library', async () => {
    const client = new SgidClient({
      clientId: TEST_CLIENT_ID,
      clientSecret: TEST_CLIENT_SECRET,
      privateKey: TEST_PRIVATE_KEY,
      redirectUri: 'http://localhost:5001/callback',
      fetch: async () => new Response(body, { status: 400 }),
    });
    const error = await errorOf(() => client.callback({ code: CODE, codeVerifier: VERIFIER }));
    expect(error.code).toBe('ERR_TOKEN_REFUSED');
    expect(Buffer.byteLength(error.reply?.body ?? '')).toBeLessThanOrEqual(2048);
  });
});

it('a check looks for the words of a page in its first 64 kB', async () => {
  for (const [size, isQuoted] of [
    [60_000, true],
    [66_000, false],
  ] as const) {
    const page = `<style>${' '.repeat(size)}</style>words of the page`;
    const { run } = await startChecks({ provider: { token: () => reply(400, page) } });
    const { stdout } = await run(['--only', 'client-secret', '--format', 'json']);
    expect(stdout.includes('words of the page')).toBe(isQuoted);
  }
});
