import { describe, expect, it } from 'vitest';
import {
  type MockPreferences,
  type MockRunOptions,
  readMockOptions,
} from '../../../../src/commands/mock-options.ts';
import { errorOf } from '../../../helpers/error-of.ts';

function read(options: Partial<MockRunOptions> = {}, words: readonly string[] = []): MockPreferences {
  return readMockOptions({ port: '5157', host: '127.0.0.1', jwe: 'sdk', ...options }, words);
}

describe('readMockOptions', () => {
  it('has nothing to say about the defaults', () => {
    expect(read()).toEqual({ port: 5157, faults: [], latencyMs: 0 });
  });

  it.each([
    ['0', 0],
    ['65535', 65_535],
  ])('reads the port %s', (text, port) => {
    expect(read({ port: text }).port).toBe(port);
  });

  it.each(['', '-1', '65536', '123456', '80 ', '0x50', '1e3', '８０', 'http'])(
    'refuses the port %j',
    async (port) => {
      const error = await errorOf(() => read({ port }));
      expect(error).toMatchObject({ code: 'ERR_USAGE', message: '--port takes a number from 0 to 65535' });
    },
  );

  it.each(['127.0.0.1', '127.0.0.2', '0.0.0.0', '::1', '::'])('takes the host %s', (host) => {
    expect(() => read({ host })).not.toThrow();
  });

  it.each(['192.168.1.20', 'fe80::1'])('takes the host %s with --https or --hostname alone', (host) => {
    expect(() => read({ host })).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
    expect(() => read({ host, https: true })).not.toThrow();
    expect(() => read({ host, hostname: 'https://sgid.example.com' })).not.toThrow();
  });

  it('refuses --https with a hostname of http', () => {
    expect(() => read({ https: true, hostname: 'http://localhost:8080' })).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringContaining('--https') }),
    );
  });

  it.each(['', 'localhost', 'sgid.test', '[::1]', '256.1.1.1', '127.1', '127.0.0.1:80', 'http://127.0.0.1'])(
    'refuses the host %j, which is no IP address',
    async (host) => {
      const error = await errorOf(() => read({ host }));
      expect(error.code).toBe('ERR_USAGE');
      expect(error.message).toContain(JSON.stringify(host));
      expect(error.hint).toContain('--host 127.0.0.1');
    },
  );

  it.each(['http://localhost:5157', 'https://sgid.example.com'])('takes the hostname %s', (hostname) => {
    expect(() => read({ hostname })).not.toThrow();
  });

  it.each(['sgid.example.com', 'http://sgid.example.com', 'https://sgid.example.com/', 'ftp://localhost'])(
    'refuses the hostname %s without advising the real provider',
    async (hostname) => {
      const error = await errorOf(() => read({ hostname }));
      expect(error.code).toBe('ERR_HOSTNAME');
      expect(error.hint).toContain('http://localhost');
      expect(error.hint).not.toContain('id.gov.sg');
    },
  );

  it('reads the latency as a duration', async () => {
    expect(read({ latency: '0.5s' }).latencyMs).toBe(500);
    expect((await errorOf(() => read({ latency: 'soon' }))).message).toContain('--latency');
  });

  it.each([
    ['stateless without a secret', { stateless: true }, '--stateless needs --secret-file'],
    ['a secret without stateless', { secretFile: 'f' }, '--secret-file needs --stateless'],
    [
      'a client file and redirect URIs',
      { client: 'f', redirectUri: ['http://localhost/'] },
      '--client and --redirect-uri contradict each other',
    ],
    ['a certificate file without https', { certFile: 'f' }, '--cert-file needs --https'],
  ] as const)('refuses %s', async (_name, options, message) => {
    expect(await errorOf(() => read(options))).toMatchObject({ code: 'ERR_USAGE', message });
  });

  it.each([
    ['persona', 'Run "sgid mock personas", if that was meant.'],
    ['fault', 'Run "sgid mock faults", if that was meant.'],
    ['server', 'Run "sgid mock --help" for its commands and options.'],
    ['\u001b[31mserver', 'Run "sgid mock --help" for its commands and options.'],
  ])('refuses the word %j, and says what may have been meant', async (word, hint) => {
    const error = await errorOf(() => read({}, [word]));
    expect(error).toMatchObject({ code: 'ERR_USAGE', hint });
    expect(error.message).toMatch(/^"sgid mock" has no command "[a-z]+"$/);
  });
});

describe('--fault', () => {
  it('is for every login, or for a number of them, in order', () => {
    expect(read({ fault: ['slow:2', 'token-500:1', 'alg-none'] }).faults).toEqual([
      { name: 'slow', times: 2 },
      { name: 'token-500', times: 1 },
      { name: 'alg-none', times: Number.POSITIVE_INFINITY },
    ]);
  });

  it.each([
    'slow:',
    'slow:0',
    'slow:-1',
    'slow:1.5',
    'slow:two',
    'slow:1:2',
    'slow:1e3',
    'slow: 2',
    `slow:1${'0'.repeat(16)}`,
  ])('refuses the times of %s', async (fault) => {
    const error = await errorOf(() => read({ fault: [fault] }));
    expect(error).toMatchObject({ code: 'ERR_USAGE', hint: 'For example: --fault slow:2' });
  });

  it('suggests the nearest name', async () => {
    const error = await errorOf(() => read({ fault: ['expired-tokens:1'] }));
    expect(error.message).toBe('there is no fault "expired-tokens"');
    expect(error.hint).toMatch(/^Use expired-token, if that was meant\./);
  });

  it.each(['', 'nonsense', '__proto__', 'constructor'])(
    'lists the names for %j, near none',
    async (fault) => {
      const error = await errorOf(() => read({ fault: [fault] }));
      expect(error.code).toBe('ERR_USAGE');
      expect(error.hint).toMatch(/^Use one of: access-denied, .*, slow\.$/);
    },
  );

  it('refuses faults that would never come', async () => {
    const error = await errorOf(() => read({ fault: ['slow', 'token-500:1'] }));
    expect(error.message).toContain('the fault slow is for every login');
    expect(error.hint).toContain('--fault slow:1');
  });
});
