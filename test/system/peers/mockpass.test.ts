import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import type { CheckReport } from '../../../src/check/run-checks.ts';
import { READERS } from '../../helpers/check-reports.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';
import { type MockPass, startMockPass } from '../../helpers/mockpass.ts';
import { setUpPeerClients } from '../../helpers/peer-clients.ts';
import { visit } from '../../helpers/process-login.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { INSPECTED, ONE_PIPE, STEP_FILES } from '../../helpers/step-scripts.ts';

/** The library as it is published: the bundle in `dist/`. */
const library: typeof import('../../../src/index.ts') = createRequire(import.meta.url)(
  '../../../dist/index.cjs',
);

/** An invented person of MockPass, as it comes under our names. */
const LIM_YONG_XIANG = {
  sub: expect.stringMatching(/^u=[0-9a-f-]{36}$/),
  data: {
    'myinfo.name': 'LIM YONG XIANG',
    'myinfo.date_of_birth': '1980-10-06',
    // It adds this one, asked for or not.
    'myinfo.nric_number': 'S9812379B',
  },
};

let mockpass: MockPass;
let withPage: MockPass;
beforeAll(async () => {
  [mockpass, withPage] = await Promise.all([
    startMockPass({ loginPage: false }),
    startMockPass({ loginPage: true }),
  ]);
});
afterAll(() => Promise.all([mockpass.stop(), withPage.stop()]));

/** Credentials in the environment; any will do. */
async function envFor({ hostname, privateKey }: MockPass) {
  return {
    NODE: process.execPath,
    SGID_HOSTNAME: hostname,
    SGID_CLIENT_ID: 'any',
    SGID_CLIENT_SECRET: 'any-secret',
    SGID_PRIVATE_KEY: privateKey,
    SGID_REDIRECT_URI: `http://localhost:${await takePort()}/api/redirect`,
    SGID_SCOPE: 'openid myinfo.name myinfo.date_of_birth',
  };
}

describe('sgid login at a MockPass', () => {
  async function logIn(provider: MockPass, consent: (url: string) => Promise<string>): Promise<void> {
    const run = await startSgid(['login', '--no-browser'], { env: await envFor(provider) });
    expect(await consent(await run.authorizationUrl())).toContain('Logged in');
    const { status, stdout } = await run.ended;
    expect({ status, result: JSON.parse(stdout) }).toEqual({ status: 0, result: LIM_YONG_XIANG });
  }

  it('that logs in by itself', () => logIn(mockpass, async (url) => (await visit(url)).body));

  it('with its login page', () =>
    logIn(withPage, async (url) => (await visit(choiceOn((await visit(url)).body))).body));

  /** Where the login page leads when its first person is chosen. */
  function choiceOn(body: string): string {
    const [, url] = /data-asserturl="([^"]+)"/.exec(body) ?? [];
    if (url === undefined) throw new Error('there is no person to choose');
    return url
      .replace(/&#x2F;/g, '/')
      .replace(/&#x3D;/g, '=')
      .replace(/&amp;/g, '&');
  }
});

describe('a login step by step at a MockPass', () => {
  const run = async (script: string) =>
    runInShell(script, { env: await envFor(mockpass), files: STEP_FILES });

  it('in one pipe', async () => {
    const { status, stdout, stderr } = await run(ONE_PIPE);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(LIM_YONG_XIANG);
  });

  it('with the ID token inspected', async () => {
    const { status, stdout, stderr } = await run(INSPECTED);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'id-token', header: { alg: 'RS256' } });
  });
});

describe('sgid check at a MockPass, which checks neither client nor redirect URI', () => {
  const runCheck = async (args: readonly string[], env = {}) =>
    runBuiltSgid(['check', ...args], { env: { ...(await envFor(mockpass)), ...env } });

  it.each([
    ['right', {}],
    ['wrong, as far as anybody knows', { SGID_CLIENT_SECRET: 'another', SGID_CLIENT_ID: 'other' }],
  ])('warns of credentials that are %s', async (_name, env) => {
    const { status, stdout } = await runCheck(['--format', 'json'], env);
    const { checks }: CheckReport = JSON.parse(stdout);
    for (const id of ['client-secret', 'redirect-uri-registered']) {
      expect(checks.find((check) => check.id === id)).toMatchObject({
        verdict: 'warn',
        evidence: expect.stringContaining('cannot tell'),
      });
    }
    expect(status).toBe(0);
  });

  it('says of the rest what is so: its discovery names endpoints with a double slash', async () => {
    const { stdout } = await runCheck([]);
    const told = ['credentials pass', 'private-key pass', 'jwks pass', 'discovery warn'];
    expect(READERS.text(stdout).map((words) => words.join(' '))).toEqual(expect.arrayContaining(told));
  });
});

describe('the built library with a MockPass', () => {
  const createClient = () =>
    new library.SgidClient({
      clientId: 'any',
      clientSecret: 'any',
      privateKey: mockpass.privateKey,
      redirectUri: 'http://localhost:5001/api/redirect',
      hostname: mockpass.hostname,
    });

  it('takes the five steps', async () => {
    const scope = 'openid myinfo.name myinfo.registered_address';
    expect(await takeFiveSteps(createClient(), library.generatePkcePair(), scope)).toEqual({
      state: 'test-state',
      sub: expect.stringMatching(/^u=/),
      data: {
        'myinfo.name': 'LIM YONG XIANG',
        'myinfo.registered_address': '123 LORONG 1 TOA PAYOH\n#12-22\nSINGAPORE 310123',
        'myinfo.nric_number': 'S9812379B',
      },
    });
  });

  it('discovers its endpoints', async () => {
    expect((await createClient().discover()).token).toContain('/v2/');
  });

  /** Exchanges a code that a login of the client gave, in another way than that login would. */
  async function misuse(
    client: ReturnType<typeof createClient>,
    changes: { nonce?: string; codeVerifier?: string },
  ) {
    const { codeChallenge, codeVerifier } = library.generatePkcePair();
    const { url, nonce = null } = client.authorizationUrl({ codeChallenge });
    const code = (await redirectOf(url)).searchParams.get('code') ?? '';
    return client.callback({ code, nonce, codeVerifier, ...changes });
  }

  it('notices a nonce of another login', async () => {
    const attempt = misuse(createClient(), { nonce: 'another' });
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_ID_TOKEN_NONCE' });
  });

  it('gets a code verifier past it that does not fit, which the embedded provider refuses', async () => {
    const { codeVerifier } = library.generatePkcePair();
    expect(await misuse(createClient(), { codeVerifier })).toMatchObject({
      sub: expect.stringMatching(/^u=/),
    });
    const { ours } = await setUpPeerClients();
    expect((await errorOf(() => misuse(ours(), { codeVerifier }))).code).toBe('ERR_TOKEN_REFUSED');
  });
});
