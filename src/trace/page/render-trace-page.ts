import { html, type SafeHtml } from '../../html/html.ts';
import { renderFile } from '../../html/page.ts';
import { timeSpentIn } from '../time-axis.ts';
import type { Trace } from '../trace.ts';
import { formatDuration, formatTime, providerOf } from '../words.ts';
import { renderRequest } from './render-request.ts';
import { renderSequence } from './render-sequence.ts';
import { renderVerdicts } from './render-verdicts.ts';
import { renderWaterfall } from './render-waterfall.ts';
import { TRACE_STYLE } from './style.ts';

/** Renders a trace as a page of its own: no script, no asset from outside, nothing that it asks a network for. */
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
  return renderFile({ title: `sgid ${command} ${ending} - trace`, main }, TRACE_STYLE);
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

/** What the eye looks for first. */
function renderFacts(trace: Trace): SafeHtml {
  const { records, durationMs, startedAt } = trace;
  const requests = records.filter(({ kind, by }) => kind === 'http' && by === undefined);
  const waits = records.filter(({ kind }) => kind === 'wait');
  const provider = providerOf(trace);
  const facts: readonly (readonly [string, string])[] = [
    ['Total', formatDuration(durationMs)],
    ...(waits.length > 0 ? [['Waiting', formatDuration(timeSpentIn(waits))] as const] : []),
    [
      'Requests',
      requests.length === 0 ? 'none' : `${requests.length} in ${formatDuration(timeSpentIn(requests))}`,
    ],
    ['Started', formatTime(startedAt)],
    ...(provider === undefined ? [] : [['Provider', provider] as const]),
  ];
  return html`<dl class="facts">
${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>`;
}
