import { describe, expect, it } from 'vitest';
import type { LoginOptions } from '../../../../src/commands/login.ts';
import { readLoginOptions } from '../../../../src/commands/login-options.ts';

const DEFAULTS = { timeout: '5m', httpTimeout: '10s' } as const;
const read = (options: Partial<LoginOptions>) => readLoginOptions({ ...DEFAULTS, ...options });

describe('readLoginOptions', () => {
  it('reads durations and expectations', () => {
    const { timeoutMs, httpTimeoutMs, expectations } = read({ expect: ['sub', 'myinfo.name=X'] });
    expect({ timeoutMs, httpTimeoutMs }).toEqual({ timeoutMs: 300_000, httpTimeoutMs: 10_000 });
    expect(expectations.map(({ claim }) => claim)).toEqual(['sub', 'myinfo.name']);
    expect(read({}).expectations).toEqual([]);
  });

  it.each<Partial<LoginOptions>>([
    { manual: true, redirectUri: 'https://localhost/cb' },
    { manual: true, clientSecretFile: 'secret.txt' },
    { mock: true, persona: 'siti', redirectUri: 'http://localhost:5001/cb', scope: 'openid' },
    { listen: '127.0.0.1:5001', listenPublic: true },
    { format: 'env', includeTokens: true, raw: true },
    { clientSecretFile: '-' },
  ])('takes %j', (options) => {
    expect(() => read(options)).not.toThrow();
  });

  it.each<[Partial<LoginOptions>, string]>([
    [{ manual: true, listen: '5001' }, '--manual and --listen'],
    [{ mock: true, persona: 'siti', manual: true }, '--manual and --persona'],
    [{ field: 'sub', format: 'json' }, '--field and --format'],
    [{ field: 'sub', includeTokens: true }, '--field and --include-tokens'],
    [{ mock: true, privateKeyFile: 'x' }, '--mock and --private-key-file'],
    [{ mock: true, dotenv: 'x' }, '--mock and --dotenv'],
    [{ persona: 'siti' }, '--persona needs --mock'],
    [{ listenPublic: true }, '--listen-public needs --listen'],
    [{ timeout: '0' }, '--timeout'],
    [{ httpTimeout: 'x' }, '--http-timeout'],
    [{ expect: ['sub', '='] }, '--expect'],
  ])('refuses %j and names the options', (options, words) => {
    expect(() => read(options)).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', step: 'usage', message: expect.stringContaining(words) }),
    );
  });
});
