import { html, type SafeHtml } from '../html/html.ts';
import { renderFile } from '../html/page.ts';
import { createTimeAxis, type TimeAxis, timeSpentIn } from './axis.ts';
import style from './page.css';
import { breakable, renderSequence } from './sequence.ts';
import type { Trace, TraceRecord, TraceVerdict } from './trace.ts';
import {
  answerOf,
  describeRecord,
  formatBytes,
  formatDuration,
  formatTime,
  LEGEND,
  providerOf,
  remarkOf,
  toneOf,
} from './words.ts';

/** Renders a trace as a page without scripts, outside assets or requests. */
export function renderTracePage(trace: Trace): string {
  const { command, tool } = trace;
  const main = html`<header>
<p class="eyebrow">Trace</p>
${renderHeadline(trace)}
${renderFacts(trace)}
</header>
${renderWaterfall(trace)}
<div class="columns">
<div>
${renderSequence(trace)}
${renderRequest(trace)}
</div>
<div>
${renderVerdicts(trace)}
</div>
</div>
<footer>Written by ${tool.name} ${tool.version}, which keeps secrets, codes, tokens and claim values out of traces.</footer>`;
  const ending = trace.outcome.ok ? 'succeeded' : 'failed';
  return renderFile({ title: `sgid ${command} ${ending} - trace`, main }, style);
}

function renderHeadline({ command, outcome }: Trace): SafeHtml {
  if (outcome.ok) {
    return html`<h1>sgid ${command} <span class="pill good">Succeeded</span></h1>`;
  }
  return html`<h1>sgid ${command} <span class="pill bad">Failed</span></h1>
<div class="error">
<p><code>${outcome.code}</code> in the step <strong>${outcome.step}</strong></p>
<p class="muted">What it means and what to do: <code>sgid explain ${outcome.code}</code></p>
</div>`;
}

function renderFacts(trace: Trace): SafeHtml {
  const { records, durationMs, startedAt } = trace;
  const requests = records.filter(({ kind, by }) => kind === 'http' && by === undefined);
  const waits = records.filter(({ kind }) => kind === 'wait');
  const facts = {
    Total: formatDuration(durationMs),
    Waiting: waits.length > 0 ? formatDuration(timeSpentIn(waits)) : undefined,
    Requests:
      requests.length === 0 ? 'none' : `${requests.length} in ${formatDuration(timeSpentIn(requests))}`,
    Started: formatTime(startedAt),
    Provider: providerOf(trace),
  };
  return html`<dl class="facts">
${renderTerms(Object.entries(facts))}
</dl>`;
}

function renderTerms(terms: readonly (readonly [name: string, value: string | undefined])[]): SafeHtml[] {
  return terms.flatMap(([name, value]) =>
    value === undefined ? [] : html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
}

function renderRequest({ records }: Trace): SafeHtml {
  const url = records.find(({ step, url }) => step === 'authorize' && url !== undefined)?.url;
  if (url === undefined || !URL.canParse(url)) return html``;
  const { origin, pathname, searchParams } = new URL(url);
  return html`<section class="request" aria-labelledby="request">
<h2 id="request">Authorization request</h2>
<p><code>${origin}${pathname}</code></p>
<dl class="parameters">
${renderTerms([...searchParams])}
</dl>
</section>`;
}

/** What each verdict is called, and how it is drawn in a field of 16 by 16. */
const VERDICTS: Readonly<Record<TraceVerdict['verdict'], readonly [word: string, drawing: string]>> = {
  pass: ['passed', 'M3 8.5l3.2 3.2L13 4.6'],
  fail: ['failed', 'M4 4l8 8M12 4l-8 8'],
  warn: ['warning', 'M8 2.5v7M8 13v.3'],
  skip: ['not reached', 'M4 8h8'],
};

function renderVerdicts({ records }: Trace): SafeHtml {
  const checked = records.filter(({ verdicts }) => verdicts.length > 0);
  if (checked.length === 0) return html``;
  const checks = checked.filter(({ step }) => step === 'check').flatMap(({ verdicts }) => verdicts);
  const steps = checked.filter(({ step }) => step !== 'check');
  return html`<section aria-labelledby="checks">
<h2 id="checks">Checks</h2>
${steps.map(
  (record) => html`<div class="group"><h3>${describeRecord(record)}</h3>
${renderList(record.verdicts)}</div>`,
)}
${checks.length > 0 ? renderList(checks) : ''}
</section>`;
}

function renderList(verdicts: readonly TraceVerdict[]): SafeHtml {
  const items = verdicts.map((found) => {
    const [word, drawing] = VERDICTS[found.verdict];
    const remark = remarkOf(found) && html` <code>${remarkOf(found)}</code>`;
    const icon = html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${drawing}"/></svg>`;
    return html`<li class="${found.verdict}">${icon}<span class="hidden">${word}: </span><span class="check">${found.check}</span>${remark}</li>`;
  });
  return html`<ul role="list" class="verdicts">
${items}
</ul>`;
}

/** The waterfall: a row for each record, its bar where and as long as it was. */
function renderWaterfall(trace: Trace): SafeHtml {
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
${dropped > 0 ? html`<p class="muted">${dropped} more unexpected callbacks are omitted.</p>` : ''}
</section>`;
}

function renderLegend({ records }: Trace, { breaks }: TimeAxis): SafeHtml {
  const used = new Set(records.map(lookOf));
  const keys = (['http', 'local', 'wait', 'fail'] as const)
    .filter((look) => used.has(look))
    .map((look) => html`<span class="key ${look}">${LEGEND[look]}</span>`);
  if (breaks.length > 0) keys.push(html`<span class="key pauses">${LEGEND.pause}</span>`);
  return html`<p class="legend" aria-hidden="true">${keys}</p>`;
}

function lookOf(record: TraceRecord): Exclude<keyof typeof LEGEND, 'pause'> {
  return toneOf(record) === 'fail' ? 'fail' : record.kind;
}

function renderRow(record: TraceRecord, axis: TimeAxis): SafeHtml {
  const tone = toneOf(record);
  return html`<tr class="${tone}">
<th scope="row"><span class="step">${record.step}</span> <span class="what">${breakable(describeRecord(record))}</span></th>
<td>${renderStatus(record)}</td>
<td class="size">${renderSizes(record)}</td>
<td class="number">${record.kind === 'local' && record.durationMs === 0 ? '' : formatDuration(record.durationMs)}</td>
<td class="flow">${renderBar(record, axis)}</td>
</tr>`;
}

function renderStatus(record: TraceRecord): SafeHtml {
  const tone = toneOf(record);
  const words = answerOf(record) || (tone === 'normal' ? '' : tone);
  return words === '' ? html`` : html`<span class="status ${tone}">${words}</span>`;
}

function renderSizes({ requestBytes, responseBytes }: TraceRecord): SafeHtml {
  const sent = requestBytes ? html`<span>${formatBytes(requestBytes)} sent</span>` : html``;
  const received = responseBytes === undefined ? html`` : html`<span>${formatBytes(responseBytes)}</span>`;
  return html`${received}${requestBytes ? ' ' : ''}${sent}`;
}

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

/** Labels the ends of the line and, where there is room, the length of the pauses that are cut. */
function renderRuler({ durationMs }: Trace, axis: TimeAxis): SafeHtml {
  const pauses = axis.breaks.flatMap(({ fromMs, toMs }) => {
    const middle = (axis.at(fromMs) + axis.at(toMs)) / 2;
    return middle > LAST_LABEL ? [] : [label('pause', middle, 'middle', formatDuration(toMs - fromMs))];
  });
  const beginsWithPause = axis.breaks.some(({ fromMs }) => fromMs === 0);
  const start = beginsWithPause ? [] : [label('start', 0, 'start', '0')];
  return html`<svg class="ruler" aria-hidden="true" focusable="false">${renderBreaks(axis)}${start}${pauses}${label('end', 1, 'end', formatDuration(durationMs))}</svg>`;
}

const LAST_LABEL = 0.8;

function label(name: string, at: number, anchor: 'start' | 'middle' | 'end', text: string): SafeHtml {
  return html`<text class="${name}" x="${percent(at)}" y="65%" text-anchor="${anchor}">${text}</text>`;
}

function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`;
}
