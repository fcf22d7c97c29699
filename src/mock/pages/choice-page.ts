import { html, type SafeHtml } from '../../html/html.ts';
import { renderPage } from '../../html/page.ts';
import type { ServerResponse } from '../../platform/http-message.ts';
import { OPENID_SCOPE } from '../../protocol/scopes.ts';
import type { AuthorizationRequest } from '../endpoints/authorization-request.ts';
import type { Persona } from '../persona.ts';
import { linkWith } from './link.ts';
import { MOCK_MARK } from './mark.ts';
import { describePersona } from './persona-view.ts';

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
<ul class="choices people" role="list" aria-labelledby="people">
${personas.map((persona) => choice(query, persona))}
</ul>
<p class="actions"><a class="button" href="${linkWith(query, { mock_decision: 'refuse' })}">Refuse</a></p>`;
  return { status: 200, ...renderPage({ title: 'Choose who logs in - Mock sgID', main }) };
}

function describeSharing(scopes: readonly string[]): SafeHtml {
  if (scopes.length === 0) return html`<p>It asks for no personal data, only for an identifier.</p>`;
  const sentence = `It asks for ${scopes.length} ${scopes.length === 1 ? 'claim' : 'claims'}`;
  const list = html`<ul class="scopes" role="list" aria-label="Claims">
${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
</ul>`;
  return scopes.length > MOST_SCOPES_IN_VIEW
    ? html`<details><summary>${sentence}</summary>${list}</details>`
    : html`<p>${sentence}:</p>${list}`;
}

function choice(query: string, persona: Persona): SafeHtml {
  const href = linkWith(query, { mock_persona: persona.id, mock_decision: undefined });
  return html`<li><a href="${href}">${describePersona(persona)}</a></li>`;
}
