import { html, type SafeHtml } from '../../html/html.ts';
import type { Trace } from '../trace.ts';

/** What the person's browser was sent to ask: where most mistakes of a set-up show. */
export function renderRequest({ records }: Trace): SafeHtml {
  const url = records.find(({ step, url }) => step === 'authorize' && url !== undefined)?.url;
  if (url === undefined || !URL.canParse(url)) return html``;
  const { origin, pathname, searchParams } = new URL(url);
  return html`<section class="request" aria-labelledby="request">
<h2 id="request">Authorization request</h2>
<p><code>${origin}${pathname}</code></p>
<dl class="parameters">
${[...searchParams].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
</section>`;
}
