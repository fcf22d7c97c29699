import { html, type SafeHtml } from '../../html/html.ts';
import { renderPage } from '../../html/page.ts';
import type { ServerResponse } from '../../platform/http-message.ts';
import { OPENID_SCOPE, SCOPES } from '../../protocol/scopes.ts';
import type { AuthorizationRequest } from '../endpoints/authorization-request.ts';
import type { Persona } from '../persona.ts';
import { MOCK_MARK } from './mark.ts';

/** More scopes than this are folded away, so that the people stay in view. */
const MOST_SCOPES_IN_VIEW = 8;

/**
 * The page on which one chooses who logs in, or refuses.
 *
 * The choices are links, not a form: Chromium applies the page's `form-action` to every redirect that follows
 * a submission, and an application's callback may well redirect once more, to an origin not known here.
 *
 * @param query The authorization request as it came; each link repeats it with the choice added.
 */
export function renderChoicePage(
  { client, scopes }: AuthorizationRequest,
  personas: readonly Persona[],
  query: string,
): ServerResponse {
  const main = html`${MOCK_MARK}
<h1>Log in to <code>${client.clientId}</code></h1>
${describeSharing(scopes.filter((scope) => scope !== OPENID_SCOPE))}
<h2 id="people">Continue as</h2>
<ul class="choices" role="list" aria-labelledby="people">
${personas.map((persona) => choice(link(query, 'login_hint', persona.id), persona.name, persona.description ?? persona.id))}
</ul>
<h2 id="otherwise">Or</h2>
<ul class="choices" role="list" aria-labelledby="otherwise">
${choice(link(query, 'mock_decision', 'refuse'), 'Refuse', 'share nothing and go back to the application')}
</ul>`;
  return { status: 200, ...renderPage({ title: 'Choose who logs in - Mock sgID', main }) };
}

function describeSharing(scopes: readonly string[]): SafeHtml {
  if (scopes.length === 0) return html`<p>It asks for no personal data, only for an identifier.</p>`;
  const list = html`<ul>
${scopes.map((scope) => html`<li><code>${scope}</code> <span class="muted">${describeScope(scope)}</span></li>`)}
</ul>`;
  const summary = html`<summary>It will receive ${scopes.length} ${scopes.length === 1 ? 'claim' : 'claims'}</summary>`;
  return scopes.length > MOST_SCOPES_IN_VIEW
    ? html`<details>${summary}${list}</details>`
    : html`<details open>${summary}${list}</details>`;
}

function describeScope(scope: string): string {
  return SCOPES.find((entry) => entry.name === scope)?.description ?? '';
}

function choice(href: string, name: string, description: string): SafeHtml {
  return html`<li><a href="${href}"><strong>${name}</strong> <span class="muted">${description}</span></a></li>`;
}

function link(query: string, name: string, value: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set(name, value);
  return `?${parameters}`;
}
