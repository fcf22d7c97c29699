import { describe, expect, it } from 'vitest';
import { networkError } from '../../../src/oidc/network-error.ts';
import { wordsOf } from '../../helpers/error-of.ts';
import { networkFailure } from '../../helpers/fake-provider.ts';

const REQUEST = { step: 'token', url: 'https://provider.test:8443/v2/oauth/token?x=canary' } as const;
const PROXY = 'proxy.test:3128 (HTTPS_PROXY)';

const failure = (code: string, details: object): Error => Object.assign(networkFailure(code), details);

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
    expect(wordsOf(error)).not.toMatch(/canary|original words/);
  });

  it.each([
    [407, 'it wants a user name and password', /http:\/\/user:password@host:port/],
    [403, 'it does not allow this host', /NO_PROXY=provider\.test/],
    [502, 'it cannot reach the provider itself', /NO_PROXY=provider\.test/],
    [200, 'it does not speak CONNECT', /NO_PROXY=provider\.test/],
  ])('HTTP %s is explained', (status, cause, hint) => {
    const error = networkError(failure('ERR_PROXY_REFUSED', { proxyLabel: PROXY, status }), REQUEST);
    expect(error).toMatchObject({ code: 'ERR_NETWORK', step: 'token' });
    expect(error.message).toMatch(
      /^the proxy proxy\.test:3128 \(HTTPS_PROXY\) refused the way to provider\.test:8443/,
    );
    expect(error.causes[0]).toContain(cause);
    expect(error.hint).toMatch(hint);
  });

  it('that takes too long is a time-out of the proxy', () => {
    const error = networkError(failure('ERR_HTTP_TIMEOUT', { proxyLabel: PROXY }), REQUEST);
    expect(error).toMatchObject({ code: 'ERR_HTTP_TIMEOUT', step: 'token' });
    expect(error.message).toBe(`the proxy ${PROXY} did not answer in time`);
  });

  it('in its settings is one of configuration', () => {
    const proxySetting = 'ALL_PROXY names a SOCKS proxy, and only HTTP proxies will do';
    const error = networkError(failure('ERR_PROXY', { proxySetting }), REQUEST);
    expect(error).toMatchObject({ code: 'ERR_PROXY', step: 'config', message: proxySetting });
    expect(error.hint).toMatch(/http:\/\/host:port .* NO_PROXY=provider\.test/);
  });
});

describe('an error behind the proxy', () => {
  it.each([
    ['ECONNRESET', 'ERR_NETWORK', 'could not be reached through the proxy'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_NETWORK', 'could not be reached through the proxy'],
    ['ERR_HTTP_TIMEOUT', 'ERR_HTTP_TIMEOUT', 'did not answer in time through the proxy'],
  ])('%s names both', (code, expected, words) => {
    const error = networkError(failure(code, { viaProxy: PROXY }), REQUEST);
    expect(error).toMatchObject({ code: expected, step: 'token' });
    expect(error.message).toMatch(/^provider\.test:8443 /);
    expect(error.message).toContain(`${words} ${PROXY}`);
    expect(error.causes.join()).not.toContain('a proxy is needed');
  });

  it('tells of a proxy that reads along where the certificate is not trusted', () => {
    const error = networkError(failure('SELF_SIGNED_CERT_IN_CHAIN', { viaProxy: PROXY }), REQUEST);
    expect(error.causes).toEqual([expect.stringContaining('the proxy reads along')]);
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('an error without a proxy', () => {
  it('hints at the certificate authority where the certificate is not trusted', () => {
    const error = networkError(networkFailure('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), REQUEST);
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(error.causes).toEqual([]);
  });

  it('hints at HTTPS_PROXY where nothing came in time', () => {
    expect(networkError(networkFailure('ETIMEDOUT'), REQUEST).causes.join()).toContain('HTTPS_PROXY');
  });

  it('prints nothing that somebody else’s fetch put into an error', () => {
    const error = networkError(
      failure('ECONNRESET', { proxy: 'http://me:canary@proxy.test', status: 407 }),
      REQUEST,
    );
    expect(wordsOf(error)).not.toContain('canary');
  });
});
