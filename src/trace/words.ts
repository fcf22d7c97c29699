import type { Trace, TraceRecord, TraceVerdict } from './trace.ts';

export const LEGEND = {
  http: 'request',
  local: 'this machine',
  wait: 'waiting',
  fail: 'failed',
  pause: 'a pause, shortened',
} as const;

/** For example `<1 ms`, `14 ms`, `1.31 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 1) return '<1 ms';
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_995) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** For example `812 B`, `1.9 kB`, `1.0 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999_950 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** For example `2026-01-31 12:00:00 UTC`. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** What a record is about, in a few words: an exchange by method and path, all else by what is done. */
export function describeRecord({ step, kind, method, url, verdicts }: TraceRecord): string {
  if (kind === 'http') return [method, url === undefined ? undefined : pathOf(url)].filter(Boolean).join(' ');
  if (step === 'check') return verdicts[0]?.check ?? step;
  if (step === 'callback' && kind === 'local') {
    return verdicts.some(({ verdict }) => verdict === 'warn')
      ? 'an unexpected callback, ignored'
      : 'validate the callback';
  }
  return WORK.get(step) ?? step;
}

const WORK: ReadonlyMap<string, string> = new Map([
  ['listen', 'open the callback listener'],
  ['authorize', 'make the authorization URL'],
  ['callback', 'wait for the callback'],
  ['id-token', 'verify the ID token'],
  ['decrypt', 'decrypt the claims'],
]);

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

/** How an exchange ended, by its status or what it failed with; how a check of `sgid check` did; else nothing. */
export function answerOf({ kind, step, status, failure, verdicts }: TraceRecord): string {
  if (kind === 'http') return `${status ?? failure ?? 'no answer'}`;
  return step === 'check' ? (verdicts[0]?.verdict ?? '') : '';
}

/** The origin of the provider; `undefined` when nothing was sent to it. */
export function providerOf({ records }: Trace): string | undefined {
  const urls = records.filter(({ step }) => step !== 'callback').flatMap(({ url }) => url ?? []);
  const url = urls.find((text) => URL.canParse(text));
  return url === undefined ? undefined : new URL(url).origin;
}

export function toneOf({ verdicts }: Pick<TraceRecord, 'verdicts'>): 'fail' | 'warn' | 'normal' {
  const has = (wanted: TraceVerdict['verdict']): boolean =>
    verdicts.some(({ verdict }) => verdict === wanted);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'normal';
}

export function remarkOf({ code, detail }: TraceVerdict): string {
  return [code, detail === undefined ? undefined : `(${detail})`].filter(Boolean).join(' ');
}
