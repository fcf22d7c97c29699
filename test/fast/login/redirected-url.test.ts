import { describe, expect, it } from 'vitest';
import { readRedirectedUrl } from '../../../src/login/login.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

const REDIRECT_URI = 'http://localhost:5001/callback';
const QUERY = 'code=a%2Fb%3D&state=s-1_~.x';

describe('readRedirectedUrl', () => {
  it.each([
    `${REDIRECT_URI}?${QUERY}`,
    `  ${REDIRECT_URI}?${QUERY}\r\n`,
    `"${REDIRECT_URI}?${QUERY}"`,
    `'${REDIRECT_URI}?${QUERY}'`,
    `<${REDIRECT_URI}?${QUERY}>`,
    `${REDIRECT_URI}?${QUERY}#fragment`,
    `HTTP://LOCALHOST:5001/callback?${QUERY}`,
    `?${QUERY}`,
    QUERY,
  ])('reads %j', (text) => {
    const parameters = readRedirectedUrl(text, REDIRECT_URI);
    expect([...parameters]).toEqual([
      ['code', 'a/b='],
      ['state', 's-1_~.x'],
    ]);
  });

  it('keeps repeated parameters, which are judged later', () => {
    expect([...readRedirectedUrl('code=a&code=b', REDIRECT_URI).keys()]).toEqual(['code', 'code']);
  });

  it('reads a redirect URI with a query of its own', () => {
    const uri = 'https://app.example.test/cb?tenant=1';
    expect(readRedirectedUrl(`${uri}&code=x`, uri).get('code')).toBe('x');
  });

  it.each([
    '',
    'hello',
    'code',
    'http://localhost:5002/callback?code=x',
    'https://localhost:5001/callback?code=x',
    'http://localhost:5001/other?code=x',
    'http://localhost:5001/callback/?code=x',
    'http://evil.test/callback?code=x',
    'http://localhost:5001@evil.test/callback?code=x',
    'javascript:alert(1)?code=x',
    'code=x state=y',
  ])('refuses %j and says how it begins', (text) => {
    expect(() => readRedirectedUrl(text, REDIRECT_URI)).toThrow(
      expect.objectContaining({
        code: 'ERR_CALLBACK_INVALID',
        hint: expect.stringContaining(`begins with ${REDIRECT_URI}`),
        message: expect.not.stringContaining('code='),
      }),
    );
  });

  it.each<[string, (size: number) => string]>([
    ['one parameter', (size) => `${'a='.repeat(size)} x`],
    ['many parameters', (size) => `${'a=b&'.repeat(size)} x`],
  ])('judges a long line of %s in time that grows with its length', async (_name, textOf) => {
    await expectLinearTime(50_000, (size) => {
      expect(() => readRedirectedUrl(textOf(size), REDIRECT_URI)).toThrow();
    });
  });
});
