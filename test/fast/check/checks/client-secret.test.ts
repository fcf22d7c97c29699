import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/check/answers.ts';
import { checkClientSecret, judgeSecretAnswers } from '../../../../src/check/client-checks.ts';
import { TEST_CLIENT_SECRET } from '../../../../src/mock/test-credentials.ts';
import { spellingsOf } from '../../../helpers/canaries.ts';
import {
  broken,
  createOnlineContext,
  found,
  type SentRequest,
  verdictOf,
} from '../../../helpers/check-context.ts';
import type { Reply } from '../../../helpers/fake-provider.ts';

function answer(status: number, error?: string, words = ''): Answer {
  return { status, error, words: new Set(words.split(' ')), said: words };
}

const REFUSED = 'fail ERR_TOKEN_REFUSED';
const DOWN = 'fail ERR_PROVIDER_UNAVAILABLE';

describe('the answers to the right and to a changed client secret', () => {
  it.each<[string, string, Answer, Answer]>([
    ['pass', 'as RFC 6749 has it', answer(400, 'invalid_grant'), answer(401, 'invalid_client')],
    ['pass', 'both with 400', answer(400, 'invalid_grant'), answer(400, 'invalid_client')],
    ['pass', 'by the status alone', answer(400), answer(401)],
    ['pass', 'by the status alone, 403', answer(400), answer(403)],
    [
      'pass',
      'by their words alone',
      answer(400, undefined, 'invalid code'),
      answer(400, undefined, 'wrong secret'),
    ],
    [
      'pass',
      'a redirect URI that is refused first',
      answer(400, 'invalid_request'),
      answer(401, 'invalid_client'),
    ],
    ['pass', 'a made-up code that is taken', answer(200), answer(401, 'invalid_client')],

    [REFUSED, 'both refused', answer(401, 'invalid_client'), answer(401, 'invalid_client')],
    [REFUSED, 'both refused with 400', answer(400, 'invalid_client'), answer(400, 'invalid_client')],
    [REFUSED, 'the right one alone', answer(401, 'invalid_client'), answer(400, 'invalid_grant')],
    [REFUSED, 'the right one alone, without a word', answer(401), answer(400)],
    [REFUSED, 'in other words', answer(401, undefined, 'no'), answer(401, undefined, 'never')],
    [
      REFUSED,
      'a client that may not do this',
      answer(400, 'unauthorized_client'),
      answer(401, 'invalid_client'),
    ],
    [REFUSED, 'and the changed one taken', answer(401, 'invalid_client'), answer(200)],

    [
      'warn',
      'another saying of the day',
      answer(400, 'invalid_request', 'quote amber falcon'),
      answer(400, 'invalid_request', 'quote silver heron'),
    ],
    ['warn', 'the code looked at first', answer(400, 'invalid_grant'), answer(400, 'invalid_grant')],
    ['warn', 'all codes refused with 401', answer(401), answer(401)],
    ['warn', 'nothing looked at', answer(200), answer(200)],
    ['warn', 'no such page', answer(404), answer(404)],
    [
      'warn',
      'a login wall',
      answer(403, undefined, 'just a moment'),
      answer(403, undefined, 'just a moment'),
    ],
    ['warn', 'the changed one taken', answer(400, 'invalid_grant'), answer(200)],
    ['warn', 'the changed one redirected', answer(400, 'invalid_grant'), answer(302)],
    ['warn', 'no time for the changed one', answer(400, 'invalid_grant'), answer(500)],
    ['warn', 'too many requests at the changed one', answer(400, 'invalid_grant'), answer(429)],
    ['warn', 'a changed one that comes at a bad time', answer(400), answer(400, 'temporarily_unavailable')],

    ['warn', 'a server that breaks at made-up codes', answer(500), answer(500)],
    [DOWN, 'a broken server', answer(500), answer(401, 'invalid_client')],
    [DOWN, 'no time', answer(503), answer(503)],
    [DOWN, 'no time', answer(500, 'temporarily_unavailable'), answer(503, 'temporarily_unavailable')],
    [DOWN, 'no time for the right one', answer(503), answer(401, 'invalid_client')],
    [DOWN, 'too many requests', answer(429), answer(429)],
    ['fail ERR_RESPONSE_REDIRECT', 'redirects', answer(302), answer(302)],
    ['fail ERR_RESPONSE_REDIRECT', 'a redirect', answer(307), answer(401, 'invalid_client')],
  ])('are a %s: %s', (verdict, _name, real, control) => {
    const finding = judgeSecretAnswers(real, control);
    expect(verdictOf(finding)).toBe(verdict);
    expect(finding.evidence).toContain(`HTTP ${real.status}`);
    expect(finding.evidence).toContain(`HTTP ${control.status}`);
    expect(finding.evidence.startsWith('cannot tell: ')).toBe(verdict === 'warn');
  });

  it('never pass where they are alike, whatever they are', () => {
    const errors = [undefined, 'invalid_client', 'invalid_grant', 'invalid_request', 'server_error', 'other'];
    for (const status of [200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 418, 422, 429, 500, 502, 503])
      for (const error of errors)
        expect(judgeSecretAnswers(answer(status, error), answer(status, error)).verdict).not.toBe('pass');
  });

  it('quote the provider where that may help, and say of 401 what it means', () => {
    const said = answer(401, undefined, 'who are you');
    const finding = judgeSecretAnswers(said, said);
    expect(finding.evidence).toContain('; it said: who are you');
    expect(finding).toMatchObject({ hint: expect.stringContaining('HTTP 401') });
  });
});

const REFUSING: Reply = { status: 401, body: { error: 'invalid_client' } };

describe('the check of the client secret', () => {
  it('sends two requests to the token endpoint that differ in one character of the secret', async () => {
    const context = createOnlineContext(() => REFUSING);
    await checkClientSecret(context);
    const forms = context.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    const [real = {}, control = {}] = forms;
    expect(context.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://provider.test/v2/oauth/token',
      'POST https://provider.test/v2/oauth/token',
    ]);
    expect(real['client_secret']).toBe(TEST_CLIENT_SECRET);
    expect(control['client_secret']).toHaveLength(TEST_CLIENT_SECRET.length);
    expect(control['client_secret']).not.toBe(TEST_CLIENT_SECRET);
    expect({ ...control, client_secret: '' }).toEqual({ ...real, client_secret: '' });
    expect(real['code']).toMatch(/^sgid-check-[\w-]{43}$/);
  });

  it('follows no redirect', async () => {
    const headers = { location: 'https://thief.test/' };
    const context = createOnlineContext(() => ({ status: 307, headers }));
    expect(verdictOf(await checkClientSecret(context))).toBe('fail ERR_RESPONSE_REDIRECT');
    expect(context.requests.map(({ redirect, url }) => [redirect, new URL(url).host])).toEqual([
      ['manual', 'provider.test'],
      ['manual', 'provider.test'],
    ]);
  });

  it('repeats no secret, though the provider remembers both and says them in every spelling', async () => {
    const seen: string[] = [];
    const echo = ({ body = '' }: SentRequest): Reply => {
      seen.push(...new URLSearchParams(body).values());
      const words = seen.flatMap(spellingsOf).join(' ');
      return { status: 400, body: { error: words, error_description: words } };
    };
    const { evidence } = await checkClientSecret(createOnlineContext(echo));
    const secrets = seen.filter((value) => value.startsWith(TEST_CLIENT_SECRET.slice(0, 8)));
    expect(secrets).toHaveLength(2);
    for (const secret of secrets)
      for (const spelling of spellingsOf(secret)) expect(evidence).not.toContain(spelling);
  });

  it.each(['clientId', 'clientSecret', 'redirectUri'] as const)(
    'is skipped without a usable %s, and sends nothing',
    async (name) => {
      const context = createOnlineContext(() => REFUSING, { [name]: broken('ERR_MISSING_CREDENTIALS') });
      expect(await checkClientSecret(context)).toMatchObject({
        verdict: 'skip',
        blockedBy: { code: 'ERR_MISSING_CREDENTIALS' },
      });
      expect(context.requests).toEqual([]);
    },
  );

  it('goes without a private key and a scope', async () => {
    const without = { privateKey: broken('ERR_PRIVATE_KEY'), scope: broken('ERR_SCOPE') };
    const context = createOnlineContext(() => REFUSING, { ...without, clientSecret: found('x') });
    expect(verdictOf(await checkClientSecret(context))).toBe(REFUSED);
  });
});
