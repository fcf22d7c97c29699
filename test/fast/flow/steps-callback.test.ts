import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { withParameters } from '../../helpers/fake-browser.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { holdTime, outlast } from '../../helpers/held-time.ts';
import { type Misbehaviours, reply } from '../../helpers/loopback-provider.ts';
import { REDIRECT_URI, startCallback, startSteps } from '../../helpers/step-flow.ts';
import { replaceIdToken, tamperIdToken } from '../../helpers/tampered-id-token.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

describe('sgid callback', () => {
  it('prints the verified tokens', async () => {
    const { finish, provider, transaction } = await startCallback();
    const { exitCode, stdout, stderr } = await finish();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const tokens = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(tokens, null, 2)}\n`);
    expect(Object.keys(tokens)).toEqual(['sub', 'accessToken', 'idToken', 'claims']);
    expect(tokens.idToken.split('.')).toHaveLength(3);
    const { clientId: aud, nonce } = transaction;
    expect(tokens.claims).toMatchObject({ sub: tokens.sub, iss: provider.issuer, aud, nonce });
  });

  it('takes the transaction from a file and the URL from standard input', async () => {
    const { run, text, url } = await startCallback();
    const path = await writeTemporaryFile('transaction.json', text);
    const stdin = `${url.href}\r\n`;
    expect(await run(['callback', '--transaction', path], { stdin })).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    // The code is used up: it comes as far as the exchange.
    expectError(await run(['callback', '--transaction', path, '-'], { stdin }), 4, 'ERR_TOKEN_REFUSED');
  });

  it.each<[string, (url: URL) => string]>([
    ['what follows the path of the URL', ({ search }) => search],
    ['the URL in double quotes', ({ href }) => `"${href}"`],
    ['the URL in single quotes', ({ href }) => `'${href}'`],
  ])('takes %s', async (_name, paste) => {
    const { finish, url } = await startCallback();
    expect(await finish([], { url: paste(url) })).toMatchObject({ exitCode: 0 });
  });

  const codeOf = (url: URL) => ['--code', `${url.searchParams.get('code')}`];

  it.each<[string, (url: URL) => readonly string[]]>([
    ['URL', ({ href }) => [href]],
    ['code', codeOf],
  ])('takes the values of the transaction one by one, with the %s', async (_name, pick) => {
    const { run, transaction, url } = await startCallback();
    const { codeVerifier = '', nonce = '', state = '' } = transaction;
    const args = ['--code-verifier', codeVerifier, '--nonce', nonce, '--state', state];
    const { exitCode, stderr } = await run(['callback', ...pick(url), ...args]);
    expect(exitCode).toBe(0);
    const warning = 'warning: --state is compared with nothing, because there is no URL';
    expect(stderr.includes(warning)).toBe(pick === codeOf);
  });

  it('takes the verifier of a challenge that was given from outside', async () => {
    const pair = JSON.parse((await (await startSteps()).run(['pkce', '--length', '128'])).stdout);
    const { finish } = await startCallback({}, ['--code-challenge', pair.codeChallenge]);
    expect(await finish(['--code-verifier', pair.codeVerifier])).toMatchObject({ exitCode: 0 });
  });

  it('sends the redirect URI of the transaction, whatever the settings say', async () => {
    const { finish, provider } = await startCallback();
    const env = { SGID_REDIRECT_URI: 'http://localhost:1/another', SGID_PRIVATE_KEY: undefined };
    expect(await finish([], { env })).toMatchObject({ exitCode: 0 });
    const sent = provider.requests.find(({ method }) => method === 'POST');
    expect(new URLSearchParams(sent?.body).get('redirect_uri')).toBe(REDIRECT_URI);
  });

  it('writes to --out, and then nothing to standard output', async () => {
    const { finish } = await startCallback();
    const path = join(await makeTemporaryFolder(), 'tokens.json');
    expect(await finish(['--out', path])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('accessToken');
  });

  it('does not spend the code on an output that cannot be written', async () => {
    const { finish, provider } = await startCallback();
    expectError(await finish(['--out', '/nowhere/tokens.json']), 3, 'ERR_OUTPUT');
    expect(provider.countTo('token')).toBe(0);
  });
});

describe('a callback is validated before anything is sent', () => {
  const WRONG = { iss: 'https://elsewhere.test/v2', state: 'wrong', error: 'access_denied' };
  const INVALID = [7, 'ERR_CALLBACK_INVALID'] as const;
  const STATE = [7, 'ERR_STATE_MISMATCH'] as const;
  const longCode = { code: 'x'.repeat(20_000) };
  const wrongState = (url: URL) => ({ ...WRONG, iss: url.searchParams.get('iss') ?? '' });

  it.each<[string, (genuine: URL) => string, number, SgidErrorCode]>([
    ['twice a parameter, all else wrong', (url) => `${withParameters(url, WRONG)}&x=1&x=2`, ...INVALID],
    ['another issuer, all else wrong', (url) => withParameters(url, WRONG), 7, 'ERR_CALLBACK_ISSUER'],
    ['another state, an error', (url) => withParameters(url, wrongState(url)), ...STATE],
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
    ['an iss that was cut', (url) => url.href.slice(0, -2), ...INVALID],
    ['an iss with something behind it', (url) => `${url.href}$`, ...INVALID],
    ['no URL at all', () => 'what is this', ...INVALID],
  ])('%s', async (_name, change, exitCode, code) => {
    const { finish, provider, url } = await startCallback();
    const result = await finish([], { url: change(url) });
    expectError(result, exitCode, code);
    expect(provider.countTo('token')).toBe(0);
    expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('says that the shell cuts a URL without quotes', async () => {
    const { finish, url } = await startCallback();
    const { stderr } = await finish([], { url: without(url, 'code') });
    expect(stderr).toMatch(/in one line,\s+and\s+quote it for the shell/);
  });

  it.each<[string, (genuine: URL) => string]>([
    ['at the end of a sentence', ({ href }) => `<${href}>.`],
    ['in a page', ({ href }) => `"${href.replaceAll('&', '&amp;')}"`],
    ['in two lines', ({ href }) => `${href.slice(0, 70)}\r\n  ${href.slice(70)}`],
    ['in the quoting of a shell', ({ href }) => href.replace(/[?&=]/g, '\\$&')],
  ])('takes the URL as it stands %s', async (_where, change) => {
    const { finish, url } = await startCallback();
    expect(await finish([], { url: change(url) })).toMatchObject({ exitCode: 0 });
  });

  it('refuses the URL of another login', async () => {
    const { finish, start } = await startCallback();
    const { url } = await start();
    expectError(await finish([], { url: url.href }), ...STATE);
  });

  it('refuses a state where none was sent, and none where one was', async () => {
    const { run, transaction, url, provider } = await startCallback();
    const verifier = ['--code-verifier', transaction['codeVerifier'] ?? ''];
    expectError(await run(['callback', url.href, ...verifier]), ...STATE);
    expectError(await run(['callback', without(url, 'state'), ...verifier, '--state', 'x']), ...STATE);
    expect(provider.countTo('token')).toBe(0);
  });
});

describe('the code is sent once', () => {
  it.each<[string, Misbehaviours, number]>([
    ['the provider is busy', { token: () => reply(503, '', { 'retry-after': '0' }) }, 5],
    ['the provider refuses it', { token: () => reply(400, '{"error":"invalid_grant"}') }, 4],
    ['no answer comes', { token: outlast }, 5],
    ['the answer is none', { token: () => reply(200, 'no JSON') }, 5],
    ['the ID token is of another login', { token: tamperIdToken({ nonce: 'x' }) }, 7],
    ['the ID token has expired', { token: tamperIdToken({ exp: 1 }) }, 7],
    ['the ID token is none', { token: replaceIdToken(() => 'no.token.at-all') }, 7],
    ['the keys are not to be had', { jwks: () => reply(404) }, 5],
  ])('when %s', async (_name, misbehaviours, exitCode) => {
    holdTime();
    const { finish, provider } = await startCallback({ provider: misbehaviours });
    expect(await finish()).toMatchObject({ exitCode, stdout: '' });
    expect(provider.countTo('token')).toBe(1);
  });
});

/** Finishes a login with another transaction than its own, and expects that nothing was sent. */
async function finishWith(changes: unknown, args: readonly string[] = []) {
  const { finish, provider, transaction } = await startCallback();
  const isRecord = typeof changes === 'object' && changes !== null && !Array.isArray(changes);
  const stdin = JSON.stringify(isRecord ? { ...transaction, ...changes } : changes);
  const result = await finish(args, { stdin });
  expect(provider.countTo('token')).toBe(0);
  return result;
}

describe('sgid callback refuses a transaction', () => {
  const AGAIN = 'sgid authorize-url';
  const ELSEWHERE = 'https://elsewhere.test';
  const OTHER_CLIENT = 'of the client OTHER-1a2b3c4d, not of MOCK-7e57c11e';
  const OTHER_PROVIDER = `of the provider ${ELSEWHERE}, not of http://127.0.0.1:`;
  const NO_PROVIDER = "standard input: the provider's hostname must be an origin alone";
  const NO_URI = 'standard input: the redirect URI is not an absolute http or https URL';
  const VERIFIER = 'the code verifier does not belong to the code challenge';
  const SEVERAL = '2 problems:\n    $.state must be text, got a number\n    $.nonce must be text, got null';

  it.each<[string, unknown, string, string, SgidErrorCode?]>([
    ['of another client', { clientId: 'OTHER-1a2b3c4d' }, OTHER_CLIENT, '--client-id OTHER-1a2b3c4d'],
    ['of another provider', { hostname: ELSEWHERE }, OTHER_PROVIDER, `--hostname ${ELSEWHERE}`],
    ['whose provider is none', { hostname: `${ELSEWHERE}/v2` }, NO_PROVIDER, ELSEWHERE, 'ERR_HOSTNAME'],
    ['whose redirect URI is none', { redirectUri: 'nowhere' }, NO_URI, 'Use one', 'ERR_REDIRECT_URI'],
    ['without a state', { state: undefined }, '$.state is missing', AGAIN],
    ['with an empty nonce', { nonce: '' }, '$.nonce must not be empty', AGAIN],
    ['with a number for a nonce', { nonce: 7 }, '$.nonce must be text, got a number', AGAIN],
    ['without its time', { createdAt: undefined }, '$.createdAt is missing', AGAIN],
    ['whose time is none', { createdAt: 'today' }, '$.createdAt must be a time such as 2026', AGAIN],
    ['with an empty verifier', { codeVerifier: '' }, '$.codeVerifier must not be empty', AGAIN],
    ['with the verifier of another', { codeVerifier: 'x'.repeat(43) }, VERIFIER, 'Use the verifier'],
    ['with several problems', { state: 1, nonce: null }, SEVERAL, 'sgid'],
    ['that is a list', [], '$ must be an object, got a list', AGAIN],
    ['that is null', null, '$ must be an object, got null', AGAIN],
    ['that is text', 'transaction', '$ must be an object, got text', AGAIN],
  ])('%s', async (_name, changes, words, hint, code = 'ERR_FILE') => {
    const result = await finishWith(changes);
    expectError(result, 3, code, words);
    expect(result.stderr.split('next: ')[1]).toContain(hint);
  });

  const MINUTE = 60_000;

  it.each([
    [61 * MINUTE, 3, 'the transaction was made 61 minutes ago, and is valid for 60'],
    [60 * MINUTE + 1000, 3, 'the transaction was made 61 minutes ago, and is valid for 60'],
    [-2 * MINUTE, 3, 'the transaction was made in the future'],
    // The clock of this test is right for a transaction, but not for the ID token: that is verified last.
    [59 * MINUTE, 7, 'the ID token has expired'],
    [-30_000, 0, ''],
  ])('by its age: after %i ms, exit %i', async (age, exitCode, words) => {
    const { finish, provider, transaction } = await startCallback();
    const clock = createFakeClock(Date.parse(transaction['createdAt'] ?? '') + age);
    expect(await finish([], { clock })).toMatchObject({ exitCode, stderr: expect.stringContaining(words) });
    expect(provider.countTo('token')).toBe(exitCode === 3 ? 0 : 1);
  });

  const OTHER_VERIFIER = ['--code-verifier', 'x'.repeat(43)];
  const NONE = { codeVerifier: undefined };

  it.each<[string, object, readonly string[], string]>([
    ['none', NONE, [], 'holds no verifier, because it was made with --code-challenge'],
    ['one of another', NONE, OTHER_VERIFIER, 'does not belong to the code challenge of the transaction'],
    ['two', {}, OTHER_VERIFIER, '--transaction and --code-verifier contradict each other'],
  ])('with %s for a verifier', async (_name, changes, args, words) => {
    expectError(await finishWith(changes, args), 2, 'ERR_USAGE', words);
  });

  it('file that is not there, and warns of one that others can read', async () => {
    const { run, text, url } = await startCallback();
    const absent = await run(['callback', '--transaction', '/nonexistent/tx.json', url.href]);
    expectError(absent, 3, 'ERR_FILE', '--transaction: the file /nonexistent/tx.json does not exist');
    const open = await writeTemporaryFile('transaction.json', text, 0o644);
    const { exitCode, stderr } = await run(['callback', '--transaction', open, url.href]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`warning: ${open} holds secrets and other users can access it; run: chmod 600`);
  });
});

describe('a command line of sgid callback that cannot be meant', () => {
  const VERIFIER = 'v'.repeat(43);
  const BOTH = 'the transaction and the callback URL cannot both come from standard input';

  it.each([
    ['', 'no callback URL, --transaction or --code was given'],
    ['--transaction -', BOTH],
    ['--transaction - -', BOTH],
    ['--transaction t.json --code x URL', '--transaction and --code contradict each other'],
    ['--transaction t.json --state x URL', '--transaction and --state contradict each other'],
    ['--transaction t.json --nonce x URL', '--transaction and --nonce contradict each other'],
    ['--transaction t --redirect-uri x', '--transaction and --redirect-uri contradict each other'],
    [`--code x --code-verifier ${VERIFIER} URL`, '--code and [callback-url] contradict each other'],
    ['--code x', '--code-verifier is missing'],
    ['URL', '--code-verifier is missing'],
    ['--code x --code-verifier too-short', '--code-verifier is not a code verifier'],
    [`--code x --code-verifier ${VERIFIER}=`, '--code-verifier is not a code verifier'],
    [`--code x --code-verifier ${'v'.repeat(129)}`, '--code-verifier is not a code verifier'],
    [`--code ${'x'.repeat(20_000)} --code-verifier ${VERIFIER}`, '--code is over 16 kB'],
    ['--transaction t.json --http-timeout 0 URL', '--http-timeout takes a duration'],
  ])('%s', async (commandLine, words) => {
    const { run, provider } = await startSteps();
    const result = await run(['callback', ...commandLine.split(' ').filter(Boolean)]);
    expectError(result, 2, 'ERR_USAGE', words);
    expect(provider.requests).toEqual([]);
  });

  it('misses the client secret, and not the private key', async () => {
    const env = { SGID_CLIENT_SECRET: undefined, SGID_PRIVATE_KEY: undefined, SGID_REDIRECT_URI: undefined };
    const result = await (await startCallback()).finish([], { env });
    expectError(result, 3, 'ERR_MISSING_CREDENTIALS', 'missing:\n    client secret (');
    expect(result.stderr).not.toMatch(/private key|redirect URI/);
  });

  it('has standard input for one of both only', async () => {
    const result = await (await startCallback()).finish(['--client-secret-file', '-']);
    const words = '--transaction and --client-secret-file cannot both read standard input';
    expectError(result, 2, 'ERR_USAGE', words);
  });
});

function without(url: URL, name: string): string {
  const changed = new URL(url);
  changed.searchParams.delete(name);
  return changed.href;
}
