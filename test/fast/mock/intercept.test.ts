import { describe, expect, it, onTestFinished } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import {
  createMockSgid,
  type Interceptor,
  type MockAnswer,
  type MockRequest,
  type MockSgid,
  startMockSgid,
} from '../../../src/mock.ts';
import type { Fetch } from '../../../src/oidc/transport.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { logInOverHttp } from '../../helpers/mock-http.ts';

async function startWith(intercept: Interceptor, options = {}) {
  const mock = await startMockSgid({ intercept, ...options });
  onTestFinished(() => mock.close());
  return mock;
}

const logIn = ({ hostname, client }: MockSgid) => logInOverHttp(hostname, { client });
const outcomesOf = (mock: MockSgid) => mock.requests().map(({ outcome }) => outcome);

const WEI_MING = { 'myinfo.name': 'TAN WEI MING' };
const TOKEN_PATH = '/v2/oauth/token';

describe('intercept sees', () => {
  it('each request and answer of a login, its claims and its data, in order', async () => {
    const seen: unknown[] = [];
    const mock = await startWith({
      request: ({ endpoint, method, target }) =>
        void seen.push(['request', endpoint, method, target.split('?')[0]]),
      idToken: ({ iss, aud, nonce }, login) => void seen.push(['idToken', iss, aud, typeof nonce, login]),
      userinfo: ({ sub, data }, login) => void seen.push(['userinfo', sub.slice(0, 2), data, login]),
      response: ({ status, headers }, { endpoint }) =>
        void seen.push(['response', endpoint, status, headers['content-type']]),
    });
    expect(await logIn(mock)).toEqual(WEI_MING);
    const login = {
      clientId: mock.client.clientId,
      personaId: 'wei-ming',
      scopes: ['myinfo.name', 'openid'],
    };
    const json = 'application/json';
    expect(seen).toEqual([
      ['request', 'authorize', 'GET', '/v2/oauth/authorize'],
      ['response', 'authorize', 302, undefined],
      ['request', 'token', 'POST', TOKEN_PATH],
      ['idToken', mock.issuer, login.clientId, 'string', login],
      ['response', 'token', 200, json],
      ['request', 'jwks', 'GET', '/v2/.well-known/jwks.json'],
      ['response', 'jwks', 200, json],
      ['request', 'userinfo', 'GET', '/v2/oauth/userinfo'],
      ['userinfo', 'u=', WEI_MING, login],
      ['response', 'userinfo', 200, json],
    ]);
    expect(outcomesOf(mock)).toEqual(['a code for wei-ming', undefined, undefined, undefined]);
  });

  it('refusals, queued replies, discovery and what is no endpoint, but neither the control API nor the page', async () => {
    const seen: unknown[] = [];
    const mock = await startWith(
      { response: ({ status }, { endpoint, target }) => void seen.push([endpoint ?? target, status]) },
      { control: true },
    );
    mock.queueReply('jwks', { status: 418 });
    const paths = [
      'oauth/userinfo',
      '.well-known/jwks.json',
      '.well-known/openid-configuration',
      'health',
      'none',
    ];
    for (const path of paths) await fetch(`${mock.issuer}/${path}`);
    for (const path of ['/', '/_mock/requests']) expect((await fetch(mock.hostname + path)).status).toBe(200);
    expect(seen).toEqual([
      ['userinfo', 401],
      ['jwks', 418],
      ['discovery', 200],
      ['/v2/health', 200],
      ['/v2/none', 404],
    ]);
  });
});

describe('intercept changes', () => {
  it.each<[string, Interceptor, SgidErrorCode]>([
    [
      'the claims of the ID token',
      { idToken: (claims) => ({ ...claims, aud: 'OTHER' }) },
      'ERR_ID_TOKEN_AUDIENCE',
    ],
    ['them, to others alone', { idToken: async () => ({ sub: 'u=1' }) }, 'ERR_ID_TOKEN_ISSUER'],
    ['the subject of userinfo', { userinfo: ({ data }) => ({ sub: 'u=other', data }) }, 'ERR_SUB_MISMATCH'],
    [
      'the status of an answer',
      { response: (answer, { endpoint }) => (endpoint === 'token' ? { ...answer, status: 503 } : undefined) },
      'ERR_PROVIDER_UNAVAILABLE',
    ],
    [
      'its body',
      {
        response: async ({ body }, { endpoint }) =>
          endpoint === 'jwks' ? { body: body.slice(1) } : undefined,
      },
      'ERR_RESPONSE_INVALID',
    ],
    [
      'the headers of a request',
      { request: ({ endpoint }) => (endpoint === 'userinfo' ? { headers: {} } : undefined) },
      'ERR_USERINFO_REFUSED',
    ],
    [
      'its body',
      {
        request: ({ endpoint, body }) =>
          endpoint === 'token' ? { body: body.replace('client_secret', 'x') } : undefined,
      },
      'ERR_TOKEN_REFUSED',
    ],
    [
      'where it goes',
      {
        request: ({ target }) =>
          target === TOKEN_PATH ? { method: 'GET', target: '/v2/health' } : undefined,
      },
      'ERR_RESPONSE_INVALID',
    ],
  ])('%s', async (_what, intercept, code) => {
    expect((await errorOf(async () => logIn(await startWith(intercept)))).code).toBe(code);
  });

  it('where a request goes, so that what waits for that endpoint is the answer', async () => {
    const seen: unknown[] = [];
    const mock = await startWith({
      request: ({ target }) => ({ target: target.replace('health', '.well-known/jwks.json') }),
      response: (_answer, { endpoint, target }) => void seen.push([endpoint, target]),
    });
    mock.queueReply('jwks', { status: 418 });
    expect((await fetch(`${mock.issuer}/health`)).status).toBe(418);
    expect(seen).toEqual([['jwks', '/v2/.well-known/jwks.json']]);
    // The log holds what was sent.
    expect(mock.requests()).toMatchObject([{ path: '/v2/health', status: 418 }]);
  });

  it('what userinfo holds: a value, one more, and none', async () => {
    let data: Record<string, string> | undefined;
    const mock = await startWith({ userinfo: ({ sub }) => data && { sub, data } });
    for (data of [{ 'myinfo.name': 'É' }, { 'myinfo.name': 'X', __proto__x: 'y' }, {}]) {
      expect(await logIn(mock)).toEqual(data);
    }
    data = undefined;
    expect(await logIn(mock)).toEqual(WEI_MING);
  });

  it('where the browser is sent, and the log says so', async () => {
    const mock = await startWith({
      response: (answer) => {
        const { location } = answer.headers;
        return location === undefined
          ? undefined
          : { ...answer, headers: { ...answer.headers, location: `${location}#x` } };
      },
    });
    expect(await logIn(mock)).toEqual(WEI_MING);
    expect(outcomesOf(mock)[0]).toBe('a code for wei-ming; changed by intercept');
  });

  it('an ID token with a fault, too, and what was queued', async () => {
    const mock = await startWith({
      idToken: ({ exp: _exp, ...claims }) => claims,
      response: ({ status }) => (status === 418 ? { status: 507 } : undefined),
    });
    mock.queueFault('wrong-nonce');
    mock.queueReply('discovery', { status: 418 });
    expect((await fetch(`${mock.issuer}/.well-known/openid-configuration`)).status).toBe(507);
    expect((await errorOf(() => logIn(mock))).code).toBe('ERR_ID_TOKEN_EXPIRED');
  });

  it('no grant, when a hook spoils what it was given', async () => {
    const mock = await startWith({ idToken: (_claims, { scopes }) => void (scopes as string[]).splice(0) });
    expect(await logIn(mock)).toEqual(WEI_MING);
  });

  it('answers of a mock without a socket', async () => {
    const mock = createMockSgid({ intercept: { response: () => ({ status: 204, body: 'gone' }) } });
    const answer = await mock.handle(new Request(`${mock.issuer}/health`));
    expect([answer.status, answer.body]).toEqual([204, null]);
  });
});

const CYCLE: Record<string, unknown> = {};
CYCLE['self'] = CYCLE;
const THROWING_MESSAGE = Object.defineProperty(new Error(), 'message', {
  get: () => {
    throw new Error('in the getter');
  },
});

describe('a hook that fails makes a 500 whose reason the client and the log have', () => {
  const fail = () => {
    throw new Error('no luck');
  };
  // Callers in JavaScript have no types.
  const bad = (hooks: Readonly<Record<string, () => unknown>>) => hooks as unknown as Interceptor;

  it.each<[keyof Interceptor, string, Interceptor]>([
    ['request', 'no luck', { request: fail }],
    ['idToken', 'no luck', { idToken: fail }],
    ['userinfo', 'no luck', { userinfo: fail }],
    ['response', 'no luck', { response: fail }],
    ['idToken', 'no luck', { idToken: () => Promise.reject(new Error('no luck')) }],
    ['response', 'words', { response: () => Promise.reject('words') }],
    ['request', 'it threw what has no text', { request: () => Promise.reject(Object.create(null)) }],
    ['response', 'it threw what has no text', { response: () => Promise.reject(THROWING_MESSAGE) }],
    [
      'request',
      'Symbol\\(x\\)',
      { request: () => Promise.reject(Object.assign(new Error(), { message: Symbol('x') })) },
    ],
    ['request', 'a plain object of texts', bad({ request: () => ({ headers: { 'content-type': 5 } }) })],
    ['request', 'a plain object of texts', bad({ request: () => ({ headers: new Headers() }) })],
    ['request', 'a plain object', bad({ request: () => new Request('http://x.test/') })],
    ['request', 'a plain object', bad({ request: () => null })],
    ['userinfo', 'every value of data is text', bad({ userinfo: () => ({ sub: 'x', data: new Map() }) })],
    ['response', 'a reply is a plain object', bad({ response: () => new Response('x') })],
    ['response', 'headers of a reply are a plain', bad({ response: () => ({ headers: new Headers() }) })],
    ['request', 'headers as a plain object', bad({ request: () => ({ headers: 'x' }) })],
    ['request', 'must return method', bad({ request: () => ({ body: 5 }) })],
    ['idToken', 'an object of claims', bad({ idToken: () => 'claims' })],
    ['idToken', 'circular structure', { idToken: () => CYCLE }],
    ['userinfo', 'every value of data is text', bad({ userinfo: () => ({ sub: 'x', data: { n: 1 } }) })],
    ['userinfo', 'must return sub and data', bad({ userinfo: () => ({ data: {} }) })],
    ['response', 'from 200 to 599', { response: () => ({ status: 99 }) }],
    ['response', 'a reply is a plain object', bad({ response: () => 'x' })],
    ['response', 'has no field', bad({ response: () => ({ statusCode: 500 }) })],
    ['response', 'cannot set the header', { response: () => ({ headers: { x: 'a\nb' } }) }],
  ])('%s: %s', async (name, words, intercept) => {
    const mock = await startWith(intercept);
    const at = { request: 0, response: 0, idToken: 1, userinfo: 3 }[name];
    const expected = new RegExp(`^intercept.${name} failed: .*${words}`);
    if (at === 0) {
      const answer = await fetch(`${mock.issuer}/health`);
      const { error, error_description } = (await answer.json()) as Record<string, string>;
      expect([answer.status, error, error_description]).toEqual([
        500,
        'server_error',
        expect.stringMatching(expected),
      ]);
    } else {
      const { code, reply } = await errorOf(() => logIn(mock));
      expect([code, reply?.error]).toEqual(['ERR_PROVIDER_UNAVAILABLE', 'server_error']);
      expect(JSON.parse(reply?.body ?? '').error_description).toMatch(expected);
    }
    const { status, outcome } = mock.requests()[at] ?? {};
    expect([status, outcome?.replace('server_error: ', '')]).toEqual([500, expect.stringMatching(expected)]);
  });

  it.each<[string, Readonly<Record<string, (seen: never) => unknown>>]>([
    [
      'the headers of a request',
      { request: ({ headers }) => void Object.assign(headers, { 'content-type': 5 }) },
    ],
    [
      'the target of a request',
      { request: (request: MockRequest) => void (request.body && Object.assign(request, { target: 5 })) },
    ],
    ['the claims', { idToken: (claims) => void Object.assign(claims, { sub: 5n }) }],
  ])('and so does one that spoils %s where they stand', async (_what, hooks) => {
    const mock = createMockSgid({ intercept: hooks as Interceptor });
    const fetch: Fetch = (url, init) => mock.handle(new Request(url, init));
    await errorOf(() => logInOverHttp(mock.hostname, { client: mock.client, fetch }));
    expect(mock.requests().at(-1)?.outcome).toMatch(/^server_error: /);
  });

  it('and the headers of an answer are a copy', async () => {
    const spoil = ({ headers }: MockAnswer) => void Object.assign(headers, { x: 'a\nb' });
    const mock = createMockSgid({ intercept: { response: spoil } });
    const { status, headers } = await mock.handle(new Request(`${mock.issuer}/health`));
    expect([status, headers.get('x')]).toEqual([200, null]);
  });

  it('and no secret of the client, where its words repeat one', async () => {
    const mock = await startWith({
      request: ({ body }) => {
        if (body !== '') throw new Error(body);
      },
    });
    await errorOf(() => logIn(mock));
    expect(JSON.stringify(mock.requests())).not.toContain(encodeURIComponent(mock.client.clientSecret));
    expect(JSON.stringify(mock.requests())).not.toContain(mock.client.clientSecret);
  });
});
