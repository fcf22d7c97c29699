import { html } from '../../html/html.ts';
import { renderPage } from '../../html/page.ts';
import type { ServerResponse } from '../../platform/http-message.ts';
import { MOCK_MARK } from './mark.ts';

/** The page for a request that cannot safely be answered with a redirect. `facts` are set as code. */
export function renderErrorPage({
  problem,
  facts,
}: {
  readonly problem: string;
  readonly facts: readonly string[];
}): ServerResponse {
  const title = 'This login cannot go on';
  const main = html`${MOCK_MARK}
<h1>${title}</h1>
<p class="bad">${problem}</p>
${facts.map((fact) => html`<p><code>${fact}</code></p>`)}
<p class="muted">The application was not called back. Mend what it sends, then start the login again.</p>`;
  return { status: 400, ...renderPage({ title: `${title} - Mock sgID`, main }) };
}
