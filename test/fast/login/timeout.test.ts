import { describe, expect, it } from 'vitest';
import { planListener } from '../../../src/login/listen-plan.ts';
import { callbackTimeout, type LoginRequest } from '../../../src/login/login.ts';

const redirectUri = 'http://localhost:5001/callback';

const timeoutOf = (changes: Partial<LoginRequest>) =>
  callbackTimeout({
    redirectUri,
    scope: 'openid myinfo.name',
    listen: planListener(new URL(redirectUri), {}),
    browser: [],
    timeoutMs: 300_000,
    ...changes,
  });

describe('callbackTimeout', () => {
  it('names the causes that make sgID show a page, with the exact values', () => {
    const { code, step, causes } = timeoutOf({});
    expect({ code, step }).toEqual({ code: 'ERR_CALLBACK_TIMEOUT', step: 'callback' });
    expect(causes).toEqual([
      'the person did not finish the login',
      expect.stringContaining(`the redirect URI ${redirectUri} is not registered`),
      expect.stringContaining('client id'),
      'a scope of "openid myinfo.name" is not granted to this client',
      'the provider cannot be reached from where the browser runs',
      expect.stringContaining('--manual'),
    ]);
  });

  it('does not advise --manual to somebody who uses it', () => {
    const { message, causes } = timeoutOf({ listen: undefined });
    expect(message).toBe('no redirected URL came within 5m');
    expect(causes.join()).not.toContain('--manual');
  });

  it.each([
    [300_000, '5m', '10m'],
    [50, '0.05s', '1m'],
    [3_600_000, '60m', '120m'],
  ])('of %i ms tells it and advises a longer one', (timeoutMs, told, longer) => {
    const { message, hint } = timeoutOf({ timeoutMs });
    expect(message).toBe(`no callback came within ${told}`);
    expect(hint).toContain(`--timeout ${longer}.`);
  });
});
