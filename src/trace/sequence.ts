import { html, SafeHtml } from '../html/html.ts';
import type { Trace, TraceRecord } from './trace.ts';
import { answerOf, describeRecord, formatBytes, formatDuration, toneOf } from './words.ts';

type Actor = 'browser' | 'sgid' | 'provider';

const NAMES: Readonly<Record<Actor, readonly [name: string, about: string]>> = {
  browser: ['Browser', 'the person'],
  sgid: ['sgid', 'this machine'],
  provider: ['Provider', 'sgID'],
};

/** One line of the diagram: from one actor to another, or beside one alone. */
interface Message {
  readonly from: Actor;
  /** The same as `from` for what an actor does alone. */
  readonly to: Actor;
  readonly kind: 'request' | 'reply' | 'note';
  readonly label: string;
  readonly detail?: string;
  /** `assumed` is for what this program did not see, but knows. */
  readonly tone?: ReturnType<typeof toneOf> | 'assumed';
  readonly atMs: number;
}

/** The sequence diagram: a list, drawn with lines between the lanes of those who take part. */
export function renderSequence({ records }: Trace): SafeHtml {
  const isBrowserSeen = records.some(({ by }) => by === 'browser');
  const messages = records
    .flatMap((record) => messagesOf(record, isBrowserSeen))
    .toSorted((a, b) => a.atMs - b.atMs);
  if (messages.length === 0) return html``;
  const hasBrowser = messages.some(({ from, to }) => from === 'browser' || to === 'browser');
  const actors: readonly Actor[] = hasBrowser ? ['browser', 'sgid', 'provider'] : ['sgid', 'provider'];
  return html`<section aria-labelledby="sequence">
<h2 id="sequence">Sequence</h2>
<div class="sequence ${hasBrowser ? 'three' : 'two'}">
<div class="actors" aria-hidden="true">${actors.map((actor) => {
    const [name, about] = NAMES[actor];
    return html`<div class="actor ${actor}"><strong>${name}</strong><span>${about}</span></div>`;
  })}</div>
<ol role="list" class="messages">
${messages.map(renderMessage)}
</ol>
</div>
</section>`;
}

function renderMessage({ from, to, kind, label, detail = '', tone = 'normal', atMs }: Message): SafeHtml {
  const who = from === to ? NAMES[from][0] : `${NAMES[from][0]} to ${NAMES[to][0]}`;
  const aside = tone === 'assumed' ? 'not seen by sgid' : detail;
  return html`<li class="message ${kind} ${tone} ${from}-${to}">
<span class="at" aria-hidden="true">${formatMoment(atMs)}</span>
<div class="line"><span class="hidden">${who}: </span><span class="label">${breakable(label)}</span>${
    aside === '' ? '' : html` <span class="detail">${aside}</span>`
  }<span class="arrow" aria-hidden="true"></span></div>
</li>`;
}

/** Lets a path be broken after each slash. */
export function breakable(text: string): SafeHtml {
  return new SafeHtml(html`${text}`.text.replaceAll('/', '/<wbr>'));
}

/** A moment since the start, to the millisecond: `14 ms`, `31.283 s`. */
function formatMoment(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  return whole < 1000 ? `${whole} ms` : `${(whole / 1000).toFixed(3)} s`;
}

function messagesOf(record: TraceRecord, isBrowserSeen: boolean): readonly Message[] {
  const { step, kind, by: actor = 'sgid', status, responseBytes, startMs: atMs, durationMs } = record;
  const label = describeRecord(record);
  const tone = toneOf(record);
  const time = formatDuration(durationMs);
  const endMs = atMs + durationMs;
  if (kind === 'http') {
    const size = status === undefined || responseBytes === undefined ? '' : `${formatBytes(responseBytes)}, `;
    const reply = {
      label: answerOf(record),
      detail: size + time,
      tone: tone === 'normal' && status === undefined ? 'fail' : tone,
      // Start and duration are rounded to tenths: without this, a reply may come after what followed it.
      atMs: Math.max(atMs, endMs - 0.15),
    };
    return [
      { from: actor, to: 'provider', kind: 'request', label, atMs },
      { from: 'provider', to: actor, kind: 'reply', ...reply },
    ];
  }
  if (kind === 'wait') {
    const isReceived = record.verdicts.some(({ verdict }) => verdict === 'pass');
    return [
      { from: 'browser', to: 'browser', kind: 'note', label: 'log in and consent', detail: time, atMs },
      isReceived
        ? { from: 'browser', to: 'sgid', kind: 'request', label: 'callback', tone, atMs: endMs }
        : { from: 'sgid', to: 'sgid', kind: 'note', label: 'no callback came', tone, atMs: endMs },
    ];
  }
  // The checks of "sgid check" run all at once: no sequence shows them.
  if (step === 'check') return [];
  if (step !== 'authorize')
    return [
      { from: 'sgid', to: 'sgid', kind: 'note', label, detail: durationMs > 0 ? time : '', tone, atMs },
    ];
  const request = { kind: 'request', atMs } as const;
  const handOver: Message = { ...request, from: 'sgid', to: 'browser', label: 'authorization URL', tone };
  if (isBrowserSeen || tone === 'fail') return [handOver];
  const seen = describeRecord({ ...record, kind: 'http', method: 'GET' });
  return [handOver, { ...request, from: 'browser', to: 'provider', label: seen, tone: 'assumed' }];
}
