import type { Trace, TraceRecord } from '../../../src/trace/trace.ts';

const PROVIDER = 'https://provider.test';

/** A record of an exchange; what is special about it is given. */
export function exchangeRecord(rest: Partial<TraceRecord> = {}): TraceRecord {
  return {
    step: 'token',
    kind: 'http',
    startMs: 31_000,
    durationMs: 40,
    method: 'POST',
    url: `${PROVIDER}/v2/oauth/token`,
    status: 200,
    requestBytes: 266,
    responseBytes: 1_900,
    verdicts: [{ check: 'response', verdict: 'pass' }],
    ...rest,
  };
}

/** A record of work on this machine. */
export function localRecord(rest: Partial<TraceRecord> = {}): TraceRecord {
  return { step: 'id-token', kind: 'local', startMs: 31_040, durationMs: 5, verdicts: [], ...rest };
}

/** A login by an invented person, with a long wait; what is special about it is given. */
export function sampleTrace(rest: Partial<Trace> = {}): Trace {
  return {
    version: 1,
    tool: { name: 'sgid', version: '0.0.0-test' },
    startedAt: '2026-01-31T12:00:00.000Z',
    durationMs: 31_045,
    command: 'login',
    outcome: { ok: true },
    records: [
      localRecord({
        step: 'authorize',
        startMs: 20,
        durationMs: 0,
        url: `${PROVIDER}/v2/oauth/authorize?client_id=TEST-1&scope=openid%20myinfo.name&state=[redacted]`,
      }),
      {
        step: 'callback',
        kind: 'wait',
        startMs: 21,
        durationMs: 30_979,
        verdicts: ['parameters', 'state', 'grant'].map((check) => ({ check, verdict: 'pass' })),
      },
      exchangeRecord(),
      localRecord({ verdicts: ['algorithm', 'signature'].map((check) => ({ check, verdict: 'pass' })) }),
    ],
    ...rest,
  };
}

/** A login whose code was refused, after an unexpected callback. */
export function failedTrace(): Trace {
  const { records, ...rest } = sampleTrace();
  return {
    ...rest,
    outcome: { ok: false, code: 'ERR_TOKEN_REFUSED', step: 'token' },
    records: [
      ...records.slice(0, 2),
      localRecord({
        step: 'callback',
        startMs: 9_000,
        durationMs: 0,
        verdicts: [{ check: 'state', verdict: 'warn', code: 'ERR_STATE_MISMATCH', detail: 'ignored' }],
      }),
      exchangeRecord({
        status: 400,
        verdicts: [
          { check: 'response', verdict: 'fail', code: 'ERR_TOKEN_REFUSED', detail: 'invalid_grant' },
        ],
      }),
    ],
  };
}

/** What somebody may put into a text to reach a terminal or a page. */
export const HOSTILE_TEXT =
  '\u001b[31m\u001b]0;title\u0007\u009b2J\r\n::error::\u202eevil\u2066\u200b\u034f\u3164\u{e0041}<script>alert(1)</script>"\'><img src=x onerror=alert(1)>&lt;\u0000';

/** A trace with that in every text, as its JSON. */
export function hostileTrace(): string {
  const verdict = { check: HOSTILE_TEXT, verdict: 'fail', code: HOSTILE_TEXT, detail: HOSTILE_TEXT };
  const record = {
    step: HOSTILE_TEXT,
    kind: 'http',
    by: HOSTILE_TEXT,
    startMs: 0,
    durationMs: 1,
    method: HOSTILE_TEXT,
    failure: HOSTILE_TEXT,
    verdicts: [verdict],
    [HOSTILE_TEXT]: HOSTILE_TEXT,
  };
  const url = `https://${HOSTILE_TEXT}`;
  const parameter = `https://provider.test/${HOSTILE_TEXT}?${HOSTILE_TEXT}=${HOSTILE_TEXT}`;
  return JSON.stringify({
    version: 1,
    tool: { name: HOSTILE_TEXT, version: HOSTILE_TEXT },
    startedAt: '2026-01-31T12:00:00.000Z',
    durationMs: 1,
    command: HOSTILE_TEXT,
    outcome: { ok: false, code: HOSTILE_TEXT, step: HOSTILE_TEXT },
    records: [
      { ...record, url },
      { ...record, kind: 'local', step: 'authorize', url: parameter },
      { ...record, kind: 'wait', url: parameter },
      { ...record, step: 'authorize', by: 'browser', url: parameter, status: 999 },
    ],
  });
}

/** What must not reach a terminal: control characters and invisible ones that change how others are shown. */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
