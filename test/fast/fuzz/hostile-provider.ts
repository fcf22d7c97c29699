import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect } from 'vitest';
import { ERRORS } from '../../../src/errors/codes.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { CallOptions } from '../../../src/oidc/journal.ts';
import { SgidProvider } from '../../../src/sgid/sgid-provider.ts';
import { isRecord, parseJson } from '../../../src/text/guards.ts';
import { UNSEEN } from '../../../src/text/printable.ts';
import { createRedactor } from '../../../src/text/redact.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { toTrace } from '../../../src/trace/writing.ts';
import { type Canaries, findCanaries, spellingsOf } from '../../helpers/canaries.ts';
import { wordsOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createFakeProvider, type FakeProviderParts, type Reply } from '../../helpers/fake-provider.ts';
import { HOSTNAME } from '../../helpers/sign-id-token.ts';
import { note } from './fuzz.ts';
import { anyJson, anyObject } from './hostile-json.ts';
import { anyPiece, anyPump, changedText, mostly } from './hostile-text.ts';

/** What the provider is sent. */
export const SENT = {
  clientSecret: 'CANARY client/secret+4711~',
  code: 'CANARY-code/0815+',
  codeVerifier: 'CANARY-verifier-'.padEnd(43, '7'),
  accessToken: 'CANARY-access.token~42',
};

const anySpelling = (secrets: readonly string[]) =>
  fc.constantFrom('', ...secrets).chain((secret) => fc.constantFrom(...spellingsOf(secret)));

/** The words of a provider that says back what it was sent. */
const anyEcho = (secrets: readonly string[]) =>
  fc
    .array(fc.oneof(anySpelling(secrets), anyPiece, fc.constantFrom('invalid_grant', 'error=')), {
      maxLength: 5,
    })
    .map((pieces) => pieces.join(''));

const anyStatus = mostly(
  fc.constant(200),
  fc.constantFrom(201, 204, 206, 302, 400, 401, 403, 404, 429, 500, 502, 503, 599),
  3,
);

const WAITS = ['0', '5', '120', '-1', '1e9', '9'.repeat(400), 'Wed, 21 Oct 2099 07:28:00 GMT', 'GMT'];

/**
 * Answers in which a good body is often whole, and else changed, or replaced by something else.
 *
 * @param secrets What the endpoint is sent, and may say back.
 */
export function anyReply(body: fc.Arbitrary<string>, secrets: readonly string[] = []): fc.Arbitrary<Reply> {
  const echo = anyEcho(secrets);
  const quoted = echo.map((words) => JSON.stringify(words));
  const challenge = fc
    .tuple(fc.constantFrom('', 'Bearer error="', 'Basic '), echo)
    .map((words) => words.join(''));
  return fc.record({
    status: anyStatus,
    headers: fc.record(
      { 'www-authenticate': challenge, 'retry-after': fc.constantFrom(...WAITS) },
      { requiredKeys: [] },
    ),
    body: fc.oneof(
      { weight: 40, arbitrary: body },
      { weight: 5, arbitrary: changedText(body) },
      { weight: 5, arbitrary: anyObject({ error: quoted, error_description: quoted }) },
      { weight: 5, arbitrary: echo },
      { weight: 2, arbitrary: anyJson },
      { weight: 1, arbitrary: anyPump(mostly(echo, anySpelling(secrets))) },
    ),
  });
}

/** The object that a good answer holds; `undefined` for any other answer. */
export function readObject({ status, body }: Reply): Readonly<Record<string, unknown>> | undefined {
  const text = String(body);
  const json = status === 200 && Buffer.byteLength(text) <= 1024 * 1024 ? parseJson(text) : undefined;
  return isRecord(json) ? json : undefined;
}

const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);

/** All that an error shows is shorter: three quotations of 2 kB, and words of ours. */
const LONGEST_WORDS = 12_000;

const UNPRINTABLE = new RegExp(`[${UNSEEN}]`, 'u');

/** Takes a step at a provider that answers so: what it gives, or the code of an error in which there is nothing to find fault with. */
export async function attemptAt<Result>(
  parts: FakeProviderParts,
  step: (
    provider: SgidProvider,
    options: CallOptions,
    transport: ConstructorParameters<typeof SgidProvider>[0]['transport'],
  ) => Promise<Result>,
  secrets: Readonly<Record<string, string>>,
): Promise<{ readonly result: Result } | { readonly code: string }> {
  const fake = createFakeProvider(parts);
  const transport = { fetch: fake.fetch, clock: createFakeClock() };
  const provider = new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: SENT.clientSecret,
    privateKey: PRIVATE_KEY,
    hostname: HOSTNAME,
    transport,
  });
  const journal = new Journal(0);
  let failure: unknown;
  try {
    const result = await step(provider, { journal }, transport);
    note('ok');
    return { result };
  } catch (error) {
    failure = error;
  }
  if (!(failure instanceof SgidError)) throw failure;
  const { code, message, hint, causes, reply } = failure;
  note(code);
  expect(ERRORS[code].exit).toBeGreaterThan(1);
  const words = [message, hint, ...causes, reply?.error, reply?.description, reply?.body].join(' ');
  expect(words).not.toMatch(UNPRINTABLE);
  expect(words.length).toBeLessThan(LONGEST_WORDS);
  const trace = toTrace(journal, { command: 'login', version: '0', failure }, createRedactor().redact);
  const shown = wordsOf(failure) + inspect(failure, { depth: 9, showHidden: true }) + JSON.stringify(trace);
  const hidden: Canaries = new Map(Object.entries(secrets));
  expect(findCanaries(shown, hidden)).toEqual([]);
  expect(fake.requestsTo('token').length).toBeLessThan(2);
  expect(fake.requests.length).toBeLessThan(5);
  return { code };
}
