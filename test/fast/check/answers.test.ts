import { describe, expect, it } from 'vitest';
import {
  type Answer,
  areAlike,
  describeAnswer,
  isUnavailable,
  quoteAnswer,
  readAnswer,
} from '../../../src/check/answers.ts';
import type { ProviderRequest } from '../../../src/oidc/http-exchange.ts';

const REQUEST: ProviderRequest = {
  step: 'token',
  url: 'https://provider.test/v2/oauth/token',
  init: { method: 'POST', headers: {}, redirect: 'manual' },
  secrets: ['CANARY/secret+1'],
};

function answer(
  parts: { status?: number; body?: string; location?: string; wwwAuthenticate?: string },
  changed: readonly string[] = [],
): Answer {
  const response = { status: 400, body: '', location: '', wwwAuthenticate: null, retryAfter: null, ...parts };
  return readAnswer(response, REQUEST, changed);
}

const PAGE = `<!doctype html><title>Sign in</title><h1>Sign in with your app</h1>
  <p>Scan the code with the app of your choice, then wait until this page goes on by itself.</p>`;

describe('an answer', () => {
  it('names its error, wherever that stands', () => {
    const location = 'http://localhost/cb?error=invalid_scope&state=x';
    expect(answer({ body: '{"error":"invalid_grant"}' }).error).toBe('invalid_grant');
    expect(answer({ wwwAuthenticate: 'error=Invalid token' }).error).toBe('Invalid token');
    expect(answer({ status: 302, location }).error).toBe('invalid_scope');
    expect(answer({ status: 302, location: '/login?error=x' }).error).toBe('x');
    expect(answer({ status: 302, location: 'http://[' }).error).toBeUndefined();
    expect(answer({ body: '{"message":"no"}' }).error).toBeUndefined();
  });

  it.each([
    ['that could move the cursor', '\u001b[2Jbad'],
    ['that is a sentence of its own', 'the code: 1, the secret: 2'],
    ['without end', 'y'.repeat(5000)],
    ['that is empty', ''],
  ])('names no error %s', (_name, error) => {
    const location = `/x?${new URLSearchParams({ error })}`;
    expect(answer({ status: 302, location }).error).toBeUndefined();
    expect(answer({ body: JSON.stringify({ error }) }).error ?? 'none').toMatch(/^\w{1,64}$/);
  });

  it('is put in a few words', () => {
    expect(describeAnswer(answer({ status: 400, body: '{"error":"invalid_grant"}' }))).toBe(
      'HTTP 400 invalid_grant',
    );
    expect(describeAnswer(answer({ status: 200 }))).toBe('HTTP 200');
  });

  it.each([
    ['a message', '{"message":"Invalid client"}', '; it said: Invalid client'],
    ['a description', '{"error":"x","error_description":"Who are you?"}', '; it said: Who are you?'],
    ['a page', '<style>p{}</style><h1>Not   registered</h1><p>Sorry</p>', '; it said: Not registered Sorry'],
    ['other JSON', '{"x":1}', '; it said: {"x":1}'],
    ['nothing', '', ''],
  ])('is quoted when it refuses with %s', (_name, body, quote) => {
    expect(quoteAnswer(answer({ body }))).toBe(quote);
  });

  it('is quoted without secrets, in whatever spelling, and not at length', () => {
    for (const spelling of ['CANARY/secret+1', encodeURIComponent('CANARY/secret+1'), 'CANARY\\/secret+1'])
      expect(quoteAnswer(answer({ body: `no: ${spelling}` }))).toBe('; it said: no: [redacted]');
    expect(quoteAnswer(answer({ body: 'no '.repeat(500) })).length).toBeLessThan(220);
  });

  it('is not quoted when it is no refusal, because it may hold tokens', () => {
    expect(quoteAnswer(answer({ status: 200, body: '{"access_token":"x","message":"y"}' }))).toBe('');
  });

  it.each([
    [500, '', true],
    [503, '', true],
    [429, '', true],
    [400, '{"error":"temporarily_unavailable"}', true],
    [400, '{"error":"server_error"}', true],
    [400, '', false],
    [302, '', false],
    [200, '', false],
  ])('of HTTP %d %s is a want of time: %s', (status, body, unavailable) => {
    expect(isUnavailable(answer({ status, body }))).toBe(unavailable);
  });
});

describe('two answers are alike', () => {
  it.each<[string, Answer, Answer]>([
    ['empty ones', answer({}), answer({})],
    [
      'ids that differ',
      answer({ body: '{"message":"no","id":"3f9a-bc12-77de"}' }),
      answer({ body: '{"message":"no","id":"aa01-9e3b-cc20"}' }),
    ],
    [
      'tokens that differ',
      answer({
        status: 200,
        body: '{"access_token":"eyJhbGciOi.a_b.c-qwertyuiopqwertyuiopqwertyuiop","n":1}',
      }),
      answer({
        status: 200,
        body: '{"access_token":"eyJhbGciOx.d_e.f-asdfghjklasdfghjklasdfghjklasd","n":2}',
      }),
    ],
    [
      'a script that differs',
      answer({ status: 200, body: `${PAGE}<script>nonce("Abcdefghij")</script>` }),
      answer({ status: 200, body: `${PAGE}<script>nonce("Klmnopqrst") and much more</script>` }),
    ],
    [
      'hidden fields that differ',
      answer({ status: 200, body: `${PAGE}<input type=hidden value=abcdef>` }),
      answer({ status: 200, body: `${PAGE}<input type=hidden value=ghijkl>` }),
    ],
    ['one word in many', answer({ body: PAGE }), answer({ body: `${PAGE} again` })],
    [
      'redirects with other codes',
      answer({ status: 302, location: '/login?code=abc123', body: 'Found. Redirecting to one' }),
      answer({ status: 302, location: '/login?code=def456', body: 'Found. Redirecting to another place' }),
    ],
  ])('but for %s', (_name, one, other) => {
    expect(areAlike(one, other)).toBe(true);
    expect(areAlike(other, one)).toBe(true);
  });

  const changed = [
    'http://localhost:5001/callback',
    'http://localhost:5001/callbacl',
    '/callback',
    '/callbacl',
  ];
  it.each([
    ['as it is', (uri: string) => uri],
    ['encoded', encodeURIComponent],
    ['in JSON', (uri: string) => JSON.stringify(uri).replaceAll('/', '\\/')],
    ['by its path', (uri: string) => new URL(uri).pathname],
  ])('when each repeats its own redirect URI %s', (_name, spell) => {
    const [real = '', control = ''] = changed;
    const page = (uri: string): Answer => answer({ body: `<p>What about ${spell(uri)} then</p>` }, changed);
    expect(areAlike(page(real), page(control))).toBe(true);
  });

  it('when each redirects to its own redirect URI', () => {
    const [real = '', control = ''] = changed;
    const page = (uri: string): Answer =>
      answer({ status: 302, location: `${uri}?code=x1&state=y` }, changed);
    expect(areAlike(page(real), page(control))).toBe(true);
  });
});

describe('two answers differ', () => {
  it.each<[string, Answer, Answer]>([
    ['status', answer({ status: 400 }), answer({ status: 401 })],
    ['error', answer({ body: '{"error":"invalid_grant"}' }), answer({ body: '{"error":"invalid_client"}' })],
    [
      'message',
      answer({ body: '{"message":"Invalid code"}' }),
      answer({ body: '{"message":"Invalid client secret"}' }),
    ],
    [
      'page',
      answer({ status: 200, body: PAGE }),
      answer({ status: 200, body: '<h1>This redirect address is unknown</h1>' }),
    ],
    [
      'script without Latin letters',
      answer({ body: '<p>回调地址 未注册</p>' }),
      answer({ body: '<p>请 扫描 二维码</p>' }),
    ],
    [
      'place that they redirect to',
      answer({ status: 302, location: 'https://provider.test/login' }),
      answer({ status: 302, location: 'https://provider.test/error' }),
    ],
  ])('by their %s', (_name, one, other) => {
    expect(areAlike(one, other)).toBe(false);
    expect(areAlike(other, one)).toBe(false);
  });
});
