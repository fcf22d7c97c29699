import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { type ExpectedUrl, parseRedirectedUrl } from '../../../src/oidc/redirected-url.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

const REDIRECT_URI = 'http://localhost:5001/callback';
const STATE = 's-1_~x';
const ISSUER = 'https://provider.test/v2';
const QUERY = `code=a%2Fb%3D&state=${STATE}`;
const URL_TEXT = `${REDIRECT_URI}?${QUERY}`;
const WITH_ISS = `${URL_TEXT}&iss=https%3A%2F%2Fprovider.test%2Fv2`;

function parse(text: string, expected: Partial<ExpectedUrl> = {}): URLSearchParams {
  const all = { redirectUri: REDIRECT_URI, issuer: ISSUER, state: STATE, ...expected };
  const found = parseRedirectedUrl(text, all);
  if (found instanceof SgidError) throw found;
  return found;
}

describe('parseRedirectedUrl', () => {
  it.each([
    URL_TEXT,
    `  ${URL_TEXT}\r\n`,
    ...['"', "'", '`'].map((quote) => quote + URL_TEXT + quote),
    ...[
      `<${URL_TEXT}>`,
      `“${URL_TEXT}”`,
      `(${URL_TEXT})`,
      `<${URL_TEXT}>.`,
      `"${URL_TEXT}",`,
      `("${URL_TEXT}").`,
    ],
    ...[`${URL_TEXT}.`, `${URL_TEXT},`, `${URL_TEXT}"`, `${URL_TEXT}>`],
    `${URL_TEXT}#fragment`,
    `HTTP://LOCALHOST:5001/callback?${QUERY}`,
    ...[`?${QUERY}`, QUERY, `${QUERY}.`],
    URL_TEXT.replace(/[?&=]/g, '\\$&'),
    URL_TEXT.replace(/[^\w]/g, '\\$&'),
    ...['&amp;', '&#38;', '&#x26;', '&AMP;', '\\u0026'].map((and) => URL_TEXT.replace('&', and)),
    ...['\n', '\r\n', ' ', '\n   ', '\t'].map((gap) => URL_TEXT.replace('%2F', `%2${gap}F`)),
    `http://localhost:5001/call\nback?${QUERY}`,
    `?state=${STATE}&code=a%2Fb%3D"`,
  ])('reads %j', (text) => {
    expect(Object.fromEntries(parse(text))).toEqual({ code: 'a/b=', state: STATE });
  });

  it.each([WITH_ISS, `${WITH_ISS}.`, `<${WITH_ISS}>`, WITH_ISS.replaceAll('&', '&amp;')])(
    'reads the iss of %j',
    (text) => {
      expect(parse(text).get('iss')).toBe(ISSUER);
    },
  );

  it.each(['a(b', 'a"b', "a'b)c", 'a.b,c;d', '<a', '[a]b'])('keeps what stands within a code: %s', (code) => {
    const text = `${REDIRECT_URI}?code=${code}&state=${STATE}`;
    expect(Object.fromEntries(parse(text))).toEqual({ code, state: STATE });
  });

  it.each([
    [true, 'in one line, and quote it for the shell; it begins'],
    [false, 'in one line; it begins'],
  ])('says to quote it where it is an argument: %s', (isArgument, words) => {
    const hint = expect.stringContaining(words);
    expect(() => parse('x', { isArgument })).toThrow(expect.objectContaining({ hint }));
  });

  it('compares the state with none where none is known', () => {
    expect(Object.fromEntries(parse(URL_TEXT, { state: undefined }))).toEqual({ code: 'a/b=', state: STATE });
  });

  it('keeps repeated parameters, which are refused later', () => {
    expect([...parse(`code=a&code=b&state=${STATE}`).keys()]).toEqual(['code', 'code', 'state']);
  });

  it('reads a redirect URI with a query of its own', () => {
    const redirectUri = 'https://app.example.test/cb?tenant=1';
    expect(parse(`${redirectUri}&code=x`, { redirectUri, state: undefined }).get('code')).toBe('x');
  });

  it.each([
    ['the state of another login', `?code=x&state=another`],
    ['the state and more', `?code=x&state=${STATE}x`],
    ['another provider', `?code=x&state=${STATE}&iss=https://evil.test`],
    ['a provider whose name begins alike', `?code=x&state=${STATE}&iss=${ISSUER}/tenant`],
    ['no state at all', '?code=x'],
    ['a repeated code', '?code=x.&code=y'],
    ['a refusal', `?error=access_denied&state=${STATE}`],
    ['a missing state', '?code=x'],
    ['a longer state', `?code=x&state=${STATE}y$`],
  ])('leaves %s to the checks of a callback', (_what, text) => {
    expect(parse(text)).toBeInstanceOf(URLSearchParams);
  });

  it.each([
    ...['', 'hello', 'code', 'javascript:alert(1)?code=x'],
    'http://localhost:5002/callback?code=x',
    'https://localhost:5001/callback?code=x',
    'http://localhost:5001/other?code=x',
    'http://localhost:5001/callback/?code=x',
    'http://evil.test/callback?code=x',
    'http://localhost:5001@evil.test/callback?code=x',
    'https://links.example.test/?url=http%3A%2F%2Flocalhost%3A5001%2Fcallback%3Fcode%3Dx',
  ])('refuses %j and says how it begins', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'ERR_CALLBACK_INVALID',
        hint: expect.stringContaining(`begins with ${REDIRECT_URI}`),
        message: 'the pasted text is not the URL that the browser was redirected to',
      }),
    );
  });

  it.each([
    ['cut before the code', REDIRECT_URI, 'it holds no code'],
    ['cut before the state', `${REDIRECT_URI}?code=canary&state=`, 'its state is not whole'],
    ['cut in the state', URL_TEXT.slice(0, -1), 'its state is not whole'],
    ['the end of it alone', `state=${STATE}`, 'it holds no code'],
    [
      'shortened',
      `${REDIRECT_URI}?code=can…ary&state=${STATE}`,
      'its code holds a character that no code has',
    ],
    [
      'with a backslash in the code',
      `${REDIRECT_URI}?code=can\\ary&state=${STATE}`,
      'its code holds a character',
    ],
    [
      'with the full stop at the code',
      `?state=${STATE}&code=canary.`,
      'its code holds a character that no code has',
    ],
    ['with a tail', `${URL_TEXT}$`, 'its state is not whole'],
    ['cut in the iss', WITH_ISS.slice(0, -4), 'its iss is not whole'],
    ['with a tail at the iss', `${WITH_ISS}$`, 'its iss is not whole'],
    ['encoded twice', WITH_ISS.replaceAll('%', '%25'), 'its iss is not whole'],
    [
      'with an iss for a page',
      `${URL_TEXT}&iss=https:&#x2F;&#x2F;provider.test&#x2F;v2`,
      'its iss is not whole',
    ],
  ])('calls a URL damaged that is %s, and says what to do', (_how, text, fault) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'ERR_CALLBACK_INVALID',
        message: expect.stringMatching(new RegExp(`^the pasted URL is damaged: ${fault}`)),
        hint: expect.stringMatching(/^Copy the whole address .* in one line/),
      }),
    );
  });

  it.each<[string, (size: number) => string]>([
    ['one parameter', (size) => `${'a='.repeat(size)}`],
    ['many parameters', (size) => `${'a=b&'.repeat(size)}`],
    ...['"', '.', '\\', ' ', '".', '?a=', '&amp'].map((part): [string, (size: number) => string] => [
      JSON.stringify(part),
      (size) => `${part.repeat(size)}x`,
    ]),
  ])('parses a long line of %s in time that grows with its length', async (_name, textOf) => {
    await expectLinearTime(50_000, (size) => {
      expect(() => parse(textOf(size))).toThrow();
    });
  });
});
