import type { SgidErrorCode, SgidStep } from '../../../src/errors/sgid-error.ts';
import type { HttpExchange } from '../../../src/system/http-client.ts';
import { createTraceRecorder, type TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';

/** The provider's address, up to the paths of the protocol. */
export const PROVIDER = 'https://provider.test/v2';

/** Where the callback is awaited. */
export const REDIRECT_URI = 'http://localhost:5001/callback';

/** A recorder with a clock that the test moves. */
export interface Recording {
  readonly recorder: TraceRecorder;
  /** Lets time pass, in milliseconds. */
  pass(milliseconds: number): void;
  /** An exchange that took 10 ms. */
  exchange(path: string, status?: number, rest?: Partial<HttpExchange>): void;
  fail(code: SgidErrorCode, step: SgidStep, oauthError?: string): Trace;
}

/** Starts to record a command. */
export function record(command = 'login'): Recording {
  let now = 1_000;
  const recorder = createTraceRecorder({
    command,
    version: '1.2.3',
    startedAt: Date.UTC(2026, 0, 31, 12),
    now: () => now,
  });
  return {
    recorder,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    exchange: (path, status = 200, rest = {}) => {
      now += 10;
      recorder.exchange({ method: 'GET', url: PROVIDER + path, status, milliseconds: 10, ...rest });
    },
    fail: (code, step, oauthError) => recorder.finish({ code, step, oauthError }),
  };
}

/** A login up to the callback. */
export function recordCallback(command?: string): Recording {
  const recording = record(command);
  const { recorder, pass } = recording;
  pass(5);
  recorder.authorizationUrl(
    `${PROVIDER}/oauth/authorize?client_id=TEST-1&state=STATE&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`,
  );
  recorder.waiting();
  pass(30_000);
  recorder.callbackReceived();
  return recording;
}

/** A login up to userinfo. */
export function recordVerified(): Recording {
  const recording = recordCallback();
  recording.exchange('/oauth/token');
  recording.exchange('/.well-known/jwks.json');
  recording.pass(3);
  recording.recorder.codeExchanged();
  recording.exchange('/oauth/userinfo');
  return recording;
}

/** Each record as `kind step: verdict check, ...`. */
export function linesOf({ records }: Trace): readonly string[] {
  return records.map(
    ({ kind, step, verdicts }) =>
      `${kind} ${step}: ${verdicts.map(({ verdict, check, code }) => `${verdict} ${check}${code ? ` ${code}` : ''}`).join(', ')}`,
  );
}
