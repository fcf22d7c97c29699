import { html } from '../../html/html.ts';
import { renderPage } from '../../html/page.ts';
import type { ServerResponse } from '../../platform/http-message.ts';
import { MOCK_MARK } from './mark.ts';

/** What was found about one thing, for example every redirect URI under `Registered`. */
export interface Fact {
  readonly label: string;
  /** Set as code, one to a line, so that they can be compared. */
  readonly values: readonly string[];
}

/** The page for a request that cannot safely be answered with a redirect. */
export function renderErrorPage({
  problem,
  facts,
}: {
  readonly problem: string;
  readonly facts: readonly Fact[];
}): ServerResponse {
  const title = 'This login cannot go on';
  const list = html`<dl class="facts">
${facts.map(
  ({ label, values }) =>
    html`<div><dt>${label}</dt>${values.map((value) => html`<dd><code>${value}</code></dd>`)}</div>`,
)}
</dl>`;
  const main = html`${MOCK_MARK}
<h1>${title}</h1>
<p class="bad">${problem}</p>
${facts.length === 0 ? [] : list}
<p class="muted">The application was not called back. Mend what it sends, then start the login again.</p>`;
  return { status: 400, ...renderPage({ title: `${title} - Mock sgID`, main }) };
}
