import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeUnverifiedTls, networkError } from '../../../src/oidc/network-error.ts';
import { wordsOf } from '../../helpers/error-of.ts';
import { networkFailure } from '../../helpers/fake-provider.ts';

const URL_OF_TOKEN = 'https://provider.test:8443/v2/oauth/token?x=canary';
const REQUEST = { step: 'token', url: URL_OF_TOKEN, secrets: ['canary'] } as const;

const wrap = (cause: Error): Error => new TypeError('fetch failed', { cause });

const failure = (code: string, details: object): Error => Object.assign(networkFailure(code), details);
const nest = (depth: number, error: Error): Error => (depth === 0 ? error : wrap(nest(depth - 1, error)));

describe('networkError', () => {
  it.each([
    ['ENOTFOUND', 'ERR_NETWORK', 'its name could not be resolved (ENOTFOUND)'],
    ['EAI_AGAIN', 'ERR_NETWORK', 'its name could not be resolved (EAI_AGAIN)'],
    ['ECONNREFUSED', 'ERR_NETWORK', 'nothing listens there'],
    ['ECONNRESET', 'ERR_NETWORK', 'the connection was cut (ECONNRESET)'],
    ['EPIPE', 'ERR_NETWORK', 'the connection was cut (EPIPE)'],
    ['ECONNABORTED', 'ERR_NETWORK', 'the connection was cut (ECONNABORTED)'],
    ['UND_ERR_SOCKET', 'ERR_NETWORK', 'the connection was cut (UND_ERR_SOCKET)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_NETWORK', 'its TLS certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_NETWORK', 'its TLS certificate'],
    ['EPROTO', 'ERR_NETWORK', 'its TLS certificate'],
    ['HPE_INVALID_CONSTANT', 'ERR_NETWORK', 'its answer is not HTTP'],
    ['EHOSTUNREACH', 'ERR_NETWORK', 'EHOSTUNREACH'],
    ['EMFILE', 'ERR_NETWORK', 'could not be reached: too many files are open (EMFILE)'],
    ['ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT', 'did not answer in time'],
    ['ETIMEDOUT', 'ERR_HTTP_TIMEOUT', 'did not answer in time'],
    ['UND_ERR_CONNECT_TIMEOUT', 'ERR_HTTP_TIMEOUT', 'did not answer in time'],
    ['ERR_RESPONSE_TOO_LARGE', 'ERR_RESPONSE_TOO_LARGE', 'more than 1 MiB'],
  ])('%s', (code, expected, words) => {
    const error = networkError(networkFailure(code), REQUEST);
    expect(error).toMatchObject({ code: expected, step: 'token', hint: expect.stringMatching(/\S/) });
    expect(error.message).toMatch(/^provider\.test:8443 /);
    expect(error.message).toContain(words);
  });

  it.each([
    ['EHOSTUNREACH', 'provider.test:8443 could not be reached: EHOSTUNREACH'],
    ['ERR_HTTP_TIMEOUT', 'provider.test:8443 did not answer in time'],
  ])('%s is said in one sentence', (code, sentence) => {
    expect(networkError(networkFailure(code), REQUEST).message).toBe(sentence);
  });

  it('hints at the hostname where there is no proxy', () => {
    expect(networkError(networkFailure('ENOTFOUND'), REQUEST).hint).toContain('(--hostname)');
  });

  const timeout = new DOMException('timed out', 'TimeoutError');
  it.each<[string, unknown, string, string]>([
    ['a cause that fetch wraps', wrap(networkFailure('ENOTFOUND')), 'ERR_NETWORK', 'ENOTFOUND'],
    ['AbortSignal.timeout, whose code is a number', timeout, 'ERR_HTTP_TIMEOUT', 'in time'],
    ['AbortSignal.timeout, wrapped', wrap(timeout), 'ERR_HTTP_TIMEOUT', 'in time'],
    ['text', 'canary', 'ERR_NETWORK', 'an unknown network failure'],
    ['an error without words', new RangeError(), 'ERR_NETWORK', 'an unknown network failure'],
    [
      'a code behind other words',
      failure('canary ECONNRESET', {}),
      'ERR_NETWORK',
      'could not be reached: the original words',
    ],
    [
      'a code before other words',
      failure('ECONNRESET canary', {}),
      'ERR_NETWORK',
      'could not be reached: the original words',
    ],
    ['the tenth cause', nest(9, networkFailure('ENOTFOUND')), 'ERR_NETWORK', 'ENOTFOUND'],
    [
      'no eleventh',
      nest(10, networkFailure('ENOTFOUND')),
      'ERR_NETWORK',
      'could not be reached: fetch failed',
    ],
    ['undefined', undefined, 'ERR_NETWORK', 'an unknown network failure'],
    ['an error without a code', new Error('canary'), 'ERR_NETWORK', 'could not be reached: [redacted]'],
  ])('makes do with %s', (_name, thrown, code, words) => {
    const error = networkError(thrown, REQUEST);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it.each([
    ['http://localhost:5157/v2/x', 'ECONNREFUSED', {}, '; start it: sgid mock'],
    ['http://[::1]:5158/v2/x', 'ECONNREFUSED', {}, '; start it: sgid mock --port 5158'],
    ['http://localhost/v2/x', 'ECONNREFUSED', {}, '; start it: sgid mock --port 80'],
    ['https://localhost:5157/v2/x', 'ECONNREFUSED', {}, ''],
    ['https://provider.test/v2/x', 'ECONNREFUSED', {}, ''],
    ['http://localhost:5157/v2/x', 'ECONNRESET', {}, ''],
    ['http://localhost:5157/v2/x', 'ECONNREFUSED', { proxyLabel: 'proxy.test' }, ''],
  ])('says how to start a mock that is down: %s, %s, %j', (url, code, details, start) => {
    const { message } = networkError(Object.assign(networkFailure(code), details), { ...REQUEST, url });
    expect(message.endsWith(` (${code})${start}`)).toBe(true);
  });

  it.each([
    ['http://localhost:5158/v2/x', {}, false],
    ['https://127.0.0.1/v2/x', {}, false],
    ['https://provider.test/v2/x', {}, true],
    ['http://localhost:5158/v2/x', { proxyLabel: 'proxy.test' }, true],
    ['http://localhost:5158/v2/x', { viaProxy: 'proxy.test' }, true],
  ])('speaks of the network or a proxy only where there may be one: %s, %j', (url, details, speaks) => {
    const { hint = '' } = networkError(failure('ECONNREFUSED', details), { ...REQUEST, url });
    expect(/network|proxy/i.test(hint)).toBe(speaks);
  });

  it('keeps what was thrown as its cause, without secrets, properties and messages in the place of a line', () => {
    const thrown = Object.assign(new Error('boom\n    at canary'), { config: { data: 'canary' } });
    const { message, hint, cause } = networkError(wrap(thrown), REQUEST);
    expect(message).toBe('provider.test:8443 could not be reached: boom at [redacted]');
    expect(hint).toMatch(/^Look at the cause of this error/);
    expect(cause).toMatchObject({ code: 'an unknown network failure', message: 'boom at [redacted]' });
    expect(inspect(cause)).not.toContain('config');
  });

  it.each<[string, object]>([
    ['lines of its words that look like places', { message: 'x\n    at canary' }],
    ['a name', { message: '', name: 'canary' }],
    ['a code', { code: 'canary' }],
    [
      'HTML escapes',
      { stack: 'Error: x\n    at f (&#99;&#97;&#110;&#97;&#114;&#121;.js:1:1)', message: 'x' },
    ],
    ['a token of the reply', { message: "{ access_token: 'Nv7Mhi1uCanaryOCWdux4HOKmXg8P7uAFl05' }" }],
    ['no texts', { stack: null, message: 5, name: Symbol('x') }],
    ['call sites', { stack: [{ canary: true }] }],
  ])('is safe whatever was thrown: %s', (_what, properties) => {
    const thrown = new Error('x');
    for (const [name, value] of Object.entries(properties)) Object.defineProperty(thrown, name, { value });
    const error = networkError(thrown, REQUEST);
    expect(error).toMatchObject({ code: 'ERR_NETWORK', cause: expect.any(Error) });
    expect(wordsOf(error) + inspect(error.cause)).not.toMatch(/canary/i);
  });

  it('takes a secret out of an encoding', () => {
    const error = networkError(failure('ERR_RESPONSE_ENCODING', { encoding: 'canary' }), REQUEST);
    expect(error.message).toContain('is encoded ([redacted])');
  });

  it('comes to an end with causes that have none, with a getter that throws, and with a stack of megabytes', () => {
    const circle = new Error('x');
    circle.cause = circle;
    const trap = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('canary');
      },
    });
    const long = new Error('x');
    long.stack = `Error: x\n    at ${'y '.repeat(2 ** 20)}`;
    for (const thrown of [circle, trap, long]) {
      const { cause } = networkError(thrown, REQUEST);
      expect(inspect(cause).length).toBeLessThan(10_000);
      expect(inspect(cause)).not.toContain('canary');
    }
  });

  it('keeps the secrets, the path and the query out', () => {
    const error = networkError(networkFailure('ECONNRESET'), REQUEST);
    expect(wordsOf(error)).not.toContain('canary');
  });
});

const PROXY = 'proxy.test:3128 (HTTPS_PROXY)';

describe('an error of the proxy', () => {
  it.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['ENOTFOUND', 'its name could not be resolved'],
    ['ECONNRESET', 'the connection was cut'],
    ['ERR_PROXY_ANSWER', 'its answer is not HTTP'],
    ['EPROTO', 'its TLS certificate or handshake'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'an authority that is not trusted here'],
  ])('%s names the proxy and not the provider', (code, words) => {
    const error = networkError(failure(code, { proxyLabel: PROXY }), REQUEST);
    expect(error).toMatchObject({ code: 'ERR_NETWORK', step: 'token' });
    expect(error.message).toMatch(/^the proxy proxy\.test:3128 \(HTTPS_PROXY\) could not be used: /);
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(code.startsWith('SELF') ? /NODE_EXTRA_CA_CERTS/ : /NO_PROXY=provider\.test/);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it.each([
    [200, 'it does not speak CONNECT', 'NO_PROXY=provider.test:8443'],
    [400, 'it does not speak CONNECT', 'NO_PROXY=provider.test:8443'],
    [403, 'it does not allow this host', 'NO_PROXY=provider.test:8443'],
    [407, 'it requires a user name and password', 'http://user:password@host:port'],
    [502, 'it cannot reach the provider', 'NO_PROXY=provider.test:8443'],
    [503, 'it cannot reach the provider', 'NO_PROXY=provider.test:8443'],
    [504, 'it cannot reach the provider', 'NO_PROXY=provider.test:8443'],
  ])('that answers CONNECT with %i is explained', (status, cause, hint) => {
    const error = networkError(failure('ERR_PROXY_REFUSED', { proxyLabel: PROXY, status }), REQUEST);
    expect(error).toMatchObject({ code: 'ERR_NETWORK', step: 'token' });
    expect(error.message).toBe(`the proxy ${PROXY} refused to connect to provider.test:8443: HTTP ${status}`);
    expect(error.causes).toEqual([expect.stringContaining(cause)]);
    expect(error.hint).toContain(hint);
  });

  it('that gives no status as a number is taken at its code', () => {
    const details = { proxyLabel: PROXY, status: 'canary' };
    expect(networkError(failure('ERR_PROXY_REFUSED', details), REQUEST).message).not.toContain('canary');
  });

  it('that does not answer in time names the proxy', () => {
    const error = networkError(failure('ERR_HTTP_TIMEOUT', { proxyLabel: PROXY }), REQUEST);
    expect(error.message).toBe(`the proxy ${PROXY} did not answer in time`);
  });

  it('is one of the configuration where the variable that names it is wrong', () => {
    const error = networkError(failure('ERR_PROXY_SETTING', { proxySetting: 'HTTPS_PROXY is x' }), REQUEST);
    expect(error).toMatchObject({ code: 'ERR_PROXY', step: 'config', message: 'HTTPS_PROXY is x' });
    expect(error.hint).toMatch(/http:\/\/host:port or .* NO_PROXY=provider\.test:8443\.$/);
  });
});

describe('an error behind the proxy', () => {
  it.each([
    ['https://provider.test', {}, ['slow or down', 'a firewall', 'a proxy is needed']],
    ['https://provider.test', { viaProxy: PROXY }, ['slow or down', 'a firewall']],
    ['https://provider.test', { proxyLabel: PROXY }, ['the proxy is slow', 'waits for provider.test']],
    ['http://localhost:5157', {}, ['slow or down']],
    ['https://127.0.0.1:5157', {}, ['slow or down']],
  ])('silence of %s %j: only what can have caused it', (url, details, words) => {
    const { causes } = networkError(failure('ERR_HTTP_TIMEOUT', details), { ...REQUEST, url });
    expect(causes).toEqual(words.map((word) => expect.stringContaining(word)));
  });

  it.each([
    ['ECONNRESET', 'ERR_NETWORK', 'could not be reached through the proxy'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_NETWORK', 'could not be reached through the proxy'],
    ['ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT', 'did not answer in time through the proxy'],
  ])('%s names both', (code, expected, words) => {
    const error = networkError(failure(code, { viaProxy: PROXY }), REQUEST);
    expect(error).toMatchObject({ code: expected, step: 'token' });
    expect(error.message).toMatch(/^provider\.test:8443 /);
    expect(error.message).toContain(`${words} ${PROXY}`);
    if (!code.startsWith('SELF')) return;
    expect(error.causes).toEqual([expect.stringContaining('the proxy intercepts TLS')]);
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('an error without a proxy', () => {
  it('names the encoding that nobody asked for, safe to print', () => {
    const error = networkError(
      failure('ERR_ENCODING', { encoding: `br\u001b[2J${'x'.repeat(50)}` }),
      REQUEST,
    );
    expect(error).toMatchObject({ code: 'ERR_RESPONSE_INVALID', step: 'token' });
    expect(error.message).toMatch(/^the reply of provider\.test:8443 is encoded \(brx{35}…\)/);
    expect([error.causes.length, error.hint]).toEqual([1, expect.stringContaining('proxy')]);
  });

  it.each(['ECONNRESET', 'EMFILE'])('keeps code and words as the cause: %s', (code) => {
    const error = networkError(networkFailure(code), REQUEST);
    const message = 'the original words, which may quote the request';
    expect(error.cause).toMatchObject({ code, message });
  });

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', true],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['CERT_UNTRUSTED', true],
    ['CERT_HAS_EXPIRED', false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', false],
    ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', false],
  ])('hints at the certificate authority where the certificate is not trusted: %s', (code, hints) => {
    const error = networkError(networkFailure(code), REQUEST);
    expect(error.hint?.includes('NODE_EXTRA_CA_CERTS')).toBe(hints);
    const reason = hints ? 'is from an authority that is not trusted here' : 'or handshake is not acceptable';
    expect(error.message).toBe(
      `provider.test:8443 could not be reached: its TLS certificate ${reason} (${code})`,
    );
    expect(error.causes).toEqual([]);
  });

  it('hints at HTTPS_PROXY where nothing came in time', () => {
    expect(networkError(networkFailure('ETIMEDOUT'), REQUEST).causes.join()).toContain('HTTPS_PROXY');
  });

  it('prints nothing that somebody else’s fetch put into an error', () => {
    const details = { proxy: 'http://me:canary@proxy.test', status: 407 };
    expect(wordsOf(networkError(failure('ECONNRESET', details), REQUEST))).not.toContain('canary');
  });
});

it.each([
  ['https://provider.test', '0', true],
  ['https://provider.test', '1', false],
  ['https://provider.test', undefined, false],
  ['http://localhost:5157', '0', false],
])('warns where certificates are not verified: %s, %s', (hostname, value, warns) => {
  const warning = describeUnverifiedTls(hostname, { NODE_TLS_REJECT_UNAUTHORIZED: value });
  expect(warning).toEqual(warns ? expect.stringContaining(new URL(hostname).host) : undefined);
});
