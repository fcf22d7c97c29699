import { html, SafeHtml } from '../../html/html.ts';
import type { Trace, TraceRecord, TraceVerdict } from '../trace.ts';
import { describeRecord, remarkOf } from '../words.ts';

/** What each verdict is called, and how it is drawn in a field of 16 by 16. */
const VERDICTS: Readonly<Record<TraceVerdict['verdict'], readonly [word: string, drawing: string]>> = {
  pass: ['passed', 'M3 8.5l3.2 3.2L13 4.6'],
  fail: ['failed', 'M4 4l8 8M12 4l-8 8'],
  warn: ['warning', 'M8 2.5v7M8 13v.3'],
  skip: ['not reached', 'M4 8h8'],
};

/** Everything that was looked at, and what was found, by record. */
export function renderVerdicts({ records }: Trace): SafeHtml {
  const judged = records.filter(({ verdicts }) => verdicts.length > 0);
  if (judged.length === 0) return html``;
  const checks = judged.filter(({ step }) => step === 'check');
  const steps = judged.filter(({ step }) => step !== 'check');
  return html`<section aria-labelledby="checks">
<h2 id="checks">Checks</h2>
${steps.map(renderStep)}
${checks.length > 0 ? renderList(checks.flatMap(({ verdicts }) => verdicts)) : ''}
</section>`;
}

function renderStep(record: TraceRecord): SafeHtml {
  return html`<div class="group"><h3>${describeRecord(record)}</h3>
${renderList(record.verdicts)}</div>`;
}

function renderList(verdicts: readonly TraceVerdict[]): SafeHtml {
  return html`<ul role="list" class="verdicts">
${verdicts.map(renderVerdict)}
</ul>`;
}

function renderVerdict(found: TraceVerdict): SafeHtml {
  const [word, drawing] = VERDICTS[found.verdict];
  const remark = remarkOf(found);
  const icon = html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${new SafeHtml(drawing)}"/></svg>`;
  return html`<li class="${found.verdict}">${icon}<span class="hidden">${word}: </span><span class="check">${found.check}</span>${
    remark === '' ? '' : html` <code>${remark}</code>`
  }</li>`;
}
