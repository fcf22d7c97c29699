import { html, type SafeHtml } from '../html/html.ts';
import { breakable } from './page.ts';
import type { Trace, TraceRecord } from './trace.ts';
import { answerOf, describeRecord, formatBytes, formatDuration, formatMoment, toneOf } from './words.ts';

const NAMES: Readonly<Record<Actor, readonly [name: string, about: string]>> = {
  browser: ['Browser', 'the person'],
  sgid: ['sgid', 'this machine'],
  provider: ['Provider', 'sgID'],
};

/** The sequence diagram: a list, drawn with lines between the lanes of those who take part. */
export function renderSequence(trace: Trace): SafeHtml {
  const messages = messagesOf(trace);
  if (messages.length === 0) return html``;
  const hasBrowser = messages.some(({ from, to }) => from === 'browser' || to === 'browser');
  const actors: readonly Actor[] = hasBrowser ? ['browser', 'sgid', 'provider'] : ['sgid', 'provider'];
  return html`<section aria-labelledby="sequence">
<h2 id="sequence">Sequence</h2>
<div class="sequence ${hasBrowser ? 'three' : 'two'}">
<div class="actors" aria-hidden="true">${actors.map(renderActor)}</div>
<ol role="list" class="messages">
${messages.map(renderMessage)}
</ol>
</div>
</section>`;
}

function renderActor(actor: Actor): SafeHtml {
  const [name, about] = NAMES[actor];
  return html`<div class="actor ${actor}"><strong>${name}</strong><span>${about}</span></div>`;
}

function renderMessage({ from, to, kind, label, detail, tone, assumed, atMs }: Message): SafeHtml {
  const who = from === to ? NAMES[from][0] : `${NAMES[from][0]} to ${NAMES[to][0]}`;
  const mood = assumed ? 'assumed' : tone;
  const aside = assumed ? 'not seen by sgid' : detail;
  return html`<li class="message ${kind} ${mood} ${from}-${to}">
<span class="at" aria-hidden="true">${formatMoment(atMs)}</span>
<div class="line"><span class="hidden">${who}: </span><span class="label">${breakable(label)}</span>${
    aside === '' ? '' : html` <span class="detail">${aside}</span>`
  }<span class="arrow" aria-hidden="true"></span></div>
</li>`;
}

/** Who takes part in a login. */
export type Actor = 'browser' | 'sgid' | 'provider';

/** One line of a sequence diagram: from one to another, or beside one alone. */
export interface Message {
  readonly from: Actor;
  /** The same as `from` for what somebody does alone. */
  readonly to: Actor;
  readonly kind: 'request' | 'reply' | 'note';
  readonly label: string;
  readonly detail: string;
  readonly tone: 'normal' | 'fail' | 'warn';
  /** Not seen by this program, but known to be so. */
  readonly assumed?: boolean;
  readonly atMs: number;
}

/** What went between the browser, this program and the provider, in order. */
export function messagesOf({ records }: Trace): readonly Message[] {
  const isBrowserSeen = records.some(({ by }) => by === 'browser');
  return records.flatMap((record) => toMessages(record, isBrowserSeen)).toSorted((a, b) => a.atMs - b.atMs);
}

function toMessages(record: TraceRecord, isBrowserSeen: boolean): readonly Message[] {
  switch (record.kind) {
    case 'http':
      return exchange(record);
    case 'wait':
      return wait(record);
    case 'local':
      // The checks of "sgid check" run all at once, and are told elsewhere.
      if (record.step === 'check') return [];
      return record.step === 'authorize' ? handOver(record, isBrowserSeen) : [work(record)];
  }
}

function exchange(record: TraceRecord): readonly Message[] {
  const from = record.by ?? 'sgid';
  const { status, responseBytes, durationMs, startMs } = record;
  const tone = toneOf(record);
  const size = responseBytes === undefined ? [] : [formatBytes(responseBytes)];
  return [
    {
      from,
      to: 'provider',
      kind: 'request',
      label: describeRecord(record),
      detail: '',
      tone: 'normal',
      atMs: startMs,
    },
    {
      from: 'provider',
      to: from,
      kind: 'reply',
      label: answerOf(record),
      detail: [...(status === undefined ? [] : size), formatDuration(durationMs)].join(', '),
      tone: tone === 'normal' && status === undefined ? 'fail' : tone,
      atMs: Math.max(startMs, startMs + durationMs - ROUNDING_MS),
    },
  ];
}

/** Start and duration are tenths, so that their sum may seem to be after what a reply was followed by. */
const ROUNDING_MS = 0.15;

function wait(record: TraceRecord): readonly Message[] {
  const { startMs, durationMs, verdicts } = record;
  const tone = toneOf(record);
  const isReceived = verdicts.some(({ verdict }) => verdict === 'pass');
  const endMs = startMs + durationMs;
  const waiting: Message = {
    from: 'browser',
    to: 'browser',
    kind: 'note',
    label: 'log in and consent',
    detail: formatDuration(durationMs),
    tone: 'normal',
    atMs: startMs,
  };
  const arrival: Message = isReceived
    ? { ...waiting, to: 'sgid', kind: 'request', label: 'callback', detail: '', tone, atMs: endMs }
    : { ...waiting, from: 'sgid', to: 'sgid', label: 'no callback came', tone, atMs: endMs };
  return [waiting, arrival];
}

function handOver(record: TraceRecord, isBrowserSeen: boolean): readonly Message[] {
  const handed: Message = {
    from: 'sgid',
    to: 'browser',
    kind: 'request',
    label: 'authorization URL',
    detail: '',
    tone: toneOf(record),
    atMs: record.startMs,
  };
  if (isBrowserSeen || toneOf(record) === 'fail') return [handed];
  const label = describeRecord({ ...record, kind: 'http', method: 'GET' });
  return [handed, { ...handed, from: 'browser', to: 'provider', label, tone: 'normal', assumed: true }];
}

function work(record: TraceRecord): Message {
  const { startMs, durationMs } = record;
  const detail = durationMs > 0 ? formatDuration(durationMs) : '';
  return {
    from: 'sgid',
    to: 'sgid',
    kind: 'note',
    label: describeRecord(record),
    detail,
    tone: toneOf(record),
    atMs: startMs,
  };
}
