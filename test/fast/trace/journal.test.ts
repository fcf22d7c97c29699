import { describe, expect, it } from 'vitest';
import type { SgidErrorCode, SgidStep } from '../../../src/errors/codes.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { HttpExchange, StepName } from '../../../src/oidc/journal.ts';
import type { Verdict } from '../../../src/oidc/verdict.ts';
import { createRedactor } from '../../../src/text/redact.ts';
import { Journal, type Step } from '../../../src/trace/journal.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { redactUrl, toTrace } from '../../../src/trace/writing.ts';

const PROVIDER = 'https://provider.test/v2';
const REDIRECT_URI = 'http://localhost:5001/callback';

/** A journal with a clock that the test moves, and the trace that is written of it. */
function begin() {
  let now = 1_000;
  const journal = new Journal(Date.UTC(2026, 0, 31, 12), () => now);
  const { hide, redact } = createRedactor();
  return {
    journal,
    hide,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** An exchange that took 10 ms. */
    exchange: (path = '/oauth/token', status = 200): HttpExchange => {
      now += 10;
      return { method: 'POST', url: PROVIDER + path, status, milliseconds: 10 };
    },
    write: (failure?: SgidError) => toTrace(journal, { command: 'login', version: '1.2.3', failure }, redact),
    /** Runs a step that fails. */
    fail: async (name: StepName, error: unknown, run: (step: Step) => void = () => {}) =>
      journal
        .step(name, async (step) => {
          run(step);
          throw error;
        })
        .catch(() => {}),
  };
}

function errorOf(code: SgidErrorCode, step: SgidStep, error?: string): SgidError {
  return new SgidError(code, 'words', { step, ...(error && { reply: { status: 400, error, body: '' } }) });
}

/** Each record as `kind step: verdict check code, ...`. */
function linesOf({ records }: Trace): readonly string[] {
  return records.map(({ kind, step, verdicts }) => {
    const found = verdicts.map(({ verdict, check, code = '' }) => `${verdict} ${check} ${code}`.trim());
    return `${kind} ${step}: ${found.join(', ')}`;
  });
}

const PASSED = { check: 'signature', verdict: 'pass', detail: 'made by CANARY' } as const;

describe('the trace of a journal', () => {
  it('has a record for each step, timed, with what was found and no words of it', async () => {
    const { journal, pass, exchange, write } = begin();
    pass(5);
    const url = `${PROVIDER}/oauth/authorize?state=CANARY&iss=x`;
    await journal.step('authorize', async (step) => step.url(url));
    await journal.step('callback', async (step) => {
      step.waits(REDIRECT_URI);
      pass(30_000);
      step.verdicts([{ check: 'state', verdict: 'pass' }]);
    });
    await journal.step('token', async (step) => step.exchange(exchange()));
    await journal.step('id-token', async (step) => {
      pass(3);
      step.verdicts([PASSED]);
    });
    const decrypted = { check: 'fields', verdict: 'pass', detail: 'CANARY', summary: '7 decrypted' } as const;
    await journal.step('decrypt', async (step) => step.verdicts([decrypted]));
    const trace = write();
    expect(trace).toMatchObject({
      version: 1,
      tool: { name: 'sgid', version: '1.2.3' },
      startedAt: '2026-01-31T12:00:00.000Z',
      durationMs: 30_018,
      outcome: { ok: true },
      records: [
        { url: `${PROVIDER}/oauth/authorize?state=[redacted]&iss=x` },
        { startMs: 5, durationMs: 30_000, url: REDIRECT_URI },
        { startMs: 30_005, durationMs: 10, status: 200 },
        { durationMs: 3 },
        { verdicts: [{ detail: '7 decrypted' }] },
      ],
    });
    expect(linesOf(trace)).toEqual([
      'local authorize: ',
      'wait callback: pass state',
      'http token: pass response',
      'local id-token: pass signature',
      'local decrypt: pass fields',
    ]);
    expect(JSON.stringify(trace)).not.toContain('CANARY');
  });

  it('ends a step that still runs where it ends itself', () => {
    const { journal, pass, write } = begin();
    void journal.step('callback', async (step) => {
      step.waits(REDIRECT_URI);
      await new Promise(() => {});
    });
    pass(10);
    expect(write().records).toMatchObject([{ kind: 'wait', durationMs: 10, verdicts: [] }]);
  });

  it('blames the last answer alone after asking again', async () => {
    const { fail, exchange, write } = begin();
    const error = errorOf('ERR_PROVIDER_UNAVAILABLE', 'userinfo');
    await fail('userinfo', error, (step) => {
      step.exchange(exchange('/oauth/userinfo', 503));
      step.exchange(exchange('/oauth/userinfo', 503));
    });
    expect(linesOf(write(error))).toEqual([
      'http userinfo: warn response',
      'http userinfo: fail response ERR_PROVIDER_UNAVAILABLE',
    ]);
  });

  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['S1234567A', undefined],
    ['__proto__', undefined],
  ])('reports the error %s of a provider where a specification names it', async (named, detail) => {
    const { fail, exchange, write } = begin();
    const error = errorOf('ERR_TOKEN_REFUSED', 'token', named);
    await fail('token', error, (step) => step.exchange(exchange('/oauth/token', 400)));
    expect(write(error).records[0]?.verdicts).toEqual([
      { check: 'response', verdict: 'fail', code: 'ERR_TOKEN_REFUSED', detail },
    ]);
  });

  it('puts a failure where it was found, else after what was found, and not into the steps around it', async () => {
    const { journal, fail, exchange, write } = begin();
    const mismatch = errorOf('ERR_SUB_MISMATCH', 'userinfo');
    const around = journal.step('id-token', async () => {
      await fail('jwks', mismatch);
      throw mismatch;
    });
    await around.catch(() => {});
    const late = errorOf('ERR_ID_TOKEN_NONCE', 'id-token');
    const failed: Verdict = { check: 'nonce', verdict: 'fail', error: late };
    await fail('id-token', late, (step) =>
      step.verdicts([PASSED, failed, { check: 'subject', verdict: 'skip' }]),
    );
    await fail('userinfo', errorOf('ERR_SUB_MISMATCH', 'userinfo'), (step) => step.exchange(exchange()));
    expect(linesOf(write(late))).toEqual([
      'local jwks: warn subject ERR_SUB_MISMATCH',
      'local id-token: pass signature, fail nonce ERR_ID_TOKEN_NONCE, skip subject',
      'http userinfo: pass response, warn subject ERR_SUB_MISMATCH',
    ]);
  });

  it('blames nothing for an interruption', async () => {
    const { fail, exchange, write } = begin();
    const error = errorOf('ERR_INTERRUPTED', 'program');
    await fail('token', error, (step) => {
      const { status: _none, ...rest } = exchange();
      step.exchange({ ...rest, failure: 'ABORT ERR' });
    });
    const trace = write(error);
    expect(linesOf(trace)).toEqual(['http token: skip response']);
    expect(trace.records[0]?.failure).toBe('failed');
  });

  it('has a record for each unexpected callback, but no more than 50', async () => {
    const { journal, write } = begin();
    await journal.step('callback', async (step) => {
      for (let count = 0; count < 1_000; count++) step.unexpected(errorOf('ERR_STATE_MISMATCH', 'callback'));
      step.warn('browser', 'CANARY');
    });
    const trace = write();
    const unexpected = Array(50).fill('local callback: warn state ERR_STATE_MISMATCH');
    expect(linesOf(trace).toSorted()).toEqual(['local callback: warn browser', ...unexpected]);
    expect(trace.droppedRecords).toBe(950);
  });

  it('has the checks of sgid check, and their requests without a verdict', () => {
    const { journal, exchange, write } = begin();
    journal.exchangesOnly('token').exchange(exchange('/oauth/token', 401));
    const error = errorOf('ERR_TOKEN_REFUSED', 'token');
    journal.checked({ check: 'client-secret', verdict: 'fail', error }, 10);
    expect(linesOf(write())).toEqual(['http token: ', 'local check: fail client-secret ERR_TOKEN_REFUSED']);
    expect(write().records[1]).toMatchObject({ startMs: 0, durationMs: 10 });
  });

  it('takes out a secret that is learnt of later, in any spelling, before a long URL is cut', async () => {
    const { journal, hide, exchange, write } = begin();
    for (const path of ['/CANARY%2F0123456789', `/${'x'.repeat(965)}/CANARY%2F0123456789`])
      await journal.step('token', async (step) => step.exchange(exchange(path)));
    hide(['CANARY/0123456789']);
    const urls = write().records.map(({ url = '' }) => url);
    expect(urls.map(({ length }) => length <= 1_000)).toEqual([true, true]);
    expect(urls.join()).not.toContain('CANARY');
  });
});

describe('redactUrl', () => {
  it('keeps the path, the names of all parameters, and the values that are no secret', () => {
    const url = `${PROVIDER}?response_type=code&client_id=APP-1&scope=a%20b&redirect_uri=x%3A%2F%2Fa&code_challenge_method=S256`;
    expect(redactUrl(url)).toBe(url);
  });

  it.each([
    ...['state', 'nonce', 'code', 'code_verifier', 'code_challenge', 'client_secret'],
    ...['error_description', 'anything-else'],
  ])('takes the value of %s away', (name) => {
    expect(redactUrl(`https://provider.test/cb?${name}=CANARY&${name}=CANARY&iss=x`)).toBe(
      `https://provider.test/cb?${name}=[redacted]&${name}=[redacted]&iss=x`,
    );
  });

  it('takes user, password and fragment away, and all of what is no URL', () => {
    expect(redactUrl('https://CANARY:CANARY@x.test/cb#access_token=CANARY')).toBe('https://x.test/cb');
    expect(redactUrl('CANARY')).toBe('[redacted]');
  });
});
