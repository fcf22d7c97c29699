import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withParameters } from '../../helpers/fake-browser.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { hang, type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { REDIRECT_URI, type StartedLogin, type StepFlow, startSteps } from '../../helpers/step-flow.ts';
import { replaceIdToken, tamperIdToken } from '../../helpers/tampered-id-token.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

/** Finishes a login with its transaction on standard input. */
function finish({ run }: StepFlow, { text }: StartedLogin, url: string, args: readonly string[] = []) {
  return run(['callback', '--transaction', '-', url, ...args], { stdin: text });
}

describe('sgid callback', () => {
  it('prints the verified tokens', async () => {
    const flow = await startSteps();
    const login = await flow.start();
    const { exitCode, stdout, stderr } = await finish(flow, login, login.url.href);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const tokens = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(tokens, null, 2)}\n`);
    expect(Object.keys(tokens)).toEqual(['sub', 'accessToken', 'idToken', 'claims']);
    expect(tokens.idToken.split('.')).toHaveLength(3);
    expect(tokens.claims).toMatchObject({
      sub: tokens.sub,
      iss: flow.provider.issuer,
      aud: login.transaction['clientId'],
      nonce: login.transaction['nonce'],
    });
  });

  it('takes the transaction from a file and the URL from standard input', async () => {
    const { run, start } = await startSteps();
    const { text, url } = await start();
    const path = await writeTemporaryFile('transaction.json', text);
    for (const args of [[], ['-']]) {
      // The second run finds the code used up: it came as far as the exchange.
      const result = await run(['callback', '--transaction', path, ...args], { stdin: `${url.href}\r\n` });
      expect(result).toMatchObject(args.length === 0 ? { exitCode: 0, stderr: '' } : { exitCode: 4 });
    }
  });

  it('takes what follows the path of the URL, in quotes or not', async () => {
    const flow = await startSteps();
    for (const quote of ['', '"', "'"]) {
      const login = await flow.start();
      const pasted = `${quote}${quote === '' ? login.url.search : login.url.href}${quote}`;
      expect(await finish(flow, login, pasted)).toMatchObject({ exitCode: 0 });
    }
  });

  it('takes the values of the transaction one by one, with the URL or with the code', async () => {
    const { run, start } = await startSteps();
    for (const pick of [
      (url: URL) => [url.href],
      (url: URL) => ['--code', `${url.searchParams.get('code')}`],
    ]) {
      const { transaction, url } = await start();
      const { codeVerifier = '', nonce = '', state = '' } = transaction;
      const values = ['--code-verifier', codeVerifier, '--nonce', nonce, '--state', state];
      expect(await run(['callback', ...pick(url), ...values])).toMatchObject({ exitCode: 0 });
    }
  });

  it('says that a state beside --code is compared with nothing', async () => {
    const { run, start } = await startSteps();
    const { transaction, url } = await start();
    const { codeVerifier = '', nonce = '' } = transaction;
    const args = ['--code', url.searchParams.get('code') ?? '', '--code-verifier', codeVerifier];
    const { exitCode, stderr } = await run(['callback', ...args, '--nonce', nonce, '--state', 'any']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: --state is compared with nothing, because there is no URL');
  });

  it('takes the verifier of a challenge that was given from outside', async () => {
    const flow = await startSteps();
    const pair = JSON.parse((await flow.run(['pkce', '--length', '128'])).stdout);
    const login = await flow.start(['--code-challenge', pair.codeChallenge]);
    const result = await finish(flow, login, login.url.href, ['--code-verifier', pair.codeVerifier]);
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it('sends the redirect URI of the transaction, whatever the settings say', async () => {
    const flow = await startSteps();
    const { text, url } = await flow.start();
    const { exitCode } = await flow.run(['callback', '--transaction', '-', url.href], {
      stdin: text,
      env: { SGID_REDIRECT_URI: 'http://localhost:1/another', SGID_PRIVATE_KEY: undefined },
    });
    expect(exitCode).toBe(0);
    const [body = ''] = flow.provider.requests
      .filter(({ method }) => method === 'POST')
      .map((sent) => sent.body);
    expect(new URLSearchParams(body).get('redirect_uri')).toBe(REDIRECT_URI);
  });

  it('writes to --out with mode 0600, and then nothing to standard output', async () => {
    const flow = await startSteps();
    const login = await flow.start();
    const path = join(await makeTemporaryFolder(), 'tokens.json');
    expect(await finish(flow, login, login.url.href, ['--out', path])).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('accessToken');
  });

  it('does not spend the code on an output that cannot be written', async () => {
    const flow = await startSteps();
    const login = await flow.start();
    const path = join(await makeTemporaryFolder(), 'nowhere', 'tokens.json');
    const result = await finish(flow, login, login.url.href, ['--out', path]);
    expect(errorCodeOf(result)).toBe('ERR_OUTPUT');
    expect(flow.provider.countTo('token')).toBe(0);
  });
});

describe('a callback is validated before anything is sent', () => {
  const WRONG = { iss: 'https://elsewhere.test/v2', state: 'wrong', error: 'access_denied' };

  const INVALID = [7, 'ERR_CALLBACK_INVALID'] as const;
  const STATE = [7, 'ERR_STATE_MISMATCH'] as const;
  const longCode = { code: 'x'.repeat(20_000) };

  it.each<[string, (genuine: URL) => string, number, string]>([
    ['twice a parameter, all else wrong', (url) => `${withParameters(url, WRONG)}&x=1&x=2`, ...INVALID],
    ['another issuer, all else wrong', (url) => withParameters(url, WRONG), 7, 'ERR_CALLBACK_ISSUER'],
    ['another state, an error', (url) => withParameters(url, { ...WRONG, iss: issuerOf(url) }), ...STATE],
    ['no state', (url) => without(url, 'state'), ...STATE],
    ['a refusal', (url) => withParameters(url, { error: 'access_denied' }), 4, 'ERR_ACCESS_DENIED'],
    ['an error', (url) => withParameters(url, { error: 'invalid_scope' }), 4, 'ERR_AUTHORIZATION'],
    ['no code', (url) => without(url, 'code'), ...INVALID],
    ['an empty code', (url) => withParameters(url, { code: '' }), ...INVALID],
    ['a code over 16 kB', (url) => withParameters(url, longCode), ...INVALID],
    ['another path', (url) => url.href.replace('/redirect', '/elsewhere'), ...INVALID],
    ['another port', (url) => url.href.replace(':5001', ':5002'), ...INVALID],
    ['another host', (url) => url.href.replace('localhost', '127.0.0.1'), ...INVALID],
    ['another scheme', (url) => url.href.replace('http:', 'https:'), ...INVALID],
    ['no URL at all', () => 'what is this', ...INVALID],
  ])('%s', async (_name, change, exitCode, code) => {
    const flow = await startSteps();
    const login = await flow.start();
    const result = await finish(flow, login, change(login.url));
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(errorCodeOf(result)).toBe(code);
    expect(flow.provider.countTo('token')).toBe(0);
    expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('refuses the URL of another login', async () => {
    const flow = await startSteps();
    const [one, other] = [await flow.start(), await flow.start()];
    expect(errorCodeOf(await finish(flow, one, other.url.href))).toBe('ERR_STATE_MISMATCH');
  });

  it('refuses a state where none was sent, and none where one was', async () => {
    const { run, start, provider } = await startSteps();
    const { transaction, url } = await start();
    const verifier = ['--code-verifier', transaction['codeVerifier'] ?? ''];
    const results = [
      await run(['callback', url.href, ...verifier]),
      await run(['callback', without(url, 'state'), ...verifier, '--state', 'x']),
    ];
    expect(results.map(errorCodeOf)).toEqual(['ERR_STATE_MISMATCH', 'ERR_STATE_MISMATCH']);
    expect(provider.countTo('token')).toBe(0);
  });
});

describe('the code is sent once', () => {
  it.each<[string, Misbehaviours, number]>([
    ['the provider is busy', { token: () => reply(503, '', { 'retry-after': '0' }) }, 5],
    ['the provider refuses it', { token: () => reply(400, '{"error":"invalid_grant"}') }, 4],
    ['no answer comes', { token: hang }, 5],
    ['the answer is none', { token: () => reply(200, 'no JSON') }, 5],
    ['the ID token is of another login', { token: tamperIdToken({ nonce: 'x' }) }, 7],
    ['the ID token has expired', { token: tamperIdToken({ exp: 1 }) }, 7],
    ['the ID token is none', { token: replaceIdToken(() => 'no.token.at-all') }, 7],
    ['the keys are not to be had', { jwks: () => reply(404) }, 5],
  ])('when %s', async (_name, provider, exitCode) => {
    const flow = await startSteps({ provider });
    const login = await flow.start();
    const result = await finish(flow, login, login.url.href, ['--http-timeout', '0.3s']);
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(flow.provider.countTo('token')).toBe(1);
  });
});

function issuerOf(url: URL): string {
  return url.searchParams.get('iss') ?? '';
}

function without(url: URL, name: string): string {
  const changed = new URL(url);
  changed.searchParams.delete(name);
  return changed.href;
}
