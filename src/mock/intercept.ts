import type { ServerRequest } from '../system/http-server.ts';
import { isPlainObject } from '../text/guards.ts';
import { type MockResponse, OAuthRefusal, reasonOf } from './oauth.ts';
import { type MockEndpoint, type MockReply, toResponse } from './replies.ts';

/**
 * A request to the mock, as a hook of {@link Interceptor} sees it.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { type MockRequest, startMockSgid } from 'sgid-cli/mock';
 *
 * const seen: MockRequest[] = [];
 * await startMockSgid({ intercept: { request: (request) => void seen.push(request) } });
 * ```
 */
export interface MockRequest {
  /** `undefined` where it is for none of sgID's endpoints. */
  readonly endpoint: MockEndpoint | undefined;
  /** In upper case. */
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** UTF-8 text; empty where there is none. */
  readonly body: string;
}

/**
 * An answer of the mock, as a hook of {@link Interceptor} sees it.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { type MockAnswer, startMockSgid } from 'sgid-cli/mock';
 *
 * const isRefusal = ({ status }: MockAnswer): boolean => status >= 400;
 * await startMockSgid({
 *   intercept: { response: (answer) => (isRefusal(answer) ? { ...answer, body: '<html>' } : undefined) },
 * });
 * ```
 */
export interface MockAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: string;
}

/**
 * Whose login an ID token or userinfo is of.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { type MockLogin, startMockSgid } from 'sgid-cli/mock';
 *
 * const isZoe = ({ personaId }: MockLogin): boolean => personaId === 'zoe';
 * await startMockSgid({
 *   intercept: { idToken: (claims, login) => (isZoe(login) ? { ...claims, nonce: 'another' } : undefined) },
 * });
 * ```
 */
export interface MockLogin {
  /** That of the application. */
  readonly clientId: string;
  /** The `id` of a persona. */
  readonly personaId: string;
  /** Those that were granted, `openid` included. */
  readonly scopes: readonly string[];
}

/**
 * The claims of an ID token, before it is signed.
 *
 * @see OpenID Connect Core 1.0 sections 2 and 3.1.3.6.
 * @example
 * ```ts
 * import { type MockIdTokenClaims, startMockSgid } from 'sgid-cli/mock';
 *
 * const issuedLater = (claims: MockIdTokenClaims) => ({ ...claims, iat: claims.iat + 3_600 });
 * await startMockSgid({ intercept: { idToken: issuedLater } });
 * ```
 */
export interface MockIdTokenClaims {
  /** The `issuer` of the mock. */
  readonly iss: string;
  /** `u=` and a UUID, another one for each client. */
  readonly sub: string;
  /** The client id. */
  readonly aud: string;
  /** Seconds since the Unix epoch. */
  readonly iat: number;
  /** Seconds since the Unix epoch. */
  readonly exp: number;
  /** `undefined` where the application sent none. */
  readonly nonce?: string | undefined;
  /** Seconds since the Unix epoch; present only where a mock with `oidc` was asked for `max_age`. */
  readonly auth_time?: number | undefined;
  /** The left half of the SHA-256 of the access token, in base64url. */
  readonly at_hash: string;
  readonly [name: string]: unknown;
}

/**
 * What userinfo says, before it is encrypted.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { type MockUserinfo, startMockSgid } from 'sgid-cli/mock';
 *
 * const inLowerCase = ({ sub, data }: MockUserinfo): MockUserinfo => ({
 *   sub,
 *   data: { ...data, 'myinfo.name': data['myinfo.name']?.toLowerCase() ?? 'NA' },
 * });
 * await startMockSgid({ intercept: { userinfo: inLowerCase } });
 * ```
 */
export interface MockUserinfo {
  /** The `sub` of the ID token. */
  readonly sub: string;
  /** Values by scope. Lists and objects are JSON text. */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Sees and changes what a mock is asked and what it answers, for behaviour that no fault has. Each function may return a changed
 * value, or a promise of one; what returns nothing changes nothing. One that throws makes the answer 500 `server_error`,
 * with its reason in `error_description` and in `requests()`. The control API and the page for developers bypass it.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { type Interceptor, startMockSgid } from 'sgid-cli/mock';
 *
 * const intercept: Interceptor = { idToken: (claims) => ({ ...claims, aud: 'ANOTHER-CLIENT' }) };
 * await startMockSgid({ intercept });
 * ```
 */
export interface Interceptor {
  /**
   * Sees each request first. Of what it returns, each field takes the place of that of the request; its `target` decides the endpoint.
   *
   * @throws Any error becomes the answer 500 `server_error`.
   * @example
   * ```ts
   * import type { Interceptor } from 'sgid-cli/mock';
   *
   * const proxyThatLosesAuthorization: Interceptor = {
   *   request: ({ headers: { authorization: _lost, ...headers } }) => ({ headers }),
   * };
   * ```
   */
  request?(
    request: MockRequest,
  ):
    | Partial<Omit<MockRequest, 'endpoint'>>
    | undefined
    | Promise<Partial<Omit<MockRequest, 'endpoint'>> | undefined>;
  /**
   * Sees the claims of an ID token before it is signed, those of a fault included. What it returns takes their place.
   *
   * @throws Any error becomes the answer 500 `server_error`.
   * @example
   * ```ts
   * import type { Interceptor } from 'sgid-cli/mock';
   *
   * const validFromTomorrow: Interceptor = {
   *   idToken: (claims) => ({ ...claims, nbf: claims.iat + 86_400 }),
   * };
   * ```
   */
  idToken?(
    claims: MockIdTokenClaims,
    login: MockLogin,
  ): Readonly<Record<string, unknown>> | undefined | Promise<Readonly<Record<string, unknown>> | undefined>;
  /**
   * Sees what userinfo says before it is encrypted. What it returns takes its place.
   *
   * @throws Any error becomes the answer 500 `server_error`.
   * @example
   * ```ts
   * import type { Interceptor } from 'sgid-cli/mock';
   *
   * const withoutName: Interceptor = {
   *   userinfo: ({ sub, data: { 'myinfo.name': _name, ...data } }) => ({ sub, data }),
   * };
   * ```
   */
  userinfo?(
    userinfo: MockUserinfo,
    login: MockLogin,
  ): MockUserinfo | undefined | Promise<MockUserinfo | undefined>;
  /**
   * Sees each answer last, whatever made it. What it returns is sent in its place, as a whole.
   *
   * @throws Any error becomes the answer 500 `server_error`.
   * @example
   * ```ts
   * import type { Interceptor } from 'sgid-cli/mock';
   *
   * const busyGateway: Interceptor = {
   *   response: (_answer, { endpoint }) =>
   *     endpoint === 'token' ? { status: 503, headers: { 'retry-after': '1' } } : undefined,
   * };
   * ```
   */
  response?(answer: MockAnswer, request: MockRequest): MockReply | undefined | Promise<MockReply | undefined>;
}

/** The hooks; each returns its input, or what the interceptor changed it to. */
export type Hooks = ReturnType<typeof createHooks>;

export function createHooks(interceptor: Interceptor = {}) {
  return {
    request: (request: MockRequest): Promise<ServerRequest> =>
      run<ServerRequest>('request', request, async () => {
        const changed = await interceptor.request?.(request);
        if (changed === undefined) return undefined;
        if (!isPlainObject(changed)) throw new Error('it must return a plain object');
        return requireRequest({ ...request, ...changed });
      }),
    idToken: (claims: MockIdTokenClaims, login: MockLogin): Promise<object> =>
      run<object>('idToken', claims, async () => {
        const changed = await interceptor.idToken?.(claims, loginOf(login));
        if (changed === undefined) return undefined;
        if (!isPlainObject(changed)) throw new Error('it must return an object of claims');
        JSON.stringify(changed); // throws here what would throw when the token is signed
        return changed;
      }),
    userinfo: (userinfo: MockUserinfo, login: MockLogin): Promise<MockUserinfo> =>
      run('userinfo', userinfo, async () => {
        const changed = await interceptor.userinfo?.(userinfo, loginOf(login));
        if (changed !== undefined) requireUserinfo(changed);
        return changed;
      }),
    response: (answer: MockResponse, request: MockRequest): Promise<MockResponse> =>
      run('response', answer, async () => {
        const { outcome, ...seen } = answer;
        const headers = { ...answer.headers };
        const changed = await interceptor.response?.({ ...seen, headers }, request);
        if (changed === undefined) return undefined;
        return { ...toResponse(changed), outcome: `${outcome ? `${outcome}; ` : ''}changed by intercept` };
      }),
  };
}

/** A copy without the rest of the grant. */
function loginOf({ clientId, personaId, scopes }: MockLogin): MockLogin {
  return { clientId, personaId, scopes: [...scopes] };
}

async function run<T>(name: keyof Interceptor, original: T, hook: () => Promise<T | undefined>): Promise<T> {
  try {
    return (await hook()) ?? original;
  } catch (error) {
    throw new OAuthRefusal(500, 'server_error', `intercept.${name} failed: ${reasonOf(error)}`);
  }
}

// Callers in JavaScript have no types.

const isText = (value: unknown): boolean => typeof value === 'string';

function requireRequest(request: ServerRequest): ServerRequest {
  const { method, target, headers, body } = request;
  const areHeaders =
    isPlainObject(headers) && Object.values(headers).every((value) => value === undefined || isText(value));
  if ([method, target, body].every(isText) && areHeaders) return request;
  throw new Error(
    'it must return method, target and body as text, and headers as a plain object of texts, or some of them',
  );
}

function requireUserinfo({ sub, data }: MockUserinfo): void {
  if (isText(sub) && isPlainObject(data) && Object.values(data).every(isText)) return;
  throw new Error('it must return sub and data, and every value of data is text');
}
