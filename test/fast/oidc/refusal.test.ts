import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { parseReply } from '../../../src/oidc/exchange.ts';
import { checkOf } from '../../../src/oidc/verdict.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { ISSUER } from '../../helpers/sign-id-token.ts';

const URL_TEXT = `${ISSUER}/oauth/token`;

const refusalOf = (status: number, body: string, code: SgidErrorCode, retryAfter: string | null = null) => {
  const request = {
    step: 'token',
    url: URL_TEXT,
    init: { method: 'POST', headers: {}, redirect: 'manual' },
    secrets: [],
  } as const;
  const headers = new Headers(retryAfter === null ? {} : { 'retry-after': retryAfter });
  return errorOf(() => parseReply({ status, body, headers }, request, code));
};

describe('a refusal', () => {
  const SECRET = 'the client secret does not';
  const CODE = 'the code was used before';
  const REDIRECT_URI = 'the redirect URI differs';
  const VERIFIER = 'the code verifier does not';
  const EXPIRED = 'the access token has expired';
  const NOT_GRANTED = 'the client may not read';

  it.each<[SgidErrorCode, object, string[], string]>([
    [
      'ERR_TOKEN_REFUSED',
      { error: 'invalid_client' },
      [SECRET, 'the client id is unknown'],
      'client id and client secret',
    ],
    ['ERR_TOKEN_REFUSED', { error: 'invalid_grant' }, [CODE, REDIRECT_URI, VERIFIER], 'Log in again'],
    [
      'ERR_TOKEN_REFUSED',
      { error: 'invalid_grant', error_description: 'bad redirect_uri' },
      [REDIRECT_URI, CODE, VERIFIER],
      'Log in again',
    ],
    [
      'ERR_TOKEN_REFUSED',
      { error: 'invalid_grant', error_description: 'RedirectUri?' },
      [REDIRECT_URI, CODE, VERIFIER],
      'Log in again',
    ],
    [
      'ERR_TOKEN_REFUSED',
      { error: 'invalid_grant', error_description: 'Code Verifier' },
      [VERIFIER, CODE, REDIRECT_URI],
      'Log in again',
    ],
    ['ERR_TOKEN_REFUSED', { message: 'no' }, [SECRET, CODE, REDIRECT_URI, VERIFIER], 'redirect URI'],
    ['ERR_USERINFO_REFUSED', { error: 'invalid_token' }, [EXPIRED], 'at once'],
    ['ERR_USERINFO_REFUSED', { error: 'insufficient_scope' }, [NOT_GRANTED], 'in the developer portal'],
    ['ERR_USERINFO_REFUSED', { error: 'x' }, [EXPIRED, NOT_GRANTED], '"openid" alone'],
    ['ERR_RESPONSE_INVALID', { error: 'x' }, [], 'hostname'],
  ])(
    'has the causes that its error can have, the likeliest first: %s %j',
    async (code, body, causes, hint) => {
      const error = await refusalOf(400, JSON.stringify(body), code);
      expect(error.causes).toEqual(causes.map((words) => expect.stringContaining(words)));
      expect(error.hint).toContain(hint);
    },
  );

  it.each(['<html>', ' \n<!doctype html>'])(
    'with a web page comes from a firewall or proxy: %j',
    async (page) => {
      const error = await refusalOf(403, page, 'ERR_TOKEN_REFUSED');
      expect(error.message).toMatch(/ was refused with HTTP 403 and a web page$/);
      expect(error.causes.map((cause) => cause.split(' ', 2)[1])).toEqual([
        'firewall',
        "provider's",
        'hostname',
      ]);
      expect(error.hint).toContain('have provider.test allowed');
    },
  );

  it.each([
    ['invalid_grant', ': invalid_grant'],
    ['x'.repeat(50), `: ${'x'.repeat(50)}`],
    ['x'.repeat(51), ''],
    ['two words', ''],
    [undefined, ''],
    [' <', ''],
  ])('names its error where that is one word: %s', async (name, words) => {
    const { message } = await refusalOf(400, JSON.stringify({ error: name }), 'ERR_TOKEN_REFUSED');
    expect(message).toBe(`POST ${URL_TEXT} was refused with HTTP 400${words}`);
  });
});

describe('a provider that is busy', () => {
  const httpDate = 'Thu, 15 Jan 2026 08:01:00 GMT';

  it.each([
    [503, null, '', 'Try again in a moment; if'],
    [500, '30', '; the provider says to try again in 30 s', 'Try again in 30 s; if'],
    [503, httpDate, `; the provider says to try again after ${httpDate}`, `Try again after ${httpDate}; if`],
    [503, '2026-01-15', '', 'Try again in a moment; if'],
    [503, '1000000', '', 'Try again in a moment; if'],
    [503, '999999', '; the provider says to try again in 999999 s', 'Try again in 999999 s; if'],
    [429, null, ', too many requests', 'Try again in a moment; if'],
  ])('says when to try again: %i, Retry-After %s', async (status, retryAfter, words, hint) => {
    const error = await refusalOf(status, '', 'ERR_TOKEN_REFUSED', retryAfter);
    expect([error.code, error.message]).toEqual([
      'ERR_PROVIDER_UNAVAILABLE',
      `POST ${URL_TEXT} failed with HTTP ${status}${words}`,
    ]);
    expect(error.hint).toContain(hint);
  });
});

it('of a code that names no check is about the step as a whole', () => {
  expect(checkOf('ERR_DISCOVERY_ORIGIN')).toBe('outcome');
});
