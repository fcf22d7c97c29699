import { describe, expect, it } from 'vitest';
import { validateRedirectUri } from '../../../src/sgid/redirect-uri.ts';
import { failureOf } from '../settings/in-memory.ts';

describe('validateRedirectUri', () => {
  it.each([
    'http://localhost:5001/api/redirect',
    'http://localhost:5001',
    'http://127.0.0.1:80/a/../b',
    'http://[::1]:5001/callback',
    'http://localhost:5001/?x=http://a@b',
    'http://localhost:5001/"a"',
    'HTTPS://App.Example.test:443/Callback/?x=1%20&y=a@b',
  ])('keeps %s as it is', (uri) => {
    expect(validateRedirectUri(uri)).toBe(uri);
  });

  it.each([
    ['/api/redirect', 'absolute', undefined],
    ['', 'absolute', undefined],
    ['http:/localhost:5001', 'absolute', undefined],
    ['http:///callback', 'absolute', undefined],
    ['"http://localhost:5001/"x', 'absolute', undefined],
    ['xhttp://localhost:5001/x', 'absolute', undefined],
    ['ftp://localhost/x', 'absolute', undefined],
    ['myapp://callback', 'absolute', undefined],
    ['javascript:alert(1)', 'absolute', undefined],
    ['localhost:5001/callback', 'absolute', 'http://localhost:5001/callback'],
    ['[::1]:5001/callback', 'absolute', 'http://[::1]:5001/callback'],
    ['app.example.test/callback', 'absolute', 'https://app.example.test/callback'],
    ['app.example.test:8443/callback', 'absolute', 'https://app.example.test:8443/callback'],
    ['ftp://app.example.test/callback', 'absolute', undefined],
    ['localhost:5001/callback#top', 'absolute', undefined],
    ['http://localhost:99999/x', 'not a valid URL', undefined],
    ['http://localhost:5001/x#', 'fragment', 'http://localhost:5001/x'],
    ['http://localhost:5001/x#a', 'fragment', 'http://localhost:5001/x'],
    ['http://user:canary@localhost:5001/x', 'user name', 'http://localhost:5001/x'],
    ['http://@localhost:5001/x', 'user name', 'http://localhost:5001/x'],
    ['http://localhost:5001/x?code=1', 'the parameter code', undefined],
    ['http://localhost:5001/x?error=1', 'the parameter error', undefined],
    ['http://localhost:5001/x?iss=1', 'the parameter iss', undefined],
    ['http://localhost:5001/x?a=b&state=', 'the parameter state', undefined],
    ['http://localhost:5001/a\u3164b', 'invisible characters', undefined],
    ['http://localhost:5001/a b', 'white space', undefined],
    ['http://localhost:5001/a\tb', 'white space', undefined],
    ['http://localhost:5001/a\u0007b', 'white space', undefined],
    ['http://localhost:5001/a\u202eb', 'white space', undefined],
    ['http://localhost:*/x', 'valid URL', undefined],
    ['http://localhost:5001/*', 'wildcard', undefined],
    ['https://*.example.test/x', 'wildcard', undefined],
    ['"http://localhost:5001/x"', 'quotes', 'http://localhost:5001/x'],
    ["'http://localhost:5001/x'", 'quotes', 'http://localhost:5001/x'],
    ['http:\\\\localhost:5001\\x', 'backslash', 'http://localhost:5001/x'],
  ])('refuses %j: %s', async (uri, reason, corrected) => {
    const error = await failureOf(() => validateRedirectUri(uri));
    expect(error).toMatchObject({ code: 'ERR_REDIRECT_URI', step: 'config' });
    expect(error.message).toContain(reason);
    expect(error.hint).toContain(
      corrected === undefined ? 'for example http://localhost' : `mean ${corrected} ?`,
    );
    expect(`${error.message}${error.hint}`).not.toContain('canary');
  });
});
