import { html, type SafeHtml } from '../../html/html.ts';
import { createTimeAxis, type TimeAxis } from '../time-axis.ts';
import type { Trace, TraceRecord } from '../trace.ts';
import { answerOf, describeRecord, formatBytes, formatDuration, toneOf } from '../words.ts';
import { breakable } from './breakable.ts';

/** The waterfall: a row for each record, its bar where and as long as it was. */
export function renderWaterfall(trace: Trace): SafeHtml {
  const axis = createTimeAxis(trace);
  if (trace.records.length === 0) {
    return html`<section><h2>Timeline</h2><p class="muted">No step was reached.</p></section>`;
  }
  const dropped = trace.droppedRecords ?? 0;
  return html`<section aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<table class="waterfall">
<thead><tr>
<th scope="col">Step</th><th scope="col">Status</th><th scope="col" class="size">Size</th>
<th scope="col" class="number">Time</th>
<th scope="col" class="flow"><span class="hidden">Timeline</span>${renderRuler(trace, axis)}</th>
</tr></thead>
<tbody>
${trace.records.map((record) => renderRow(record, axis))}
</tbody>
</table>
${renderLegend(trace, axis)}
${dropped > 0 ? html`<p class="muted">${dropped} more callbacks that were not of this login are left out.</p>` : ''}
</section>`;
}

const NAMES = { http: 'request', local: 'this machine', wait: 'waiting', fail: 'failed' } as const;

/** The colours that are there. */
function renderLegend({ records }: Trace, { breaks }: TimeAxis): SafeHtml {
  const used = new Set(records.map(lookOf));
  const keys = (['http', 'local', 'wait', 'fail'] as const)
    .filter((look) => used.has(look))
    .map((look) => html`<span class="key ${look}">${NAMES[look]}</span>`);
  const pauses = breaks.length > 0 ? [html`<span class="key pauses">a pause, shortened</span>`] : [];
  return html`<p class="legend" aria-hidden="true">${[...keys, ...pauses]}</p>`;
}

function lookOf(record: TraceRecord): keyof typeof NAMES {
  return toneOf(record) === 'fail' ? 'fail' : record.kind;
}

function renderRow(record: TraceRecord, axis: TimeAxis): SafeHtml {
  const tone = toneOf(record);
  const isMoment = record.kind === 'local' && record.durationMs === 0;
  return html`<tr class="${tone}">
<th scope="row"><span class="step">${record.step}</span> <span class="what">${breakable(describeRecord(record))}</span></th>
<td>${renderStatus(record)}</td>
<td class="size">${renderSizes(record)}</td>
<td class="number">${isMoment ? '' : formatDuration(record.durationMs)}</td>
<td class="flow">${renderBar(record, axis)}</td>
</tr>`;
}

function renderStatus(record: TraceRecord): SafeHtml {
  const answer = answerOf(record);
  const tone = toneOf(record);
  if (answer !== '') return html`<span class="status ${tone}">${answer}</span>`;
  return tone === 'normal' ? html`` : html`<span class="status ${tone}">${tone}</span>`;
}

function renderSizes({ requestBytes, responseBytes }: TraceRecord): SafeHtml {
  const sent = requestBytes ? html`<span>${formatBytes(requestBytes)} sent</span>` : html``;
  const received = responseBytes === undefined ? html`` : html`<span>${formatBytes(responseBytes)}</span>`;
  return html`${received}${requestBytes ? ' ' : ''}${sent}`;
}

/** A line with round ends, so that even a moment can be seen. */
function renderBar(record: TraceRecord, axis: TimeAxis): SafeHtml {
  const { startMs, durationMs } = record;
  const from = percent(axis.at(startMs));
  const to = percent(axis.at(startMs + durationMs));
  return html`<svg aria-hidden="true" focusable="false">${renderBreaks(axis)}<line class="bar ${lookOf(record)}" x1="${from}" x2="${to}" y1="50%" y2="50%"/></svg>`;
}

function renderBreaks({ at, breaks }: TimeAxis): readonly SafeHtml[] {
  return breaks.map(
    ({ fromMs, toMs }) =>
      html`<rect class="break" x="${percent(at(fromMs))}" y="0" width="${percent(at(toMs) - at(fromMs))}" height="100%"/>`,
  );
}

/** Where the line begins and ends, and how long the pauses are that it is too short for, where there is room. */
function renderRuler({ durationMs }: Trace, axis: TimeAxis): SafeHtml {
  const pauses = axis.breaks.flatMap(({ fromMs, toMs }) => {
    const middle = (axis.at(fromMs) + axis.at(toMs)) / 2;
    return middle > LAST_LABEL ? [] : [label('pause', middle, 'middle', formatDuration(toMs - fromMs))];
  });
  const beginsWithPause = axis.breaks.some(({ fromMs }) => fromMs === 0);
  const start = beginsWithPause ? [] : [label('start', 0, 'start', '0')];
  return html`<svg class="ruler" aria-hidden="true" focusable="false">${renderBreaks(axis)}${start}${pauses}${label('end', 1, 'end', formatDuration(durationMs))}</svg>`;
}

/** Labels further right would run into the last one. */
const LAST_LABEL = 0.8;

function label(name: string, at: number, anchor: 'start' | 'middle' | 'end', text: string): SafeHtml {
  return html`<text class="${name}" x="${percent(at)}" y="65%" text-anchor="${anchor}">${text}</text>`;
}

function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`;
}
