import { html } from '../../html/html.ts';
import { renderPage } from '../../html/page.ts';
import type { ServerResponse } from '../../platform/http-message.ts';
import { MOCK_MARK } from './mark.ts';

/** The page on which the fault `no-callback` leaves the person. */
export function renderNoCallbackPage(): ServerResponse {
  const title = 'This login ends here';
  const main = html`${MOCK_MARK}
<h1>${title}</h1>
<p>The fault <code>no-callback</code> was asked for: the browser is not sent back to the application, as when a
person closes the tab.</p>
<p class="muted">A correct application stops waiting after a while and says so.</p>`;
  return { status: 200, ...renderPage({ title: `${title} - Mock sgID`, main }) };
}
