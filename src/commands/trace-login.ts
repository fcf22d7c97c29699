import type { LoginParty, LoginProgress } from '../login/login.ts';
import type { TraceRecorder } from '../trace/recorder.ts';

/** A login's progress, of which the trace hears as well. */
export function traceProgress(progress: LoginProgress, trace: TraceRecorder | undefined): LoginProgress {
  if (trace === undefined) return progress;
  return {
    authorizationUrl(url, opening) {
      trace.authorizationUrl(url);
      progress.authorizationUrl(url, opening);
    },
    waiting(timeoutMs) {
      trace.waiting();
      progress.waiting(timeoutMs);
    },
    browserFailed(reason) {
      trace.browserFailed();
      progress.browserFailed(reason);
    },
    providerFailed: (error) => progress.providerFailed(error),
    stray(error) {
      trace.stray(error.code);
      progress.stray(error);
    },
    callbackReceived() {
      trace.callbackReceived();
      progress.callbackReceived();
    },
  };
}

/** A login's party, of whose steps the trace hears when they are over: what follows them is no part of them. */
export function traceParty(party: LoginParty, trace: TraceRecorder | undefined): LoginParty {
  if (trace === undefined) return party;
  return {
    endpoints: party.endpoints,
    authorizationUrl: (request) => party.authorizationUrl(request),
    fetchKeys: (signal) => party.fetchKeys(signal),
    exchangeCode: (grant, signal) =>
      party.exchangeCode(grant, signal).finally(() => {
        trace.codeExchanged();
      }),
    async fetchData(login, signal) {
      let claims = 0;
      try {
        const data = await party.fetchData(login, signal);
        claims = Object.keys(data).length;
        return data;
      } finally {
        trace.dataFetched(claims);
      }
    },
  };
}
