import { describe, expect, it } from 'vitest';
import { certificateHosts, originOf, validateProviderOrigin } from '../../../src/mock/provider-origin.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

describe('validateProviderOrigin', () => {
  it.each(['http://localhost:5157', 'http://127.0.0.1', 'http://[::1]:8080', 'https://mock:5157'])(
    'takes %s',
    (origin) => {
      expect(validateProviderOrigin(origin)).toBe(origin);
    },
  );

  it.each([
    ['http://mock:5157', 'http://mock:5157', 'https://mock:5157', 'http://localhost:5157'],
    ['http://192.168.1.20', 'http://192.168.1.20', 'https://192.168.1.20', 'http://localhost'],
    [
      'http://localhost.evil.example',
      'localhost.evil.example',
      'https://localhost.evil.example',
      'http://localhost',
    ],
  ])('refuses %s as clients would, and says how to go on', async (origin, said, secure, local) => {
    const error = await errorOf(() => validateProviderOrigin(origin));
    expect(error).toMatchObject({ code: 'ERR_HOSTNAME', step: 'config' });
    expect(error.message).toContain(said);
    expect(error.hint).toContain(`--https --cert-file mock.pem --hostname ${secure}"`);
    expect(error.hint).toContain(`use ${local}`);
  });

  it.each(['', 'mock:5157', 'http://localhost:5157/', 'https://mock/v2', 'HTTPS://MOCK', 'ftp://mock'])(
    'refuses %j without advising the real provider',
    async (origin) => {
      const error = await errorOf(() => validateProviderOrigin(origin));
      expect(error.code).toBe('ERR_HOSTNAME');
      expect(error.hint).toContain('http://localhost:5157');
      expect(error.hint).not.toContain('id.gov.sg');
    },
  );

  it.each(['http://user:CANARY@mock', 'https://user:CANARY@mock', 'http://mock/CANARY', 'CANARY'])(
    'tells nothing of %s that may be a secret',
    async (origin) => {
      expect(wordsOf(await errorOf(() => validateProviderOrigin(origin)))).not.toContain('CANARY');
    },
  );
});

describe('originOf', () => {
  it.each([
    ['http', '127.0.0.1', 5157, 'http://127.0.0.1:5157'],
    ['https', '::1', 8443, 'https://[::1]:8443'],
    ['http', '0.0.0.0', 5157, 'http://127.0.0.1:5157'],
    ['https', '::', 5157, 'https://[::1]:5157'],
    // An origin does not name the port that its scheme stands for.
    ['http', '127.0.0.1', 80, 'http://127.0.0.1'],
    ['https', '127.0.0.1', 443, 'https://127.0.0.1'],
    ['https', '127.0.0.1', 80, 'https://127.0.0.1:80'],
  ] as const)('is, for %s on %s port %d, %s', (scheme, host, port, origin) => {
    expect(originOf(scheme, host, port)).toBe(origin);
    expect(validateProviderOrigin(origin)).toBe(origin);
  });

  it('is refused, not a failure, for a host that is none', async () => {
    expect((await errorOf(() => validateProviderOrigin(originOf('http', 'no host', 80)))).code).toBe(
      'ERR_HOSTNAME',
    );
  });
});

describe('certificateHosts', () => {
  it.each([
    [undefined, '127.0.0.1', ['127.0.0.1']],
    [undefined, '0.0.0.0', []],
    ['https://mock:5157', '::', ['mock']],
    ['https://[fe80::1]', '192.168.1.20', ['fe80::1', '192.168.1.20']],
  ])('of %s on %s are %j', (origin, host, hosts) => {
    expect(certificateHosts(origin, host)).toEqual(hosts);
  });
});
