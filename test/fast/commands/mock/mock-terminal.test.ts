import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../../src/mock/test-credentials.ts';
import { SgidClient } from '../../../../src/sgid/sgid-client.ts';
import { type RunResult, runSgid } from '../../../helpers/fake-platform.ts';
import { get, logInOverHttp, TEST_CREDENTIALS } from '../../../helpers/mock-http.ts';
import { makeTemporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('sgid mock on a terminal', () => {
  /** Runs it until `use` is over; where it listens is in its banner. */
  async function runOnTerminal(
    args: readonly string[],
    use: (hostname: string) => Promise<unknown>,
  ): Promise<RunResult> {
    const ending = new AbortController();
    let begun = false;
    const onError = (text: string): void => {
      const [, hostname] = /listens at (\S+?)\. /.exec(text) ?? [];
      if (begun || hostname === undefined) return;
      begun = true;
      void use(hostname).finally(() => ending.abort());
    };
    const terminal = { stdoutIsTerminal: true, stderrIsTerminal: true };
    return runSgid(['mock', '--port', '0', ...args], {
      signal: ending.signal,
      onError,
      terminal,
      env: { NO_COLOR: '1' },
    });
  }

  it('prints a short banner and no JSON', async () => {
    const { stdout, stderr } = await runOnTerminal([], (hostname) => get(`${hostname}/v2/health`));
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^Mock sgID listens at http:\S+\. Press Ctrl-C to stop\.$/),
      expect.stringMatching(/^ {2}page {10}http:\/\/127\.0\.0\.1:\d+\/$/),
      '  client id     MOCK-7e57c11e',
      '  redirect URI  http://localhost:5001/api/redirect',
      '  .env          sgid mock -e .env.mock writes one for your application',
      'GET /v2/health 200',
      '',
      '',
    ]);
  });

  it('advises no .env where it has just written one', async () => {
    const path = join(await makeTemporaryFolder(), '.env.mock');
    const { stderr } = await runOnTerminal(['-e', path], (hostname) => get(`${hostname}/v2/health`));
    expect(stderr).toContain(`${path} holds the settings of the client MOCK-7e57c11e.\n`);
    expect(stderr).not.toContain('sgid mock -e');
  });

  it('says what came of each request, and why one was refused', async () => {
    const secret = 'wrong-canary-secret';
    const { stderr } = await runOnTerminal([], async (hostname) => {
      await logInOverHttp(hostname);
      const client = new SgidClient({ ...TEST_CREDENTIALS, hostname });
      const { url } = client.authorizationUrl({ codeChallenge: 'c'.repeat(43) });
      await get(url);
      await get(`${url}&mock_persona=zoe`);
      await get(`${hostname}/v2/oauth/authorize?client_id=TEST&redirect_uri=http://localhost:1/x`);
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: TEST_CLIENT_ID,
        client_secret: secret,
      });
      form.set('code', 'canary-of-a-code-0123456789abcdef0123456789');
      await fetch(`${hostname}/v2/oauth/token`, { method: 'POST', body: form });
      await fetch(`${hostname}/v2/oauth/userinfo`, { headers: { authorization: 'Bearer canary' } });
      await get(`${hostname}/nothing`);
      await fetch(`${hostname}/v2/health`, { method: 'HEAD' });
    });
    expect(stderr.split('\n').filter((line) => /^(GET|HEAD|POST) /.test(line))).toEqual([
      'GET /v2/oauth/authorize 302 a code for wei-ming',
      'POST /v2/oauth/token 200',
      'GET /v2/.well-known/jwks.json 200',
      'GET /v2/oauth/userinfo 200',
      'GET /v2/oauth/authorize 200 the page that asks who logs in',
      'GET /v2/oauth/authorize 200 the page of consent',
      'GET /v2/oauth/authorize 400 The client id is not registered. Sent: TEST',
      expect.stringMatching(
        /^POST \/v2\/oauth\/token 401 invalid_client: the client_secret is not that of the client MOCK-/,
      ),
      expect.stringMatching(/^GET \/v2\/oauth\/userinfo 401 invalid_token: /),
      expect.stringMatching(/^GET \/nothing 404 not_found: no such endpoint/),
      'HEAD /v2/health 200',
    ]);
    expect(stderr).not.toContain('canary');
  });
});
