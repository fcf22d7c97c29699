import { createPrivateKey } from 'node:crypto';
import type { OnlineContext } from '../../src/check/answers.ts';
import type { CheckContext, CheckFinding, Reading } from '../../src/check/check.ts';
import type { Subject } from '../../src/check/credentials.ts';
import { SgidError, type SgidErrorCode } from '../../src/errors/sgid-error.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import type { FetchInit } from '../../src/oidc/http-exchange.ts';
import { createFakeClock } from './fake-clock.ts';
import type { Reply } from './fake-provider.ts';
import { HOSTNAME } from './sign-id-token.ts';

/** The redirect URI of the subject under test. */
export const REDIRECT_URI = 'http://localhost:5001/api/redirect';

/** A value that can be used. */
export function found<T>(value: T, origin = 'a test'): Reading<T> {
  return { ok: true, value, origin };
}

/** A value that cannot be used. */
export function broken(code: SgidErrorCode, message = 'it is broken'): Reading<never> {
  return { ok: false, error: new SgidError(code, message, { step: 'config', hint: 'mend it' }) };
}

/** Credentials in which everything is right, with changes. */
export function createSubject(changes: Partial<Subject> = {}): Subject {
  return {
    clientId: found(TEST_CLIENT_ID),
    clientSecret: found(TEST_CLIENT_SECRET),
    privateKey: found(createPrivateKey(TEST_PRIVATE_KEY)),
    redirectUri: found(REDIRECT_URI),
    hostname: found(HOSTNAME),
    scope: found('openid myinfo.name'),
    publicKeys: [],
    notices: [],
    secrets: [TEST_CLIENT_SECRET],
    ...changes,
  };
}

/** What an offline run works with: a port that is free, and no canary. */
export function createCheckContext(changes: Partial<CheckContext> = {}): CheckContext {
  return {
    subject: createSubject(),
    transport: undefined,
    probePort: async () => ({ kind: 'free', addresses: ['127.0.0.1', '::1'], port: 5001 }),
    canary: undefined,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** A request that was sent. */
export interface SentRequest extends FetchInit {
  readonly url: string;
}

/** What an online check works with, and the requests that it sent. */
export interface RecordingContext extends OnlineContext {
  readonly requests: readonly SentRequest[];
}

/** A provider that answers as told. */
export function createOnlineContext(
  answer: (request: SentRequest) => Reply | Error,
  subject: Partial<Subject> = {},
  clock = createFakeClock(),
): RecordingContext {
  const requests: SentRequest[] = [];
  return {
    requests,
    subject: createSubject(subject),
    hostname: HOSTNAME,
    signal: new AbortController().signal,
    transport: {
      clock,
      fetch: async (url, init) => {
        const request = { url, ...init };
        requests.push(request);
        const reply = answer(request);
        if (reply instanceof Error) throw reply;
        const { status = 200, body = '', headers = {} } = reply;
        return {
          status,
          headers: { get: (name) => headers[name.toLowerCase()] ?? null },
          text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
        };
      },
    },
  };
}

/** The verdict of a finding, and the code of a failure: `pass`, `fail ERR_SCOPE`. */
export function verdictOf(finding: CheckFinding): string {
  return finding.verdict === 'fail' ? `fail ${finding.code}` : finding.verdict;
}
