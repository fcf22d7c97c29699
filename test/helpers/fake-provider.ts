import { createPublicKey } from 'node:crypto';
import { encryptUserinfo } from '../../src/mock/encryption.ts';
import { TEST_PUBLIC_KEY } from '../../src/mock/test-credentials.ts';
import type { Fetch, FetchInit } from '../../src/oidc/send.ts';
import { HOSTNAME, ISSUER, SUB, signIdToken, signingKey } from './sign-id-token.ts';

export const ACCESS_TOKEN = 'test-access-token-c0ffee';
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

/** A request that the provider saw. */
export interface SeenRequest extends FetchInit {
  readonly url: string;
}

/** What an endpoint does: answer, break the connection (an Error), or decide by the request. */
export type Answer = Reply | Error | ((request: SeenRequest) => Reply | Promise<Reply>);

/** An endpoint's answers in turn; the last one stays. */
export type Answers = Answer | readonly [Answer, ...Answer[]];

/** The parts of the provider that a test may replace. */
export interface FakeProviderParts {
  readonly token?: Answers;
  readonly jwks?: Answers;
  readonly userinfo?: Answers;
  readonly discovery?: Answers;
}

/** A provider without a network. */
export interface FakeProvider {
  readonly fetch: Fetch;
  readonly requests: readonly SeenRequest[];
  /** The requests to one endpoint. */
  requestsTo(part: keyof FakeProviderParts): readonly SeenRequest[];
}

const PATHS: Readonly<Record<keyof FakeProviderParts, string>> = {
  token: '/v2/oauth/token',
  jwks: '/v2/.well-known/jwks.json',
  userinfo: '/v2/oauth/userinfo',
  discovery: '/v2/.well-known/openid-configuration',
};

const GOOD: Readonly<Record<keyof FakeProviderParts, Answer>> = {
  token: async () => ({ body: { access_token: ACCESS_TOKEN, id_token: await signIdToken() } }),
  jwks: { body: { keys: [signingKey.jwk] } },
  userinfo: async () => ({ body: await userinfoBody(PERSON) }),
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

/** A provider that answers as sgID does for the test client, except for the parts given. */
export function createFakeProvider(parts: FakeProviderParts = {}): FakeProvider {
  const requests: SeenRequest[] = [];
  const requestsTo = (part: keyof FakeProviderParts): SeenRequest[] =>
    requests.filter(({ url }) => new URL(url).pathname === PATHS[part]);
  return {
    requests,
    requestsTo,
    fetch: async (url, init) => {
      const request = { url, ...init };
      requests.push(request);
      const part = partOf(url);
      const answer = pick(parts[part] ?? GOOD[part], requestsTo(part).length);
      if (answer instanceof Error) throw answer;
      return toResponse(typeof answer === 'function' ? await answer(request) : answer);
    },
  };
}

/** A userinfo body with these values encrypted to the test client. */
export async function userinfoBody(
  values: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  return { sub: SUB, ...(await encryptUserinfo(values, createPublicKey(TEST_PUBLIC_KEY))) };
}

/** A failed connection as Node reports it, for example `ECONNRESET`. */
export function networkFailure(code: string): Error {
  return Object.assign(new Error('the original words, which may quote the request'), { code });
}

function partOf(url: string): keyof FakeProviderParts {
  for (const part of ['token', 'jwks', 'userinfo', 'discovery'] as const) {
    if (url === HOSTNAME + PATHS[part]) return part;
  }
  throw new Error(`a request went astray: ${url}`);
}

function pick(answers: Answers, turn: number): Answer {
  if (!isList(answers)) return answers;
  return answers[turn - 1] ?? answers.at(-1) ?? answers[0];
}

function isList(answers: Answers): answers is readonly [Answer, ...Answer[]] {
  return Array.isArray(answers);
}

function toResponse({ status = 200, body = '', headers = {} }: Reply): Awaited<ReturnType<Fetch>> {
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
  };
}
