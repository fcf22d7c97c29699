import { describe, expect, it } from 'vitest';
import { changeRedirectUri, changeSecret } from '../../../src/check/answers.ts';
import { type CheckId, runChecks } from '../../../src/check/run-checks.ts';
import { TEST_CLIENT_SECRET } from '../../../src/mock/test-credentials.ts';
import {
  broken,
  type CheckParts,
  createCheckContext,
  found,
  REDIRECT_URI,
  runCheck,
  verdictOf,
} from '../../helpers/check-context.ts';
import type { Reply, SeenRequest } from '../../helpers/fake-provider.ts';

/** Gives the first answer to the real value, the second to the changed one. */
function inTurn(...replies: readonly [Reply, Reply]): (request: SeenRequest) => Reply {
  let asked = 0;
  return () => {
    asked += 1;
    return replies[asked === 1 ? 0 : 1];
  };
}

/** A refusal or a page: status, error and words. */
function answer(status: number, error?: string, words = ''): Reply {
  const headers = { location: error === undefined ? '/' : `/?error=${error}` };
  return status >= 300 && status < 400
    ? { status, headers }
    : { status, body: { error, error_description: words } };
}

const DOWN = 'fail ERR_PROVIDER_UNAVAILABLE';

/** What evidence begins with, by verdict or code. */
const NOUNS: Readonly<Record<string, readonly string[]>> = {
  pass: ['registered', 'accepted'],
  warn: ['cannot tell'],
  ERR_AUTHORIZATION: ['refused'],
  ERR_TOKEN_REFUSED: ['refused'],
  ERR_PROVIDER_UNAVAILABLE: ['unavailable'],
  ERR_RESPONSE_REDIRECT: ['redirected'],
};

async function expectVerdict(id: CheckId, verdict: string, real: Reply, control: Reply): Promise<void> {
  const result = await runCheck(id, { answer: inTurn(real, control) });
  expect(verdictOf(result)).toBe(verdict);
  expect(result.evidence).toContain(`HTTP ${real.status}`);
  expect(result.evidence).toContain(`HTTP ${control.status}`);
  expect(NOUNS[verdict.split(' ')[1] ?? verdict]).toContain(result.evidence.split(':')[0]);
}

describe.each(['client-secret', 'redirect-uri-registered'] as const)('two answers about %s', (id) => {
  it('never pass where status and error are alike, whatever they are and say', async () => {
    const errors = [undefined, 'invalid_client', 'invalid_grant', 'invalid_scope', 'server_error', 'other'];
    for (const status of [200, 204, 301, 302, 307, 400, 401, 403, 404, 418, 422, 429, 500, 503])
      for (const error of errors) {
        const replies = inTurn(answer(status, error, 'one'), answer(status, error, 'client secret is wrong'));
        expect((await runCheck(id, { answer: replies })).verdict).not.toBe('pass');
      }
  });
});

describe('the answers to the right and to a changed client secret', () => {
  const REFUSED = 'fail ERR_TOKEN_REFUSED';

  it.each<[string, string, Reply, Reply]>([
    ['pass', 'as RFC 6749 has it', answer(400, 'invalid_grant'), answer(401, 'invalid_client')],
    ['pass', 'both with 400', answer(400, 'invalid_grant'), answer(400, 'invalid_client')],
    ['pass', 'by the status alone', answer(400), answer(401)],
    ['pass', 'by the status alone, 403', answer(400), answer(403)],
    ['pass', 'a refused redirect URI', answer(400, 'invalid_request'), answer(401, 'invalid_client')],
    ['pass', 'a made-up code that is taken', answer(200), answer(401, 'invalid_client')],

    [REFUSED, 'both refused', answer(401, 'invalid_client'), answer(401, 'invalid_client')],
    [REFUSED, 'both refused with 400', answer(400, 'invalid_client'), answer(400, 'invalid_client')],
    [REFUSED, 'the right one alone', answer(401, 'invalid_client'), answer(400, 'invalid_grant')],
    [REFUSED, 'the right one alone, without a word', answer(401), answer(400)],
    [REFUSED, 'a client that may not', answer(400, 'unauthorized_client'), answer(401, 'invalid_client')],
    [REFUSED, 'and the changed one taken', answer(401, 'invalid_client'), answer(200)],

    ['warn', 'other words', answer(400, undefined, 'invalid code'), answer(400, undefined, 'wrong secret')],
    ['warn', 'other words with 401', answer(401, undefined, 'no'), answer(401, undefined, 'never')],
    ['warn', 'the code looked at first', answer(400, 'invalid_grant'), answer(400, 'invalid_grant')],
    ['warn', 'all codes refused with 401', answer(401), answer(401)],
    ['warn', 'nothing looked at', answer(200), answer(200)],
    ['warn', 'no such page', answer(404), answer(404)],
    ['warn', 'a login wall', answer(403), answer(403)],
    ['warn', 'the changed one taken', answer(400, 'invalid_grant'), answer(200)],
    ['warn', 'the changed one redirected', answer(400, 'invalid_grant'), answer(302)],
    ['warn', 'no time for the changed one', answer(400, 'invalid_grant'), answer(500)],
    ['warn', 'too many requests at the changed one', answer(400, 'invalid_grant'), answer(429)],
    ['warn', 'a changed one at a bad time', answer(400), answer(400, 'temporarily_unavailable')],
    ['warn', 'a server that breaks at made-up codes', answer(500), answer(500)],

    [DOWN, 'a broken server', answer(500), answer(401, 'invalid_client')],
    [DOWN, 'no time', answer(503), answer(503)],
    [DOWN, 'no time', answer(400, 'server_error'), answer(400, 'server_error')],
    [DOWN, 'too many requests', answer(429), answer(429)],
    ['fail ERR_RESPONSE_REDIRECT', 'redirects', answer(302), answer(302)],
    ['fail ERR_RESPONSE_REDIRECT', 'a redirect', answer(307), answer(401, 'invalid_client')],
  ])('are a %s: %s', (verdict, _name, real, control) =>
    expectVerdict('client-secret', verdict, real, control),
  );

  it('quote the provider where that may help, and say of 401 what it means', async () => {
    const result = await runCheck('client-secret', { answer: () => answer(401, undefined, 'who are you') });
    expect(result.evidence).toContain('; it said: who are you');
    expect(result.hint).toContain('HTTP 401');
  });

  it('name a firewall, which refuses the two requests of each check alike', async () => {
    const refuse = () => answer(403, undefined, '<html><title>Blocked</title></html>');
    for (const id of ['client-secret', 'redirect-uri-registered'] as const)
      expect((await runCheck(id, { answer: refuse })).hint).toMatch(/^A firewall may refuse every program/);
  });
});

describe('the answers to the registered and to a changed redirect URI', () => {
  const REFUSED = 'fail ERR_AUTHORIZATION';
  const arrive = (error: string, uri = REDIRECT_URI, words = 'no such scope'): Reply => ({
    status: 302,
    headers: { location: `${uri}?${new URLSearchParams({ error, error_description: words })}` },
  });

  it.each<[string, string, Reply, Reply]>([
    ['pass', 'a page and an error page', answer(200), answer(400)],
    ['pass', 'a redirect and an error page', answer(302), answer(400)],
    ['pass', 'a redirect and another with an error', answer(302), answer(302, 'invalid_request')],
    ['pass', 'a person who refuses at once', answer(302, 'access_denied'), answer(400)],

    [REFUSED, 'both refused', answer(400), answer(400)],
    [REFUSED, 'both refused with 401', answer(401), answer(401)],
    [REFUSED, 'both unknown', answer(404), answer(404)],
    [REFUSED, 'the right one alone', answer(400), answer(200)],
    [REFUSED, 'a scope that is not allowed', answer(302, 'invalid_scope'), answer(400)],
    [REFUSED, 'a client that may not', answer(302, 'unauthorized_client'), answer(302, 'invalid_scope')],
    [REFUSED, 'a client that may not, by a callback', arrive('unauthorized_client'), answer(400)],
    [REFUSED, 'a scope, by another page', arrive('invalid_scope', `${REDIRECT_URI}/x`), answer(400)],
    ['pass', 'a scope that is not allowed, by a callback', arrive('invalid_scope'), answer(400)],
    [
      'warn',
      'a scope, wherever the answer goes',
      arrive('invalid_scope'),
      arrive('invalid_scope', 'http://x.test/'),
    ],
    ['warn', 'a scope, and no time for the changed one', arrive('invalid_scope'), answer(500)],
    [REFUSED, 'an unusual status', answer(403, 'invalid_client'), answer(403, 'invalid_client')],

    ['warn', 'other words', answer(200, undefined, 'scan this'), answer(200, undefined, 'not registered')],
    ['warn', 'a firewall', answer(406), answer(406)],
    ['warn', 'a login wall', answer(403, undefined, 'one'), answer(403, undefined, 'two')],
    ['warn', 'any taken', answer(200), answer(200)],
    ['warn', 'any redirected', answer(302), answer(302)],
    ['warn', 'no time for the changed one', answer(200), answer(500)],
    ['warn', 'too many requests at the changed one', answer(302), answer(429)],
    ['warn', 'nobody consents to either', answer(302, 'access_denied'), answer(302, 'access_denied')],

    [DOWN, 'no time', answer(500), answer(500)],
    [DOWN, 'no time for the right one', answer(502), answer(400)],
    [DOWN, 'too many requests', answer(429), answer(429)],
    [DOWN, 'no time, by a redirect', answer(302, 'temporarily_unavailable'), answer(400)],
  ])('are a %s: %s', (verdict, _name, real, control) =>
    expectVerdict('redirect-uri-registered', verdict, real, control),
  );

  it.each<[string, string, Reply, Reply]>([
    ['fail ERR_AUTHORIZATION', 'refused by a callback', arrive('invalid_scope'), answer(400)],
    ['fail ERR_AUTHORIZATION', 'refused wherever it goes', arrive('invalid_scope'), arrive('invalid_scope')],
    ['pass', 'refused on another page', answer(302, 'invalid_scope'), answer(400)],
    ['pass', 'not refused', answer(302), answer(400)],
    ['pass', 'not the fault', arrive('unauthorized_client'), answer(400)],
  ])('are a %s of the scopes: %s', async (verdict, _name, real, control) => {
    const context = createCheckContext({ answer: inTurn(real, control) });
    const { checks } = await runChecks(context, ['scopes', 'redirect-uri-registered']);
    const scopes = checks.find(({ id }) => id === 'scopes');
    expect(scopes && verdictOf(scopes)).toBe(verdict);
    const words = /; the provider refuses them: HTTP 302 invalid_scope; it said: no such scope$/;
    expect(words.test(scopes?.evidence ?? '')).toBe(verdict !== 'pass');
  });

  it.each([
    ['no such scope', /^Did you mean myinfo\.name\?/],
    ['no such scope. Did you mean myinfo.name?', /^Ask only for scopes/],
  ])('suggest a scope once, whoever does: "%s"', async (words, hint) => {
    const refused = arrive('invalid_scope', REDIRECT_URI, words);
    const scope = found(['openid', 'myinfo.nmae']);
    const context = createCheckContext({ scope, answer: inTurn(refused, answer(400)) });
    const { checks } = await runChecks(context, ['scopes', 'redirect-uri-registered']);
    expect(checks.find(({ id }) => id === 'scopes')?.hint).toMatch(hint);
  });

  it('lead to the exact value to register, or to the scope, and quote the provider', async () => {
    const refused = await runCheck('redirect-uri-registered', {
      answer: () => answer(400, 'x', 'not yours'),
    });
    expect(refused.hint).toContain(`Register ${REDIRECT_URI} `);
    expect(refused.evidence).toContain('; it said: not yours');
    const stranger = { clientId: found('MOCK-nope') };
    for (const body of ['<h1>No such client</h1>', '{"error":"invalid_client"}']) {
      const parts = { ...stranger, answer: () => ({ status: 400, body }) };
      expect((await runCheck('redirect-uri-registered', parts)).hint).toMatch(
        /^Check the client id MOCK-nope /,
      );
    }
    const scope = await runCheck('redirect-uri-registered', { answer: () => answer(302, 'invalid_scope') });
    expect(scope.hint).toContain('--scope');
  });
});

describe('the words of a refusal', () => {
  const quoteOf = async (reply: Reply): Promise<string> =>
    (await runCheck('client-secret', { answer: () => reply })).evidence.replace(/^.*?(?:; it said: |$)/, '');

  it.each([
    ['a message', '{"message":"Invalid client"}', 'Invalid client'],
    ['a description', '{"error":"x","error_description":"Who are you?"}', 'Who are you?'],
    ['a page', '<style>p{}</style><h1>Not   registered</h1><p>Sorry</p>', 'Not registered Sorry'],
    ['other JSON', '{"x":1}', '{"x":1}'],
    ['nothing', '', ''],
  ])('are quoted: %s', async (_name, body, quote) => {
    expect(await quoteOf({ status: 400, body })).toBe(quote);
  });

  it('are not quoted at length, nor where it is no refusal: they may be tokens', async () => {
    expect((await quoteOf({ status: 400, body: 'no '.repeat(500) })).length).toBeLessThan(420);
    expect(await quoteOf({ body: '{"access_token":"x","message":"y"}' })).toBe('');
  });

  it.each([
    ['that could move the cursor', '\u001b[2Jbad'],
    ['that is a sentence of its own', 'the code: 1, the secret: 2'],
    ['without end', 'y'.repeat(5000)],
  ])('are no error code %s', async (_name, error) => {
    const { evidence } = await runCheck('redirect-uri-registered', {
      answer: () => ({ status: 302, headers: { location: `/x?${new URLSearchParams({ error })}` } }),
    });
    expect(evidence).toBe(
      'cannot tell: an authorization request gets HTTP 302, with a changed redirect URI HTTP 302',
    );
  });

  it('hold no piece of the secret where they are cut off', async () => {
    const { evidence } = await runCheck('client-secret', {
      answer: ({ body }) => {
        const secret = new URLSearchParams(body).get('client_secret');
        return { status: 400, body: { message: `${'x'.repeat(180)} ${secret}` } };
      },
    });
    expect(evidence).toContain('; it said: xxx');
    expect(evidence).not.toContain(TEST_CLIENT_SECRET.slice(0, 6));
  });
});

describe('the two requests', () => {
  async function send(id: CheckId, parts: CheckParts = {}): Promise<readonly SeenRequest[]> {
    const context = createCheckContext({ answer: () => ({ status: 400 }), ...parts });
    await runChecks(context, [id]);
    return context.requests;
  }

  it('to the token endpoint differ in one character of the secret', async () => {
    const requests = await send('client-secret');
    const [real = {}, control = {}] = requests.map(({ body }) =>
      Object.fromEntries(new URLSearchParams(body)),
    );
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(2).fill('POST https://provider.test/v2/oauth/token'),
    );
    expect(real).toMatchObject({
      client_secret: TEST_CLIENT_SECRET,
      code: expect.stringMatching(/^sgid-check-[\w-]{43}$/),
    });
    expect(control).toEqual({ ...real, client_secret: changeSecret(TEST_CLIENT_SECRET) });
  });

  it('to the authorization endpoint differ in one character of the redirect URI, and hold no secret', async () => {
    const requests = await send('redirect-uri-registered');
    const [real = new URL('x:'), control = new URL('x:')] = requests.map(({ url }) => new URL(url));
    expect(real.origin + real.pathname).toBe('https://provider.test/v2/oauth/authorize');
    expect(real.searchParams.get('redirect_uri')).toBe(REDIRECT_URI);
    expect(control.searchParams.get('redirect_uri')).toBe('http://localhost:0/api/redirecu');
    control.searchParams.set('redirect_uri', REDIRECT_URI);
    expect(String(control.searchParams)).toBe(String(real.searchParams));
    expect(Object.fromEntries(real.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid myinfo.name',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(JSON.stringify(requests)).not.toContain(TEST_CLIENT_SECRET.slice(0, 12));
  });

  it('go without what they do not need', async () => {
    const privateKey = broken('ERR_PRIVATE_KEY');
    expect(await send('client-secret', { privateKey, scope: broken('ERR_SCOPE') })).toHaveLength(2);
    const clientSecret = broken('ERR_FILE');
    expect(await send('redirect-uri-registered', { privateKey, clientSecret })).toHaveLength(2);
  });
});

describe('a changed client secret', () => {
  it.each(['a/b+c=', 'a', '0', 'Z', '/+=', '密碼', 'x'.repeat(300), 'sk_live_0123456789abcdef'])(
    'differs from %s in one character',
    (secret) => {
      const changed = changeSecret(secret);
      expect(changed).toHaveLength(secret.length);
      expect([...secret].filter((character, index) => character !== changed[index])).toHaveLength(1);
    },
  );

  it.each([
    ['aaa', 'aba'],
    ['zzz', 'zaz'],
    ['ZZZ', 'ZAZ'],
    ['999', '909'],
    ['sk_live_abcdefgh==', 'sk_live_accdefgh=='],
    // Within the 72 bytes that bcrypt looks at.
    ['s'.repeat(300), `${'s'.repeat(70)}t${'s'.repeat(229)}`],
  ])('is of the same alphabet: %s becomes %s', (secret, changed) => {
    expect(changeSecret(secret)).toBe(changed);
  });
});

describe('a changed redirect URI', () => {
  it.each([
    ['http://localhost:5001/callback', 'http://localhost:5001/callbacl'],
    ['http://localhost:5001/api/redirect/', 'http://localhost:5001/api/redirecu/'],
    ['https://app.example.sg/cb9', 'https://app.example.sg/cb0'],
    ['https://app.example.sg/cbZ?tenant=1', 'https://app.example.sg/cbA?tenant=1'],
    ['http://localhost:5001', 'http://localhost:5001/sgid-check-control'],
    ['http://localhost:5001/?x=1', 'http://localhost:5001/sgid-check-control?x=1'],
    ['http://localhost:5001/a%2F', 'http://localhost:5001/b%2F'],
    ['http://localhost:5001/%E4%BD%A0', 'http://localhost:5001/sgid-check-control'],
  ])('of %s is %s', (redirectUri, changed) => {
    expect(changeRedirectUri(redirectUri)).toBe(changed);
  });
});
