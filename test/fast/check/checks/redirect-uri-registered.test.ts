import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/check/answers.ts';
import { checkRedirectUriRegistered, judgeRedirectAnswers } from '../../../../src/check/client-checks.ts';
import { TEST_CLIENT_SECRET } from '../../../../src/mock/test-credentials.ts';
import { broken, createOnlineContext, REDIRECT_URI, verdictOf } from '../../../helpers/check-context.ts';

function answer(status: number, error?: string, words = ''): Answer {
  return { status, error, words: new Set(words.split(' ')), said: words };
}

const REFUSED = 'fail ERR_AUTHORIZATION';
const DOWN = 'fail ERR_PROVIDER_UNAVAILABLE';
const judge = (real: Answer, control: Answer) => judgeRedirectAnswers(real, control, REDIRECT_URI);

describe('the answers to the registered and to a changed redirect URI', () => {
  it.each<[string, string, Answer, Answer]>([
    ['pass', 'a page and an error page', answer(200), answer(400)],
    ['pass', 'a redirect and an error page', answer(302), answer(400)],
    ['pass', 'a redirect and another with an error', answer(302), answer(302, 'invalid_request')],
    [
      'pass',
      'pages with other words',
      answer(200, undefined, 'scan this'),
      answer(200, undefined, 'not registered'),
    ],
    ['pass', 'redirects to other places', answer(302, undefined, 'login'), answer(302, undefined, 'error')],
    ['pass', 'a person who refuses at once', answer(302, 'access_denied'), answer(400)],

    [REFUSED, 'both refused', answer(400), answer(400)],
    [REFUSED, 'both refused with 401', answer(401), answer(401)],
    [REFUSED, 'both unknown', answer(404), answer(404)],
    [REFUSED, 'the right one alone', answer(400), answer(200)],
    [REFUSED, 'a scope that is not allowed', answer(302, 'invalid_scope'), answer(400)],
    [
      REFUSED,
      'a client that may not',
      answer(302, 'unauthorized_client'),
      answer(302, 'unauthorized_client'),
    ],
    [REFUSED, 'forbidden, in other words', answer(403, undefined, 'one'), answer(403, undefined, 'two')],

    [
      'warn',
      'pages with another saying of the day',
      answer(200, undefined, 'quote amber falcon'),
      answer(200, undefined, 'quote silver heron'),
    ],
    [
      'warn',
      'a firewall that takes no program',
      answer(406, undefined, 'blocked by policy'),
      answer(406, undefined, 'blocked by policy'),
    ],
    [
      REFUSED,
      'an unusual status for what is not registered',
      answer(403, undefined, 'client not registered'),
      answer(403, undefined, 'client not registered'),
    ],
    ['warn', 'any taken', answer(200), answer(200)],
    ['warn', 'any redirected', answer(302), answer(302)],
    ['warn', 'error pages with status 200', answer(200, undefined, 'bad'), answer(200, undefined, 'bad')],
    [
      'warn',
      'a login wall',
      answer(403, undefined, 'just a moment'),
      answer(403, undefined, 'just a moment'),
    ],
    ['warn', 'no time for the changed one', answer(200), answer(500)],
    ['warn', 'too many requests at the changed one', answer(302), answer(429)],
    ['warn', 'nobody consents to either', answer(302, 'access_denied'), answer(302, 'access_denied')],

    [DOWN, 'no time', answer(500), answer(500)],
    [DOWN, 'no time for the right one', answer(502), answer(400)],
    [DOWN, 'too many requests', answer(429), answer(429)],
    [DOWN, 'no time, by a redirect', answer(302, 'temporarily_unavailable'), answer(400)],
  ])('are a %s: %s', (verdict, _name, real, control) => {
    const finding = judge(real, control);
    expect(verdictOf(finding)).toBe(verdict);
    expect(finding.evidence).toContain(`HTTP ${real.status}`);
    expect(finding.evidence).toContain(`HTTP ${control.status}`);
    expect(finding.evidence.startsWith('cannot tell: ')).toBe(verdict === 'warn');
  });

  it('never pass where they are alike, whatever they are', () => {
    const errors = [undefined, 'invalid_scope', 'invalid_request', 'access_denied', 'server_error', 'other'];
    for (const status of [200, 204, 301, 302, 303, 400, 401, 403, 404, 422, 429, 500, 503])
      for (const error of errors)
        expect(judge(answer(status, error), answer(status, error)).verdict).not.toBe('pass');
  });

  it('lead to the exact value to register, or to the scope', () => {
    expect(judge(answer(400), answer(400))).toMatchObject({
      hint: expect.stringContaining(`Register ${REDIRECT_URI} `),
    });
    expect(judge(answer(302, 'invalid_scope'), answer(400))).toMatchObject({
      hint: expect.stringContaining('--scope'),
    });
  });

  it('quote the provider where it refuses', () => {
    const { evidence } = judge(answer(400, undefined, 'not registered'), answer(400));
    expect(evidence).toContain('; it said: not registered');
  });
});

describe('the check of the redirect URI', () => {
  it('sends two authorization requests that differ in one character of it, and no secret', async () => {
    const context = createOnlineContext(({ url }) => ({
      status: new URL(url).searchParams.get('redirect_uri') === REDIRECT_URI ? 200 : 400,
    }));
    expect((await checkRedirectUriRegistered(context)).verdict).toBe('pass');
    const [real = new URL('x:'), control = new URL('x:')] = context.requests.map(({ url }) => new URL(url));
    expect(context.requests).toHaveLength(2);
    expect(real.origin + real.pathname).toBe('https://provider.test/v2/oauth/authorize');
    expect(real.searchParams.get('redirect_uri')).toBe(REDIRECT_URI);
    expect(control.searchParams.get('redirect_uri')).toBe('http://localhost:5001/api/redirecu');
    control.searchParams.set('redirect_uri', REDIRECT_URI);
    expect(String(control.searchParams)).toBe(String(real.searchParams));
    expect(Object.fromEntries(real.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid myinfo.name',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(JSON.stringify(context.requests)).not.toContain(TEST_CLIENT_SECRET.slice(0, 12));
  });

  it('goes nowhere that it is sent', async () => {
    const headers = { location: 'https://elsewhere.test/' };
    const context = createOnlineContext(() => ({ status: 302, headers }));
    expect((await checkRedirectUriRegistered(context)).verdict).toBe('warn');
    expect(context.requests.map(({ url, redirect }) => [new URL(url).host, redirect])).toEqual([
      ['provider.test', 'manual'],
      ['provider.test', 'manual'],
    ]);
  });

  it('cannot tell where each redirect URI gets a code', async () => {
    const context = createOnlineContext(({ url }) => ({
      status: 302,
      headers: { location: `${new URL(url).searchParams.get('redirect_uri')}?code=${Math.random()}` },
    }));
    expect((await checkRedirectUriRegistered(context)).verdict).toBe('warn');
  });

  it('cannot tell where pages differ by the redirect URI that they repeat', async () => {
    const context = createOnlineContext(({ url }) => {
      const uri = new URL(url).searchParams.get('redirect_uri') ?? '';
      return { status: 200, body: `<p>${uri}</p><p>${new URL(uri).pathname}</p>` };
    });
    expect((await checkRedirectUriRegistered(context)).verdict).toBe('warn');
  });

  it.each(['clientId', 'redirectUri', 'scope'] as const)(
    'is skipped without a usable %s, and sends nothing',
    async (name) => {
      const context = createOnlineContext(() => ({}), { [name]: broken('ERR_SCOPE') });
      expect(await checkRedirectUriRegistered(context)).toMatchObject({
        verdict: 'skip',
        blockedBy: { code: 'ERR_SCOPE' },
      });
      expect(context.requests).toEqual([]);
    },
  );

  it('goes without secret and private key', async () => {
    const without = { privateKey: broken('ERR_PRIVATE_KEY'), clientSecret: broken('ERR_FILE') };
    const context = createOnlineContext(() => ({ status: 400 }), without);
    expect(verdictOf(await checkRedirectUriRegistered(context))).toBe(REFUSED);
  });
});
