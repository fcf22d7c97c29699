import { describe, expect, it } from 'vitest';
import { networkError } from '../../../src/oidc/network-error.ts';
import { wordsOf } from '../../helpers/error-of.ts';
import { networkFailure } from '../../helpers/fake-provider.ts';

const REQUEST = { step: 'token', url: 'https://provider.test:8443/v2/oauth/token?x=canary' } as const;

describe('networkError', () => {
  it.each([
    ['ENOTFOUND', 'ERR_NETWORK', 'its name could not be resolved (ENOTFOUND)'],
    ['EAI_AGAIN', 'ERR_NETWORK', 'its name could not be resolved (EAI_AGAIN)'],
    ['ECONNREFUSED', 'ERR_NETWORK', 'nothing listens there'],
    ['ECONNRESET', 'ERR_NETWORK', 'the connection was cut (ECONNRESET)'],
    ['EPIPE', 'ERR_NETWORK', 'the connection was cut (EPIPE)'],
    ['UND_ERR_SOCKET', 'ERR_NETWORK', 'the connection was cut (UND_ERR_SOCKET)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_NETWORK', 'its TLS certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_NETWORK', 'its TLS certificate'],
    ['EPROTO', 'ERR_NETWORK', 'its TLS certificate'],
    ['HPE_INVALID_CONSTANT', 'ERR_NETWORK', 'its answer is not HTTP'],
    ['EHOSTUNREACH', 'ERR_NETWORK', 'EHOSTUNREACH'],
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

  it('finds the code in the cause that fetch wraps', () => {
    const wrapped = new TypeError('fetch failed', { cause: networkFailure('ENOTFOUND') });
    expect(networkError(wrapped, REQUEST).message).toContain('ENOTFOUND');
  });

  it('knows the time-out of AbortSignal.timeout, whose code is a number', () => {
    const timeout = new DOMException('timed out', 'TimeoutError');
    expect(networkError(timeout, REQUEST).code).toBe('ERR_HTTP_TIMEOUT');
    expect(networkError(new TypeError('fetch failed', { cause: timeout }), REQUEST).code).toBe(
      'ERR_HTTP_TIMEOUT',
    );
  });

  it.each([
    ['text', 'canary'],
    ['undefined', undefined],
    ['an error without a code', new Error('canary')],
  ])('makes do with %s', (_name, thrown) => {
    const error = networkError(thrown, REQUEST);
    expect(error.code).toBe('ERR_NETWORK');
    expect(error.message).toContain('an unknown network failure');
  });

  it('keeps the original words, the path and the query out', () => {
    const error = networkError(networkFailure('ECONNRESET'), REQUEST);
    expect(wordsOf(error)).not.toMatch(/canary|original words/);
  });
});
