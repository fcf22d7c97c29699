import type { Journal } from '../trace/journal.ts';
import type { TraceRecorder } from '../trace/recorder.ts';

/** Lets the trace hear of what the journal of a login takes down. */
export function followForTrace(journal: Journal, trace: TraceRecorder): void {
  journal.follow({
    changed({ name, url, isWait }) {
      if (name === 'authorize' && url !== undefined) trace.authorizationUrl(url);
      if (name === 'callback' && isWait) trace.waiting();
    },
    warned(check) {
      if (check === 'browser') trace.browserFailed();
    },
    unexpected: ({ code }) => trace.stray(code),
    ended({ name, error, verdicts }) {
      if (name === 'callback' && error === undefined) trace.callbackReceived();
      if (name === 'id-token') trace.codeExchanged();
      const fields = verdicts.find(({ check }) => check === 'fields')?.detail;
      if (name === 'userinfo' && error !== undefined) trace.dataFetched(0);
      if (name === 'decrypt') trace.dataFetched(Number.parseInt(fields ?? '0', 10));
    },
  });
}
