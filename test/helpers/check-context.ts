import { createPrivateKey } from 'node:crypto';
import type { CheckContext } from '../../src/check/check.ts';
import type { Loaded, TestedCredentials } from '../../src/check/credentials.ts';
import { type CheckId, type CheckResult, runChecks } from '../../src/check/run-checks.ts';
import { SgidError, type SgidErrorCode } from '../../src/errors/sgid-error.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import type { Clock } from '../../src/system/clock.ts';
import { createFakeClock } from './fake-clock.ts';
import type { Reply, SeenRequest } from './fake-provider.ts';
import { HOSTNAME } from './sign-id-token.ts';

/** The redirect URI of the credentials under test; port 0 is none to listen on. */
export const REDIRECT_URI = 'http://localhost:0/api/redirect';

/** A value that can be used. */
export function found<T>(value: T, origin = 'a test'): Loaded<T> {
  return { ok: true, value, origin };
}

/** A value that cannot be used. */
export function broken(code: SgidErrorCode, message = 'it is broken'): Loaded<never> {
  return { ok: false, error: new SgidError(code, message, { hint: 'fix it' }) };
}

/** What differs from credentials in which everything is right, and how the provider answers. */
export interface CheckParts extends Partial<TestedCredentials> {
  /** Offline when left out. */
  readonly answer?: (request: SeenRequest) => Reply | Error;
  readonly clock?: Clock;
  readonly canary?: Loaded<string>;
  readonly signal?: AbortSignal;
}

/** What checks work with, and the requests that they sent. */
export function createCheckContext({
  answer,
  clock = createFakeClock(),
  canary,
  signal = new AbortController().signal,
  ...changes
}: CheckParts = {}): CheckContext & { readonly requests: readonly SeenRequest[] } {
  const requests: SeenRequest[] = [];
  return {
    requests,
    signal,
    canary,
    env: {},
    credentials: {
      clientId: found(TEST_CLIENT_ID),
      clientSecret: found(TEST_CLIENT_SECRET),
      privateKey: found(createPrivateKey(TEST_PRIVATE_KEY)),
      redirectUri: found(REDIRECT_URI),
      hostname: found(HOSTNAME),
      scope: found(['openid', 'myinfo.name']),
      publicKeys: [],
      mixture: undefined,
      notices: [],
      secrets: [TEST_CLIENT_SECRET],
      ...changes,
    },
    transport: answer && {
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

/** Runs one check, as `--only` does. */
export async function runCheck(id: CheckId, parts: CheckParts = {}): Promise<CheckResult> {
  const { checks } = await runChecks(createCheckContext(parts), [id]);
  const [result] = checks;
  if (result === undefined) throw new Error(`${id} did not run`);
  return result;
}

/** The verdict of a result, and the code of a failure: `pass`, `fail ERR_SCOPE`. */
export function verdictOf({ verdict, code }: CheckResult): string {
  return code === undefined ? verdict : `${verdict} ${code}`;
}
