import { createPublicKey } from 'node:crypto';
import { encryptUserinfo } from '../../src/mock/encryption.ts';
import { TEST_PUBLIC_KEY } from '../../src/mock/test-credentials.ts';
import type { Fetch, FetchInit } from '../../src/oidc/transport.ts';
import { ACCESS_TOKEN, HOSTNAME, ISSUER, SUB, signIdToken, signingJwk } from './sign-id-token.ts';

/** What the good userinfo answer holds. An invented person. */
export const PERSON: Readonly<Record<string, string>> = { 'myinfo.name': 'TAN AH TEST' };

/** One answer of the provider; by default status 200 without headers. */
export interface Reply {
  readonly status?: number;
  /** Text goes as it is, everything else as JSON. */
  readonly body?: unknown;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SeenRequest extends FetchInit {
  readonly url: string;
}

/** An endpoint answers, breaks the connection (an Error), or decides by the request. */
export type Answer = Reply | Error | ((request: SeenRequest) => Reply | Promise<Reply>);

/** An endpoint's answers in turn; the last one stays. */
export type Answers = Answer | readonly [Answer, ...Answer[]];

type Part = 'token' | 'jwks' | 'userinfo' | 'discovery';

/** What a test replaces. */
export type FakeProviderParts = Readonly<Partial<Record<Part, Answers>>>;

export type FakeProvider = ReturnType<typeof createFakeProvider>;

const PATHS: Readonly<Record<Part, string>> = {
  token: '/v2/oauth/token',
  jwks: '/v2/.well-known/jwks.json',
  userinfo: '/v2/oauth/userinfo',
  discovery: '/v2/.well-known/openid-configuration',
};

const GOOD: Readonly<Record<Part, Answer>> = {
  token: async () => ({ body: { access_token: ACCESS_TOKEN, id_token: await signIdToken() } }),
  jwks: { body: { keys: [signingJwk] } },
  userinfo: () => ({ body: userinfoBody(PERSON) }),
  discovery: {
    body: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      token_endpoint: `${ISSUER}/oauth/token`,
      userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    },
  },
};

/** A provider without a network that answers as sgID does for the test client, except for the parts given. */
export function createFakeProvider(parts: FakeProviderParts = {}) {
  const requests: SeenRequest[] = [];
  const requestsTo = (part: Part): readonly SeenRequest[] =>
    requests.filter(({ url }) => new URL(url).pathname === PATHS[part]);
  const fetch: Fetch = async (url, init) => {
    const request = { url, ...init };
    requests.push(request);
    const part = partOf(url);
    const answers = [parts[part] ?? GOOD[part]].flat();
    const answer = answers[requestsTo(part).length - 1] ?? answers.at(-1) ?? GOOD[part];
    if (answer instanceof Error) throw answer;
    return toResponse(typeof answer === 'function' ? await answer(request) : answer);
  };
  return { fetch, requests: requests as readonly SeenRequest[], requestsTo };
}

/** A userinfo body with these values encrypted to the test client. */
function userinfoBody(values: Readonly<Record<string, string>>): Record<string, unknown> {
  return { sub: SUB, ...encryptUserinfo(values, createPublicKey(TEST_PUBLIC_KEY)) };
}

/** A failed connection as Node reports it, for example `ECONNRESET`. */
export function networkFailure(code: string): Error {
  return Object.assign(new Error('the original words, which may quote the request'), { code });
}

function partOf(url: string): Part {
  for (const part of ['token', 'jwks', 'userinfo', 'discovery'] as const) {
    if (url === HOSTNAME + PATHS[part]) return part;
  }
  throw new Error(`a request went astray: ${url}`);
}

function toResponse({ status = 200, body = '', headers = {} }: Reply): Awaited<ReturnType<Fetch>> {
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
  };
}
