import { html, type SafeHtml } from '../../html/html.ts';
import { createTimeAxis, type TimeAxis } from '../time-axis.ts';
import type { Trace, TraceRecord } from '../trace.ts';
import { answerOf, describeRecord, formatBytes, formatDuration, toneOf } from '../words.ts';

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
<p class="legend" aria-hidden="true">${LEGEND}</p>
${dropped > 0 ? html`<p class="muted">${dropped} more callbacks that were not of this login are left out.</p>` : ''}
</section>`;
}

const LEGEND = html`<span class="key http">request</span> <span class="key local">this machine</span> <span
class="key wait">waiting</span> <span class="key fail">failed</span>`;

function renderRow(record: TraceRecord, axis: TimeAxis): SafeHtml {
  const tone = toneOf(record);
  const isMoment = record.kind === 'local' && record.durationMs === 0;
  return html`<tr class="${tone}">
<th scope="row"><span class="step">${record.step}</span> <span class="what">${describeRecord(record)}</span></th>
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
  const { kind, startMs, durationMs } = record;
  const from = percent(axis.at(startMs));
  const to = percent(axis.at(startMs + durationMs));
  const look = toneOf(record) === 'fail' ? 'fail' : kind;
  return html`<svg aria-hidden="true" focusable="false">${renderBreaks(axis)}<line class="bar ${look}" x1="${from}" x2="${to}" y1="50%" y2="50%"/></svg>`;
}

function renderBreaks({ at, breaks }: TimeAxis): readonly SafeHtml[] {
  return breaks.map(
    ({ fromMs, toMs }) =>
      html`<rect class="break" x="${percent(at(fromMs))}" y="0" width="${percent(at(toMs) - at(fromMs))}" height="100%"/>`,
  );
}

/** Where the line begins and ends, and how long the pauses are that it is too short for. */
function renderRuler({ durationMs }: Trace, axis: TimeAxis): SafeHtml {
  const pauses = axis.breaks.map(
    ({ fromMs, toMs }) =>
      html`<text class="pause" x="${percent((axis.at(fromMs) + axis.at(toMs)) / 2)}" y="65%" text-anchor="middle">${formatDuration(toMs - fromMs)}</text>`,
  );
  return html`<svg class="ruler" aria-hidden="true" focusable="false">${renderBreaks(axis)}<text x="0" y="65%">0</text>${pauses}<text x="100%" y="65%" text-anchor="end">${formatDuration(durationMs)}</text></svg>`;
}

function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`;
}
